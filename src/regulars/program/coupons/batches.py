"""Many codes at once: a job makes or issues them chunk by chunk, and each chunk is noted with what it made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from .issuing import generate
from .model import Pool, PoolInvalid
from .store import SQL

CODES_MAX = 10_000_000
CHUNK = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Codes to generate, so many as `wanted`; or coupons to issue to all members of a `condition`."""

    batch_id: UUID
    program_id: int
    pool_id: UUID
    external_id: str
    kind: str
    condition: str
    wanted: int | None
    made: int
    after_member_id: UUID | None
    is_done: bool
    asked_at: datetime
    asked_by: str
    done_at: datetime | None


def ask(
    conn: Conn,
    pool: Pool,
    *,
    external_id: str,
    by: str,
    at: datetime,
    wanted: int | None = None,
    condition: str = "",
) -> tuple[Batch, bool]:
    """Put a batch down, once for each `external_id` of the pool; and whether it is new. Its job does the rest.

    Raises:
        PoolInvalid: a count outside 1 to ten million, or codes of a kind that cannot be made or issued.
    """
    if wanted is not None and not 1 <= wanted <= CODES_MAX:
        raise PoolInvalid(f"A batch is of 1 to {CODES_MAX:,} codes.")
    if pool.terms.codes == "public" or (wanted is None and pool.terms.codes != "personal"):
        raise PoolInvalid("A public code is not made many times, and only personal coupons are issued to members.")
    batch_id = ids.key_of(pool.pool_id, "batch", external_id)
    added = conn.execute(
        SQL["insert_batch"],
        {
            "batch_id": batch_id,
            "program_id": pool.program_id,
            "pool_id": pool.pool_id,
            "external_id": external_id,
            "kind": "issue" if wanted is None else "generate",
            "condition": condition,
            "wanted": wanted,
            "at": at,
            "by": by,
        },
    )
    found = batch(conn, batch_id)
    assert found is not None
    if (found.wanted, found.condition) != (wanted, condition):
        raise PoolInvalid("This batch id was used before for something else.")
    return found, added.rowcount == 1


def batch(conn: Conn, batch_id: UUID) -> Batch | None:
    """A batch by its id."""
    row = conn.execute(SQL["select_batch"], {"batch_id": batch_id}).fetchone()
    return _batch(row) if row else None


def batches(conn: Conn, pool: Pool, *, limit: int = 20) -> list[Batch]:
    """The latest batches of a pool."""
    return [_batch(row) for row in conn.execute(SQL["select_batches"], {"pool_id": pool.pool_id, "limit": limit})]


def _batch(row: Sequence[Any]) -> Batch:
    names = (
        "batch_id", "program_id", "pool_id", "external_id", "kind", "condition", "wanted", "made", "after_member_id",
        "is_done", "asked_at", "asked_by", "done_at",
    )  # fmt: skip
    return Batch(**dict(zip(names, row, strict=True)))


def unfinished(conn: Conn) -> list[UUID]:
    """Batches of all programs that are not done, the oldest first."""
    return [row[0] for row in conn.execute(SQL["select_open_batches"])]


def lock(conn: Conn, batch_id: UUID) -> Batch | None:
    """The batch, which nobody else goes on with until the end of the transaction."""
    row = conn.execute(SQL["lock_batch"], {"batch_id": batch_id}).fetchone()
    return _batch(row) if row else None


def note(
    conn: Conn, batch: Batch, *, made: int, is_done: bool, at: datetime, after_member_id: UUID | None = None
) -> None:
    """Note what a chunk made, in its transaction."""
    conn.execute(
        SQL["note_batch"],
        {
            "batch_id": batch.batch_id,
            "made": made,
            "is_done": is_done,
            "after_member_id": after_member_id,
            "done_at": at if is_done else None,
        },
    )


def generate_chunk(
    conn: Conn,
    pool: Pool,
    batch: Batch,
    *,
    at: datetime,
    today: date,
    make: Callable[..., int] = generate,
) -> bool:
    """The next codes of a batch that the caller has locked; True when it is done."""
    assert batch.wanted is not None
    made = make(conn, pool, min(CHUNK, batch.wanted - batch.made), at=at, today=today)
    is_done = batch.made + made >= batch.wanted
    note(conn, batch, made=made, is_done=is_done, at=at)
    return is_done
