"""Holds in the ledger's tables: set aside, captured, released, ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn

from .model import Hold, HoldState, Lot
from .store import SQL


def add(conn: Conn, hold: Hold) -> None:
    """Write a hold whose points were just set aside."""
    conn.execute(
        SQL["insert_hold"],
        {
            "member_id": hold.member_id,
            "hold_id": hold.hold_id,
            "wallet_id": hold.wallet_id,
            "external_id": hold.external_id,
            "points": hold.points,
            "opened_at": hold.opened_at,
            "ends_at": hold.ends_at,
        },
    )


def find(conn: Conn, member_ids: Sequence[UUID], hold_ids: Sequence[UUID] = ()) -> list[Hold]:
    """The open holds of members, and the named ones whatever their state."""
    rows = conn.execute(SQL["select_holds"], {"member_ids": list(member_ids), "hold_ids": list(hold_ids)})
    return [
        Hold(
            member_id=row[0], hold_id=row[1], wallet_id=row[2], external_id=row[3], points=row[4],
            captured_points=row[5],
            state=HoldState(row[6]), opened_at=row[7], ends_at=row[8], order_id=row[9],
        )
        for row in rows
    ]  # fmt: skip


def due(conn: Conn, *, at: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Open holds whose time is over: member and hold."""
    return [(row[0], row[1]) for row in conn.execute(SQL["select_due_holds"], {"at": at, "limit": limit})]


def moves(conn: Conn, member_id: UUID, transfer_id: UUID) -> tuple[tuple[Lot, int], ...]:
    """Which lots a hold set aside, in points, earliest expiry first."""
    rows = conn.execute(SQL["select_hold_moves"], {"member_id": member_id, "transfer_id": transfer_id})
    return tuple((Lot(row[0], row[1]), row[2]) for row in rows)


def close(conn: Conn, hold: Hold, state: HoldState, *, captured_points: int = 0, order_id: UUID | None = None) -> bool:
    """End an open hold; False when somebody else ended it first."""
    found = conn.execute(
        SQL["update_hold"],
        {
            "member_id": hold.member_id,
            "hold_id": hold.hold_id,
            "state": state.value,
            "captured_points": captured_points,
            "order_id": order_id,
        },
    )
    return found.rowcount == 1
