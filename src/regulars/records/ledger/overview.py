"""The whole program's points: its newest lines, totals by day, what it owes, and whom that concerns."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from regulars.kit.db import Conn

from .model import DayTotal, Line, Movement
from .statement import reason
from .store import SQL
from .wallets import Wallet


def journal(
    conn: Conn,
    *,
    wallet: Wallet,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
    movements: Sequence[Movement] | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> list[Line]:
    """The program's newest lines, at most `limit`; their `balance_points` is zero: it belongs to a statement."""
    rows = conn.execute(
        SQL["select_journal"],
        {
            "wallet_id": wallet.wallet_id,
            "limit": limit,
            "kinds": [m.value for m in movements] if movements else None,
            "from_on": from_on,
            "to_on": to_on,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
        },
    )
    return [
        Line(
            entry_id=row[0], member_id=row[1], transfer_id=row[2], movement=Movement(row[3]), points=row[4],
            occurred_at=row[5], recorded_at=row[6], active_on=row[7], expires_on=row[8], subject_id=row[9],
            reason=reason(row[10]), balance_points=0,
        )
        for row in rows
    ]  # fmt: skip


def day_totals(conn: Conn, *, wallet: Wallet, from_on: date, to_on: date) -> list[DayTotal]:
    """What moved on each day, by movement; days without movements are left out."""
    rows = conn.execute(SQL["select_day_totals"], {"wallet_id": wallet.wallet_id, "from_on": from_on, "to_on": to_on})
    return [
        DayTotal(
            on_date=row[0], movement=Movement(row[1]), points=row[2], transfers=row[3], redeemed_points=row[4],
            issued_points=row[5],
        )
        for row in rows
    ]  # fmt: skip


def outstanding(conn: Conn, *, wallet: Wallet, today: date, soon: date) -> Mapping[str, int]:
    """What the program owes today: points available, pending, debt, ending by `soon`; members ending and owing."""
    row = conn.execute(
        SQL["select_outstanding"], {"wallet_id": wallet.wallet_id, "today": today, "soon": soon}
    ).fetchone()
    assert row is not None
    names = ("available", "pending", "debt", "ending", "ending_members", "owing_members")
    return dict(zip(names, row, strict=True))


def owing(conn: Conn, *, wallet: Wallet, limit: int) -> list[tuple[UUID, int]]:
    """Members who owe points, most first: member, points."""
    rows = conn.execute(SQL["select_owing"], {"wallet_id": wallet.wallet_id, "limit": limit})
    return [(row[0], row[1]) for row in rows]


def ending(conn: Conn, *, wallet: Wallet, today: date, soon: date, limit: int) -> list[tuple[UUID, int, date]]:
    """Members whose usable points end by `soon`, most points first: member, points, the first of those days."""
    rows = conn.execute(
        SQL["select_ending"], {"wallet_id": wallet.wallet_id, "today": today, "soon": soon, "limit": limit}
    )
    return [(row[0], row[1], row[2]) for row in rows]
