"""The catalogue as one member sees it: what each reward costs them now, whether they can have it, and if not, why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.kit import text
from regulars.kit.db import Conn
from regulars.program import campaigns, rewards, tiers
from regulars.records import ledger, members

from . import bundling
from .eligibility import check_audience, for_whom
from .plan import Plan

_HIDDEN = frozenset({"not-live", "ended", "campaign-audience"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Viewer:
    """Who looks at the catalogue, and what they can spend."""

    member_id: UUID
    rank: int
    spendable: int
    language: str
    store: str


def offers(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime, store: str = "") -> list[dict[str, Any]]:
    """Each reward that is or will be offered: its prices for this member, and the reason where it cannot be had."""
    today = plan.program.local_date(at)
    member = members.followed(conn, plan.program.program_id, member_id)
    member_id = member.member_id
    account_id = members.accounts(conn, [member_id])[member_id]
    viewer = _Viewer(
        member_id=member_id,
        rank=tiers.standing(conn, plan.ladder, member_id, today=today).tier.rank,
        spendable=ledger.balances(conn, [account_id], wallet=plan.wallet, today=today)[account_id].spendable,
        language=member.language,
        store=store,
    )
    found = []
    for reward in rewards.catalogue(conn, plan.program.program_id):
        why, facts = _why_not(conn, plan, reward, viewer, at=at)
        if why not in _HIDDEN:
            found.append(_offer(conn, plan, reward, viewer, why, facts, at=at))
    return found


def _offer(
    conn: Conn,
    plan: Plan,
    reward: rewards.Reward,
    viewer: _Viewer,
    why: str | None,
    facts: dict[str, Any],
    *,
    at: datetime,
) -> dict[str, Any]:
    ways = rewards.ways_to_pay(reward, viewer.rank) or rewards.ways_to_pay(reward, reward.rank_min)
    percent = _percent(conn, reward, viewer, at=at)
    prices = [{"points": rewards.at_percent(way.points, percent), "money_minor": way.money_minor} for way in ways]
    points = min((price["points"] for price in prices), default=reward.price_points)
    if why is None and viewer.spendable < points:
        why = "insufficient-points"
    sentence = for_whom(plan, reward)
    return {
        "reward_id": str(reward.reward_id),
        "name": text.pick(reward.name, viewer.language),
        "points": prices[0]["points"] if prices else reward.price_points,
        "prices": prices,
        "can_redeem": why is None,
        "why_not": why,
        "resets_at": facts.get("resets_at"),
        "for_whom": text.pick(sentence, viewer.language) if sentence else None,
        "missing": max(0, points - viewer.spendable),
    }


def _percent(conn: Conn, reward: rewards.Reward, viewer: _Viewer, *, at: datetime) -> int:
    had = 0
    if reward.steps and reward.steps.by == "had":
        taken = rewards.taken(conn, reward, viewer.member_id, at=at, days=reward.steps.days)
        had = sum(count for _, count in taken)
    return rewards.percent_at(reward.steps, had=had, left=reward.units_left)


def _why_not(
    conn: Conn, plan: Plan, reward: rewards.Reward, viewer: _Viewer, *, at: datetime
) -> tuple[str | None, dict[str, Any]]:
    """The reason beside the price, with its facts."""
    store = viewer.store or next(iter(reward.stores), "")
    try:
        rewards.check_open(reward, rank=viewer.rank, at=at, store=store)
        bundling.check_reward(conn, plan, reward, viewer.member_id, at=at)
        check_audience(conn, plan, reward, viewer.member_id, at=at)
        if reward.member_limit is not None:
            taken = rewards.taken(conn, reward, viewer.member_id, at=at, days=reward.limit_days)
            rewards.check_limit(reward, taken, 1)
    except rewards.RewardNotAvailable as refusal:
        return str(refusal.facts["reason"]), refusal.facts
    except (rewards.RedemptionLimitReached, campaigns.CampaignPaused, campaigns.BudgetExhausted) as refusal:
        return refusal.code, refusal.facts
    return ("reward-sold-out" if reward.units_left == 0 else None), {}
