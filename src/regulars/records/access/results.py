"""Results of requests that carried an Idempotency-Key: told again for 30 days, in the transaction of their effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal

from .store import SQL

RESULT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was answered: `request_digest` tells which request it was, `body` is told again byte by byte."""

    key: str
    request_digest: bytes
    status: int
    body: bytes


class KeyReused(Refusal):
    """The Idempotency-Key was used before with another request; that one stands."""

    code = "idempotency-key-reused"


class KeyInProgress(Refusal):
    """The first request with this Idempotency-Key still runs."""

    kind = Kind.CONFLICT
    code = "idempotency-in-progress"


def claim_keys(conn: Conn, program_id: int, wanted: Mapping[str, bytes]) -> dict[str, Result | Refusal]:
    """Take keys (with the digest of their request) for this transaction; answers those that must not run.

    A key that another transaction holds is refused at once; one that was used before gives its stored result,
    or is refused when the request differs. What is not in the answer is ours until the transaction ends.
    """
    keys = sorted(wanted)
    locks = conn.execute(
        SQL["lock_results"],
        {"keys": keys, "lock_keys": [_lock_key(program_id, key) for key in keys]},
    )
    found: dict[str, Result | Refusal] = {
        key: KeyInProgress("The first request with this Idempotency-Key still runs; send it again in a second.")
        for key, is_ours in locks
        if not is_ours
    }
    ours = [key for key in keys if key not in found]
    for key, digest, status, body in conn.execute(SQL["select_results"], {"program_id": program_id, "keys": ours}):
        stored = Result(key=key, request_digest=bytes(digest), status=status, body=bytes(body))
        same = stored.request_digest == wanted[key]
        found[key] = stored if same else KeyReused("This Idempotency-Key was used before with another request.")
    return found


def _lock_key(program_id: int, key: str) -> int:
    return int.from_bytes(ids.digest(f"idempotency\x1f{program_id}\x1f{key}".encode())[:8], signed=True)


def keep_results(conn: Conn, program_id: int, results: Sequence[Result], *, at: datetime) -> None:
    """Store results under keys that `claim_keys` gave to this transaction."""
    if not results:
        return
    conn.execute(
        SQL["insert_results"],
        {
            "program_id": program_id,
            "key": [result.key for result in results],
            "request_digest": [result.request_digest for result in results],
            "status": [result.status for result in results],
            "body": [result.body for result in results],
            "stored_at": at,
        },
    )


def forget_results_of(conn: Conn, program_id: int, member_id: UUID) -> int:
    """Delete results that name a member; answers how many."""
    return conn.execute(SQL["forget_results_of"], {"program_id": program_id, "member": str(member_id)}).rowcount


def forget_results(conn: Conn, *, at: datetime) -> int:
    """Delete results older than 30 days; answers how many."""
    return conn.execute(SQL["delete_old_results"], {"before_at": at - timedelta(days=RESULT_DAYS)}).rowcount
