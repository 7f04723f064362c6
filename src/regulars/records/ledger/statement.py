"""A member's statement: a line a transfer, with the balance it left, newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.kit import sql
from regulars.kit.clock import EVER, NEVER
from regulars.kit.db import Conn

from .model import Contra, Entry, Line, Lot, Movement, Reason
from .store import SQL
from .wallets import Wallet

Place = tuple[datetime, UUID]
"""Where a page of a statement ends: time and entry of its last line."""


def lines(
    conn: Conn,
    member_id: UUID,
    *,
    wallet: Wallet,
    limit: int,
    before: Place | None = None,
    movements: Sequence[Movement] | None = None,
    subject_id: UUID | None = None,
    text: str = "",
) -> list[Line]:
    """A member's statement, newest first, at most `limit` lines before the given time and entry.

    `text` keeps the lines whose stored reason (order, return, reward, words of an adjustment) holds it.
    """
    if movements is None and subject_id is None and not text:
        return _page(conn, member_id, wallet, limit, before)
    rows = conn.execute(
        SQL["select_lines"],
        {
            **_from(member_id, wallet, before),
            "limit": limit,
            "kinds": [m.value for m in movements] if movements else None,
            "subject_id": subject_id,
            "text": sql.literal(text),
        },
    )
    return [
        Line(
            entry_id=row[0], transfer_id=row[1], movement=Movement(row[2]), points=row[3], occurred_at=row[4],
            recorded_at=row[5], active_on=row[6], expires_on=row[7], subject_id=row[8], reason=reason(row[9]),
            balance_points=row[10], member_id=member_id,
        )
        for row in rows
    ]  # fmt: skip


def _from(member_id: UUID, wallet: Wallet, before: Place | None) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "wallet_id": wallet.wallet_id,
        "before_at": before[0] if before else None,
        "before_id": before[1] if before else None,
    }


def _page(conn: Conn, member_id: UUID, wallet: Wallet, limit: int, before: Place | None) -> list[Line]:
    """The whole story page by page: what came after a page was summed up once, and is taken off line by line."""
    place = _from(member_id, wallet, before)
    heads = conn.execute(SQL["select_heads"], {**place, "limit": limit}).fetchall()
    if not heads:
        return []
    days = [row[5] for row in heads]
    asked = {**place, "transfer_id": [row[1] for row in heads], "from_on": min(days), "to_on": max(days)}
    bodies = {row[0]: row[1:] for row in conn.execute(SQL["select_bodies"], asked)}
    total = conn.execute(SQL["sum_until"], place).fetchone()
    assert total is not None
    balance = int(total[0])
    found = []
    for entry_id, transfer_id, kind, occurred_at, recorded_at, _, subject_id, stored in heads:
        points, active_on, expires_on = bodies.get(transfer_id, (0, EVER, NEVER))
        line = Line(
            entry_id=entry_id, transfer_id=transfer_id, movement=Movement(kind), points=points,
            balance_points=balance, occurred_at=occurred_at, recorded_at=recorded_at, active_on=active_on,
            expires_on=expires_on, subject_id=subject_id, reason=reason(stored), member_id=member_id,
        )  # fmt: skip
        found.append(line)
        balance -= points
    return found


def entries(conn: Conn, account_id: UUID, *, wallet: Wallet) -> list[Entry]:
    """Everything that ever moved in one wallet of an account, in the order it was written."""
    rows = conn.execute(SQL["select_entries"], {"member_id": account_id, "wallet_id": wallet.wallet_id}, binary=True)
    reasons: dict[UUID, Reason] = {}
    found = []
    for row in rows:
        if row[10] is not None or row[1] not in reasons:
            reasons[row[1]] = reason(row[10])
        found.append(
            Entry(
                entry_id=row[0], transfer_id=row[1], is_first=row[2] == 0, movement=Movement(row[3]),
                contra=Contra(row[4]), points=row[5], lot=Lot(row[6], row[7]), occurred_at=row[8], recorded_at=row[9],
                on_date=row[11], reason=reasons[row[1]],
            )
        )  # fmt: skip
    return found


def reason(stored: Mapping[str, Any] | None) -> Reason:
    """A stored reason as code and parameters."""
    params = dict(stored or {"code": "unknown"})
    return Reason(params.pop("code"), params)
