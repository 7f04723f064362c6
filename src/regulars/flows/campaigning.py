"""Campaigns in the one decision: whom they admit, what their budgets let through, what a grant takes. Pure, but for
what a batch reads before and notes after."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.kit import money
from regulars.kit.db import Conn
from regulars.program import campaigns, earning
from regulars.records import ledger, outbox

from .plan import Plan

_MICROS = 1_000_000
Rooms = MutableMapping[campaigns.Key, campaigns.Left]
"""What the budgets of campaigns still hold."""


def admitted(plan: Plan, member_id: UUID, seats: campaigns.Seats, on: date) -> frozenset[int]:
    """The campaigns that give to a member for what happened on a local day."""
    running = plan.campaigns_on(on)
    if not running:
        return _NONE
    key = (member_id, on)
    if key not in plan.admitted_before:
        plan.admitted_before[key] = campaigns.admitted(running, plan.policy, member_id, seats, on)
    return plan.admitted_before[key]


_NONE: frozenset[int] = frozenset()


def seats(conn: Conn, plan: Plan, member_ids: Sequence[UUID]) -> dict[UUID, campaigns.Seats]:
    """Who of a batch is in the audiences of campaigns; no read where none has one."""
    return campaigns.seats(conn, plan.program.program_id, plan.launched, member_ids)


def rooms(conn: Conn, plan: Plan, *, locked: bool = False) -> dict[campaigns.Key, campaigns.Left]:
    """What the budgets of campaigns hold; no read where none has one."""
    return campaigns.lefts(conn, plan.program.program_id, plan.launched, locked=locked)


def cut(
    plan: Plan, awards: Sequence[tuple[ledger.Wallet, earning.Award]], store: str, left: Mapping[Any, campaigns.Left]
) -> tuple[list[earning.Award], tuple[campaigns.Grant, ...]]:
    """What campaigns may really give of the awards of one order or event, in each wallet, and what that takes."""
    if not plan.campaign_of or not any(_touches(plan, award) for _, award in awards):
        return [award for _, award in awards], ()
    now: Rooms = ChainMap({}, left)  # type: ignore[arg-type]
    seen: set[int] = set()
    grants: list[campaigns.Grant] = []
    found = []
    for wallet, award in awards:
        micros = point_micros(plan, wallet)
        parts = list(award.parts)
        for place, part in enumerate(parts):
            campaign_id = plan.campaign_of.get(part.reason["rule"])
            if campaign_id is None or not part.points:
                continue
            is_first = campaign_id not in seen
            room = campaigns.room_points(now, campaign_id, store, micros=micros, is_first=is_first)
            points = part.points if room is None else min(room, part.points)
            parts[place] = _part(part, campaign_id, points)
            if points:
                seen.add(campaign_id)
                grant = campaigns.Grant(
                    campaign_id=campaign_id, store=store, points=points, micros=points * micros, is_first=is_first
                )
                grants.append(grant)
                campaigns.spent(now, [grant])
        found.append(_award(award, parts))
    return found, tuple(grants)


def _touches(plan: Plan, award: earning.Award) -> bool:
    return any(part.reason["rule"] in plan.campaign_of for part in award.parts)


def _part(part: earning.Part, campaign_id: int, points: int) -> earning.Part:
    reason = {**part.reason, "campaign": campaign_id}
    if points < part.points:
        reason |= {"limit": "campaign", "uncut": reason.get("uncut", part.points), "points": points}
    return earning.Part(points, reason)


def _award(award: earning.Award, parts: Sequence[earning.Part]) -> earning.Award:
    points = sum(part.points for part in parts)
    if points == award.points:
        return replace(award, parts=tuple(parts))
    given = {part.reason["rule"]: part.points for part in parts}
    cut_points = award.points - points
    uses = tuple(
        replace(use, points=use.points - cut_points if use.rule_id < 0 else min(use.points, given[use.rule_id]))
        for use in award.uses
    )
    none = award.none
    if not points and none is None:
        short = next(part.reason for part in parts if part.reason.get("limit") == "campaign")
        none = "none.campaign", dict(short)
    by_line = award.line_points
    return replace(
        award,
        points=points,
        parts=tuple(parts),
        line_points=tuple(earning.spread(points, by_line)) if by_line else award.line_points,
        none=none,
        uses=tuple(use for use in uses if use.points),
    )


def point_micros(plan: Plan, wallet: ledger.Wallet) -> int:
    """What a point of a wallet costs the shop, in millionths of a currency unit; status costs nothing."""
    if wallet.is_money:
        unit: int = 10 ** money.exponent(plan.program.currency)
        return _MICROS // unit
    return wallet.point_value_micros if wallet.is_spendable else 0


Given = tuple[UUID, date, campaigns.Grant]


def use(conn: Conn, plan: Plan, given: Sequence[Given], limited: Iterable[campaigns.Key], *, at: datetime) -> None:
    """Note what a batch gave, last of all, and tell of campaigns whose budget it used up.

    Raises:
        campaigns.BudgetMoved: others spent in between; the batch goes back to its beginning.
    """
    codes = {one.campaign_id: one.code for one in plan.launched}
    for campaign_id in campaigns.use(conn, plan.program.program_id, given, limited, at=at):
        data = {"campaign": codes[campaign_id], "reason": "budget-exhausted"}
        told = outbox.Change(type="campaign.stopped", member_id=None, occurred_at=at, recorded_at=at, data=data)
        outbox.add(conn, plan.program.program_id, [told])
