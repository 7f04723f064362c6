"""Adjustments by hand in the ledger's tables: who asked, what for, who decided; and how much one may do alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.records import access

from .store import SQL


class State(IntEnum):
    """Where an adjustment stands. The number is stored. Only one that waits is ever decided."""

    APPLIED = 1
    PENDING = 2
    APPROVED = 3
    DECLINED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Points that somebody asked to add (positive) or take for a member, once by its reference.

    `asked_by` and `decided_by` are codes of actors, `asked_person` is for whom the asker acts. The member reads
    `shown_reason` only.
    """

    member_id: UUID
    adjustment_id: UUID
    wallet_id: int
    reference: str
    points: int
    shown_reason: str
    hidden_note: str
    asked_by: str
    asked_name: str
    asked_person: str
    asked_at: datetime
    on_date: date
    state: State
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None
    decision_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many points one account or key moves alone, added and taken alike, at once and in a local day; None: any."""

    once_points_max: int | None = 1_000
    day_points_max: int | None = 5_000

    def covers(self, points: int, *, used_points: int) -> bool:
        """Whether so many points need nobody else, after `used_points` of the same day."""
        size = abs(points)
        is_small = self.once_points_max is None or size <= self.once_points_max
        return is_small and (self.day_points_max is None or used_points + size <= self.day_points_max)


def allowances(conn: Conn, program_id: int) -> dict[access.ActorKind, Allowance]:
    """What staff accounts and keys may do alone; the defaults where nothing was set."""
    found = {kind: Allowance() for kind in access.ActorKind}
    for kind, once, day in conn.execute(SQL["select_allowances"], {"program_id": program_id}):
        found[access.ActorKind(kind)] = Allowance(once_points_max=once, day_points_max=day)
    return found


def set_allowances(conn: Conn, program_id: int, wanted: Mapping[access.ActorKind, Allowance]) -> None:
    """Write what staff accounts and keys may do alone."""
    for kind, allowance in wanted.items():
        conn.execute(
            SQL["upsert_allowance"],
            {
                "program_id": program_id,
                "kind": kind.value,
                "once_points_max": allowance.once_points_max,
                "day_points_max": allowance.day_points_max,
            },
        )


def used_points(conn: Conn, by: access.Actor, *, wallet_ids: Iterable[int], on: date, locks: bool = False) -> int:
    """How many points somebody moved alone on a local day.

    With `locks` nobody else reads this for the same actor until the transaction ends.
    """
    if locks:
        key = int.from_bytes(ids.digest(f"allowance\x1f{by.code}".encode())[:8], signed=True)
        conn.execute(SQL["lock_actor"], {"lock_key": key})
    row = conn.execute(
        SQL["sum_alone"], {"asked_by": by.code, "on_date": on, "wallet_ids": list(wallet_ids)}
    ).fetchone()
    assert row is not None
    return int(row[0])


def add(conn: Conn, one: Adjustment) -> None:
    """Write an adjustment that was done at once, or waits."""
    conn.execute(
        SQL["insert_adjustment"],
        {
            "member_id": one.member_id,
            "adjustment_id": one.adjustment_id,
            "wallet_id": one.wallet_id,
            "reference": one.reference,
            "points": one.points,
            "shown_reason": one.shown_reason,
            "hidden_note": one.hidden_note,
            "asked_by": one.asked_by,
            "asked_name": one.asked_name,
            "asked_person": one.asked_person,
            "asked_at": one.asked_at,
            "on_date": one.on_date,
            "state": one.state.value,
        },
    )


def find(conn: Conn, member_id: UUID, adjustment_id: UUID) -> Adjustment | None:
    """The adjustment of this id, or None."""
    about = {"member_id": member_id, "adjustment_id": adjustment_id}
    row = conn.execute(SQL["select_adjustment"], about).fetchone()
    return _adjustment(row) if row else None


def newest(
    conn: Conn,
    *,
    wallet_ids: Iterable[int],
    states: Iterable[State],
    limit: int,
    member_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> list[Adjustment]:
    """Adjustments in a program's wallets in these states, newest first, of one member where one is named."""
    rows = conn.execute(
        SQL["select_adjustments"],
        {
            "wallet_ids": list(wallet_ids),
            "states": [state.value for state in states],
            "member_id": member_id,
            "limit": limit,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
        },
    )
    return [_adjustment(row) for row in rows]


def waiting(conn: Conn, *, wallet_ids: Iterable[int]) -> tuple[int, datetime | None]:
    """How many adjustments wait for a second person, and since when the oldest does."""
    row = conn.execute(SQL["count_waiting_adjustments"], {"wallet_ids": list(wallet_ids)}).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def decide(conn: Conn, one: Adjustment, state: State, by: access.Actor, *, note: str, at: datetime) -> bool:
    """Note who decided an adjustment that waits; False when it does not wait any more."""
    changed = conn.execute(
        SQL["update_adjustment"],
        {
            "member_id": one.member_id,
            "adjustment_id": one.adjustment_id,
            "state": state.value,
            "decided_by": by.code,
            "decided_name": by.name,
            "decided_at": at,
            "decision_note": note,
        },
    )
    return changed.rowcount == 1


def _adjustment(row: tuple[Any, ...]) -> Adjustment:
    return Adjustment(
        member_id=row[0], adjustment_id=row[1], wallet_id=row[2], reference=row[3], points=row[4], shown_reason=row[5],
        hidden_note=row[6], asked_by=row[7], asked_name=row[8], asked_person=row[9], asked_at=row[10], on_date=row[11],
        state=State(row[12]), decided_by=row[13], decided_name=row[14], decided_at=row[15], decision_note=row[16],
    )  # fmt: skip
