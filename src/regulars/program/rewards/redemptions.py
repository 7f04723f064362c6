"""Redemptions as they are kept, and every step of their way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from .model import Moved, Redemption, Reward, State

SQL = sql.load("regulars.program.rewards")
_LONG_AGO = timedelta(days=36_500)
_COLUMNS = (
    "member_id", "redemption_id", "program_id", "reward_id", "external_id", "quantity", "points", "money_minor",
    "paid_from", "price", "cost_minor", "state", "code", "redeemed_at", "redeemed_by", "on_date", "carrier", "tracking",
    "answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What became of a reward in all, of redemptions that stand; amounts in minor units."""

    members: int
    units: int
    points: int
    cost_minor: int
    money_minor: int


def taken(
    conn: Conn, reward: Reward, member_id: UUID, *, at: datetime, days: int | None = None
) -> list[tuple[datetime, int]]:
    """When and how many of a reward a member had in the last `days`, or ever."""
    since = at - (timedelta(days=days) if days else _LONG_AGO)
    rows = conn.execute(SQL["select_taken"], {"member_id": member_id, "reward_id": reward.reward_id, "since_at": since})
    return [(row[0], row[1]) for row in rows]


def add(conn: Conn, redemption: Redemption) -> None:
    """Write a redemption."""
    values = {name: getattr(redemption, name) for name in _COLUMNS}
    for name in ("answer", "price"):
        values[name] = msgspec.json.encode(values[name]).decode() if values[name] is not None else None
    conn.execute(SQL["insert_redemption"], {**values, "state": redemption.state.value})


def find(conn: Conn, member_id: UUID, *, external_id: str = "", redemption_id: UUID | None = None) -> Redemption | None:
    """A member's redemption by the shop's id for it, or by ours."""
    row = conn.execute(
        SQL["select_redemption"],
        {"member_id": member_id, "external_id": external_id, "redemption_id": redemption_id},
    ).fetchone()
    return _redemption(row) if row else None


def redemptions(
    conn: Conn,
    program_id: int,
    *,
    limit: int,
    member_id: UUID | None = None,
    reward_id: UUID | None = None,
    states: Iterable[State] | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> list[Redemption]:
    """The newest redemptions, of one member, of one reward, in some states; `before` is where a page ended."""
    rows = conn.execute(
        SQL["select_redemptions"],
        {
            "program_id": program_id,
            "limit": limit,
            "member_id": member_id,
            "reward_id": reward_id,
            "states": [state.value for state in states] if states is not None else None,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
        },
    )
    return [_redemption(row) for row in rows]


def _redemption(row: Sequence[Any]) -> Redemption:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["state"] = State(values["state"])
    return Redemption(**values)


def move(
    conn: Conn,
    redemption: Redemption,
    state: State,
    step: str,
    *,
    at: datetime,
    actor: str,
    carrier: str = "",
    tracking: str = "",
    note: str = "",
) -> bool:
    """Move a redemption on and note the step; False when somebody else moved it first.

    Where no parcel is named, the one named before stays.
    """
    asked = {"member_id": redemption.member_id, "redemption_id": redemption.redemption_id, "at": at}
    found = conn.execute(
        SQL["move_redemption"],
        {
            **asked,
            "state": state.value,
            "from_state": redemption.state.value,
            "carrier": carrier or redemption.carrier,
            "tracking": tracking or redemption.tracking,
        },
    )
    if found.rowcount != 1:
        return False
    told = {"step": step, "actor": actor, "carrier": carrier, "tracking": tracking, "note": note}
    conn.execute(SQL["insert_step"], {**asked, **told})
    return True


def way(conn: Conn, redemption: Redemption) -> list[Moved]:
    """Every step of a redemption, from its beginning on."""
    asked = {"member_id": redemption.member_id, "redemption_id": redemption.redemption_id}
    first = Moved(step="redeemed", happened_at=redemption.redeemed_at, actor=redemption.redeemed_by)
    rows = conn.execute(SQL["select_steps"], asked)
    return [
        first,
        *(
            Moved(step=row[0], happened_at=row[1], actor=row[2], carrier=row[3], tracking=row[4], note=row[5])
            for row in rows
        ),
    ]


def usage(conn: Conn, program_id: int) -> Mapping[UUID, tuple[int, int, int]]:
    """Per reward: redemptions that stand, points spent, cost in minor units."""
    rows = conn.execute(SQL["count_redemptions"], {"program_id": program_id})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def totals(conn: Conn, reward: Reward) -> Totals:
    """What became of one reward in all."""
    asked = {"program_id": reward.program_id, "reward_id": reward.reward_id}
    row = conn.execute(SQL["sum_reward"], asked).fetchone()
    assert row is not None
    return Totals(members=row[0], units=row[1], points=row[2], cost_minor=row[3], money_minor=row[4])


def counted(conn: Conn, program_id: int) -> Mapping[State, int]:
    """How many redemptions stand in each state."""
    return {State(row[0]): row[1] for row in conn.execute(SQL["count_states"], {"program_id": program_id})}
