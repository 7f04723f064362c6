"""What campaigns gave, in the room's tables: budgets that are never overshot, and tallies by member and day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn

from .budgets import NOTHING, WHOLE, Grant, Key, Left
from .model import BudgetExhausted, BudgetMoved, Campaign, CampaignPaused, State
from .store import SQL, get, stop

Given = tuple[UUID, date, Grant]
"""A grant, to whom and on which local day."""


def lefts(conn: Conn, program_id: int, campaigns: Iterable[Campaign], *, locked: bool = False) -> dict[Key, Left]:
    """What is left of the budgets of these campaigns; a campaign that stopped has nothing left.

    `locked`: nobody else changes it until the end of the transaction.
    """
    found: dict[Key, Left] = {}
    every = [c for c in campaigns if c.terms.budget.is_limited or c.terms.store_budgets]
    if not every:
        return found
    ids = sorted(c.campaign_id for c in every)
    rows: list[Sequence[Any]] = []
    if locked:
        for campaign_id in ids:
            asked = {"program_id": program_id, "campaign_id": campaign_id}
            rows += conn.execute(SQL["lock_budgets"], asked).fetchall()
    else:
        rows += conn.execute(SQL["select_budgets"], {"program_id": program_id, "campaign_ids": ids}).fetchall()
    for campaign_id, store, *limits in rows:
        left = [None if most is None else most - spent for most, spent in zip(limits[:3], limits[3:], strict=True)]
        found[campaign_id, store] = Left(points=left[0], micros=left[1], grants=left[2])
    stopped = {(c.campaign_id, WHOLE): NOTHING for c in every if c.state is State.STOPPED}
    return found | stopped


def use(conn: Conn, program_id: int, given: Sequence[Given], limited: Iterable[Key], *, at: datetime) -> list[int]:
    """Note what decisions gave; the last thing a flow writes, as budgets are shared by all.

    `limited`: the budgets there are. Answers by which campaigns stopped with it: their budget is used up.

    Raises:
        BudgetMoved: a budget no longer holds so much; the caller rolls back to before it decided.
    """
    if not given:
        return []
    by_day: dict[tuple[UUID, int, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    by_budget: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    budgets = set(limited)
    for member_id, on, grant in given:
        amounts = (grant.points, grant.micros, int(grant.is_first))
        _add(by_day[member_id, grant.campaign_id, on], amounts)
        for key in {(grant.campaign_id, WHOLE), (grant.campaign_id, grant.store)} & budgets:
            _add(by_budget[key], amounts)
    columns = list(zip(*by_day, strict=True))
    points, micros, grants = zip(*by_day.values(), strict=True)
    row = {
        "program_id": program_id, "member_id": list(columns[0]), "campaign_id": list(columns[1]),
        "on_date": list(columns[2]), "points": list(points), "micros": list(micros), "grants": list(grants),
    }  # fmt: skip
    conn.execute(SQL["add_tallies"], row)
    return [
        key[0]
        for key, amounts in sorted(by_budget.items())
        if _spend(conn, program_id, key, amounts) and key[1] == WHOLE and stop(conn, program_id, key[0], at=at)
    ]


def _add(to: list[int], amounts: Sequence[int]) -> None:
    for place, amount in enumerate(amounts):
        to[place] += amount


def _spend(conn: Conn, program_id: int, key: Key, amounts: Sequence[int]) -> bool:
    """Whether the budget is used up now."""
    asked = {
        "program_id": program_id, "campaign_id": key[0], "store": key[1],
        "points": amounts[0], "micros": amounts[1], "grants": amounts[2],
    }  # fmt: skip
    row = conn.execute(SQL["spend_budget"], asked).fetchone()
    if row is None:
        raise BudgetMoved
    return any(left is not None and left <= 0 for left in row)


def take(
    conn: Conn,
    program_id: int,
    campaign_id: int,
    member_id: UUID,
    *,
    on: date,
    at: datetime,
    points: int = 0,
    micros: int = 0,
    store: str = "",
) -> bool:
    """Take one grant out of a campaign for something that is asked for by name: a coupon, a reward, a prize.

    All or nothing; the campaign cannot be paused or stopped meanwhile. `micros` are millionths of a currency unit.
    Answers whether the campaign stopped with it: its budget is used up.

    Raises:
        CampaignNotFound: there is no such campaign.
        CampaignPaused: it does not run on that local day.
        BudgetExhausted: its budget holds less.
    """
    lefts(conn, program_id, [get(conn, program_id, campaign_id)], locked=True)  # budgets first, as batches lock them
    campaign = get(conn, program_id, campaign_id, locks=True)
    if campaign.state is State.STOPPED:
        raise BudgetExhausted("The budget of this campaign is used up.")
    if not campaign.is_running(on):
        raise CampaignPaused("This campaign does not run now.", facts={"state": campaign.state.value})
    limited = lefts(conn, program_id, [campaign])
    grant = Grant(campaign_id=campaign_id, store=store, points=points, micros=micros, is_first=True)
    try:
        with conn.transaction():
            return bool(use(conn, program_id, [(member_id, on, grant)], limited, at=at))
    except BudgetMoved:
        raise BudgetExhausted("The budget of this campaign does not hold so much any more.") from None
