"""What could not be recorded (yet): parked returns and orders, refused input, look-alikes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn

from .model import Order, Purchase
from .store import SQL

PARKED_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Something that waits for something else; `body` is what was sent, as JSON."""

    parked_id: UUID
    kind: str
    source: str
    external_id: str
    body: Mapping[str, Any]
    parked_at: datetime
    until_at: datetime


def park(
    conn: Conn,
    program_id: int,
    *,
    kind: str,
    waits_for: UUID,
    source: str,
    external_id: str,
    digest: bytes,
    body: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Keep a `return` or a `completion` until its order comes, or an `order` until its member does.

    False when it waits already.
    """
    row = conn.execute(
        SQL["insert_parked"],
        {
            "parked_id": ids.uuid7(),
            "program_id": program_id,
            "kind": kind,
            "waits_for": waits_for,
            "source": source,
            "external_id": external_id,
            "content_digest": digest,
            "body": msgspec.json.encode(body).decode(),
            "parked_at": at,
            "until_at": at + timedelta(days=PARKED_DAYS),
        },
    ).fetchone()
    return row is not None


def parked_digest(conn: Conn, program_id: int, *, kind: str, source: str, external_id: str) -> bytes | None:
    """The content of what waits (or waited) under this id, as a digest; None when nothing did."""
    row = conn.execute(
        SQL["select_parked_one"],
        {"program_id": program_id, "kind": kind, "source": source, "external_id": external_id},
    ).fetchone()
    return bytes(row[1]) if row else None


def waiting_for(conn: Conn, keys: Iterable[UUID]) -> list[Parked]:
    """What waits for any of the keys, oldest first."""
    rows = conn.execute(SQL["select_parked"], {"waits_for": list(keys)})
    return [
        Parked(
            parked_id=row[0], kind=row[1], source=row[2], external_id=row[3], body=row[4], parked_at=row[5],
            until_at=row[6],
        )
        for row in rows
    ]  # fmt: skip


def waiting(conn: Conn, program_id: int, *, limit: int) -> list[Parked]:
    """Everything that still waits, longest first."""
    rows = conn.execute(SQL["select_waiting"], {"program_id": program_id, "limit": limit})
    return [
        Parked(
            parked_id=row[0],
            kind=row[1],
            source=row[2],
            external_id=row[3],
            body=row[4],
            parked_at=row[5],
            until_at=row[6],
        )
        for row in rows
    ]


def settle(conn: Conn, parked: Parked, *, at: datetime) -> None:
    """What was waited for has come."""
    conn.execute(SQL["settle_parked"], {"parked_id": parked.parked_id, "at": at})


def forget_parked(conn: Conn, program_id: int, keys: Sequence[UUID], member_ids: Sequence[UUID]) -> int:
    """Delete what waits or waited for somebody, by the keys they were known by and by their id; answers how many."""
    asked = {"program_id": program_id, "keys": list(keys), "members": [str(one) for one in member_ids]}
    return conn.execute(SQL["forget_parked"], asked).rowcount


def keep_refused(conn: Conn, program_id: int, *, path: str, code: str, body_sealed: bytes, at: datetime) -> UUID:
    """Keep the raw (sealed) bytes of authenticated input that was refused; answers their inbox id."""
    inbox_id = ids.uuid7()
    conn.execute(
        SQL["insert_inbox"],
        {
            "inbox_id": inbox_id,
            "program_id": program_id,
            "path": path,
            "code": code,
            "body_sealed": body_sealed,
            "received_at": at,
        },
    )
    return inbox_id


def refused(conn: Conn, program_id: int, *, limit: int) -> list[tuple[UUID, str, str, bytes, datetime]]:
    """The newest refused inputs: id, path, code, sealed bytes, when."""
    rows = conn.execute(SQL["select_inbox"], {"program_id": program_id, "limit": limit})
    return [(row[0], row[2], row[3], bytes(row[4]), row[5]) for row in rows]


def forget_refused(conn: Conn, *, before_at: datetime) -> int:
    """Delete refused input older than that; answers how many."""
    return conn.execute(SQL["delete_old_inbox"], {"before_at": before_at}).rowcount


def note_suspects(conn: Conn, orders: Sequence[tuple[Order, Purchase]], *, at: datetime) -> set[UUID]:
    """Find orders that look like one recorded under another id (same store, till, receipt, total and day).

    They stay recorded; the pairs are kept for a person to decide. Answers the suspicious order ids.
    """
    asked = [(o, p) for o, p in orders if o.receipt and p.generation == 1]
    if not asked:
        return set()
    rows = conn.execute(
        SQL["select_twins"],
        {
            "member_ids": list({p.member_id for _, p in asked}),
            "receipts": list({o.receipt for o, _ in asked}),
        },
    ).fetchall()
    twins = {(r[0], r[2], r[3], r[4], r[5], r[6]): r[1] for r in sorted(rows, key=lambda r: r[1], reverse=True)}
    found = []
    for order, purchase in asked:
        signature = (
            purchase.member_id,
            order.receipt,
            order.total_minor,
            purchase.on_date,
            order.store,
            order.till,
        )
        twin = twins.get(signature, purchase.order_id)
        if twin != purchase.order_id:
            found.append((purchase.member_id, purchase.order_id, twin))
    if found:
        conn.execute(
            SQL["insert_suspects"],
            {
                "member_id": [row[0] for row in found],
                "order_id": [row[1] for row in found],
                "twin_order_id": [row[2] for row in found],
                "found_at": at,
            },
        )
    return {row[1] for row in found}


def suspects(conn: Conn, *, limit: int) -> list[tuple[UUID, UUID, UUID, datetime]]:
    """Undecided look-alikes: member, order, the order it looks like, when found."""
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(SQL["select_suspects"], {"limit": limit})]


def decide_suspect(conn: Conn, member_id: UUID, order_id: UUID, *, at: datetime) -> bool:
    """A person looked at it; False when somebody else did before."""
    return conn.execute(SQL["decide_suspect"], {"member_id": member_id, "order_id": order_id, "at": at}).rowcount == 1
