"""The only code that touches the rewards' tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from . import rules
from .model import Redemption, Reward, RewardNotFound, State

SQL = sql.load("regulars.program.rewards")
_LONG_AGO = timedelta(days=36_500)


def catalogue(conn: Conn, program_id: int) -> list[Reward]:
    """Every reward, cheapest first, live or not."""
    return [Reward(**row) for row in _rewards(conn, program_id, None)]


def get(conn: Conn, program_id: int, reward_id: UUID) -> Reward:
    """The reward.

    Raises:
        RewardNotFound: there is none in this program.
    """
    for row in _rewards(conn, program_id, reward_id):
        return Reward(**row)
    raise RewardNotFound("There is no such reward.")


def _rewards(conn: Conn, program_id: int, reward_id: UUID | None) -> list[dict[str, Any]]:
    rows = conn.execute(SQL["select_rewards"], {"program_id": program_id, "reward_id": reward_id}).fetchall()
    names = (
        "program_id", "reward_id", "code", "name", "description", "category", "type", "price_points", "cost_minor",
        "rank_min", "member_limit", "limit_days", "starts_at", "ends_at", "is_live", "created_at", "units_left",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]


def save(conn: Conn, reward: Reward, *, at: datetime) -> None:
    """Write a reward and its stock; redemptions already made keep their price.

    Raises:
        RewardInvalid: its fields make no sense together.
    """
    rules.check(reward)
    conn.execute(
        SQL["upsert_reward"],
        {
            "program_id": reward.program_id,
            "reward_id": reward.reward_id,
            "code": reward.code,
            "name": msgspec.json.encode(reward.name).decode(),
            "description": msgspec.json.encode(reward.description).decode(),
            "category": reward.category,
            "type": reward.type,
            "price_points": reward.price_points,
            "cost_minor": reward.cost_minor,
            "rank_min": reward.rank_min,
            "member_limit": reward.member_limit,
            "limit_days": reward.limit_days,
            "starts_at": reward.starts_at,
            "ends_at": reward.ends_at,
            "is_live": reward.is_live,
            "created_at": at,
        },
    )
    if reward.units_left is None:
        conn.execute(SQL["delete_stock"], {"reward_id": reward.reward_id})
    else:
        conn.execute(SQL["set_stock"], {"reward_id": reward.reward_id, "units_left": reward.units_left})


def claim(conn: Conn, reward: Reward, quantity: int) -> bool:
    """Take units out of stock; False when fewer are left. A reward without stock is unlimited."""
    if reward.units_left is None:
        return True
    found = conn.execute(SQL["claim_stock"], {"reward_id": reward.reward_id, "quantity": quantity})
    return found.rowcount == 1


def put_back(conn: Conn, redemption: Redemption) -> None:
    """Return an undone redemption's units to stock."""
    conn.execute(SQL["return_stock"], {"reward_id": redemption.reward_id, "quantity": redemption.quantity})


def taken(conn: Conn, reward: Reward, member_id: UUID, *, at: datetime) -> list[tuple[datetime, int]]:
    """When and how many of a reward a member had within its limit's window."""
    since = at - (timedelta(days=reward.limit_days) if reward.limit_days else _LONG_AGO)
    rows = conn.execute(SQL["select_taken"], {"member_id": member_id, "reward_id": reward.reward_id, "since_at": since})
    return [(row[0], row[1]) for row in rows]


def add(conn: Conn, redemption: Redemption) -> None:
    """Write a redemption."""
    conn.execute(
        SQL["insert_redemption"],
        {
            "member_id": redemption.member_id,
            "redemption_id": redemption.redemption_id,
            "program_id": redemption.program_id,
            "reward_id": redemption.reward_id,
            "external_id": redemption.external_id,
            "quantity": redemption.quantity,
            "points": redemption.points,
            "cost_minor": redemption.cost_minor,
            "state": redemption.state.value,
            "code": redemption.code,
            "redeemed_at": redemption.redeemed_at,
            "on_date": redemption.on_date,
            "answer": msgspec.json.encode(redemption.answer).decode() if redemption.answer is not None else None,
        },
    )


def find(conn: Conn, member_id: UUID, *, external_id: str = "", redemption_id: UUID | None = None) -> Redemption | None:
    """A member's redemption by the shop's id for it, or by ours."""
    row = conn.execute(
        SQL["select_redemption"],
        {"member_id": member_id, "external_id": external_id, "redemption_id": redemption_id},
    ).fetchone()
    return _redemption(row) if row else None


def redemptions(
    conn: Conn, program_id: int, *, limit: int, member_id: UUID | None = None, state: State | None = None
) -> list[Redemption]:
    """The newest redemptions, of one member or in one state."""
    rows = conn.execute(
        SQL["select_redemptions"],
        {"program_id": program_id, "limit": limit, "member_id": member_id, "state": state.value if state else None},
    )
    return [_redemption(row) for row in rows]


def _redemption(row: Sequence[Any]) -> Redemption:
    names = (
        "member_id", "redemption_id", "program_id", "reward_id", "external_id", "quantity", "points", "cost_minor",
        "state", "code", "redeemed_at", "on_date", "answer",
    )  # fmt: skip
    values = dict(zip(names, row, strict=True))
    values["state"] = State(values["state"])
    return Redemption(**values)


def decide(conn: Conn, redemption: Redemption, state: State, *, at: datetime) -> bool:
    """Move a redemption on; False when somebody else moved it first."""
    found = conn.execute(
        SQL["decide_redemption"],
        {
            "member_id": redemption.member_id,
            "redemption_id": redemption.redemption_id,
            "state": state.value,
            "from_state": redemption.state.value,
            "at": at,
        },
    )
    return found.rowcount == 1


def usage(conn: Conn, program_id: int) -> Mapping[UUID, tuple[int, int, int]]:
    """Per reward: redemptions that stand, points spent, cost in minor units."""
    rows = conn.execute(SQL["count_redemptions"], {"program_id": program_id})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
