"""Where a member stands on every set of tiers: what they have, what is missing, what would be lost, what comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from regulars.kit import clock, text
from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import members

from . import play_challenges, segment_ranks
from .plan import Plan

_HISTORY = 20


def member_tiers(conn: Conn, plan: Plan, member: members.Member, language: str, *, at: datetime) -> dict[str, Any]:
    """The answer about a member's tiers, in a language, and what they give together. Source: capabilities A7, C15."""
    today = plan.program.local_date(at)
    notices = tiers.notices(conn, member.member_id)
    waiting = {one.ladder.ladder_id: one for one in tiers.scheduled(conn, plan.program.program_id)}
    found, held = [], []
    for ladder in plan.ladders:
        progress = standing(conn, plan, ladder, member, at=at)
        held.append((ladder, progress.tier))
        moves = tiers.moves(conn, member.member_id, limit=_HISTORY, ladder_ids=[ladder.ladder_id])
        told = next((n for n in notices if (n.ladder_id, n.falls_on) == (ladder.ladder_id, progress.falls_on)), None)
        first, last = tiers.period(ladder, today, plan.program.local_date(member.enrolled_at))
        found.append(
            {
                **of_ladder(ladder, language),
                "counted_from": _day(first),
                "counted_to": _day(last),
                **_stands(plan, ladder, progress, language),
                "notice": _notice(ladder, told, language) if told else None,
                "coming": _coming(waiting.get(ladder.ladder_id), progress, language),
                "history": [_move(ladder, move, language) for move in moves],
            }
        )
    together = tiers.together(held)
    return {
        "member_id": str(member.member_id),
        "tier_sets": found,
        "milestones": [_milestones(one) for one in play_challenges.milestones(conn, plan, member.member_id, at=at)],
        "together": {
            "points_factor": together.points_factor,
            "price_factor": float(together.price_factor),
            "return_days": max(plan.program.return_window_days, together.return_days),
        },
    }


def _milestones(one: play_challenges.Milestones) -> dict[str, Any]:
    above = one.next
    return {
        "challenge": one.challenge.code,
        "name": one.challenge.name,
        "measure": str(one.challenge.measure),
        "season_on": _day(one.season_on),
        "value": one.value,
        "next_target": above.target if above else None,
        "next_points": above.points if above else None,
        "target": one.challenge.target,
    }


def standing(conn: Conn, plan: Plan, ladder: tiers.Ladder, member: members.Member, *, at: datetime) -> tiers.Progress:
    """Where a member stands on one set now; on one by segment their conditions are asked."""
    today, rank = plan.program.local_date(at), None
    if ladder.metric is tiers.Metric.SEGMENT:
        rank = segment_ranks.ranks(conn, plan, ladder, [member.member_id], at=at, today=today)[member.member_id]
    return tiers.standing(conn, ladder, member.member_id, today=today, rank=rank)


def of_ladder(ladder: tiers.Ladder, language: str) -> dict[str, Any]:
    """Which set it is."""
    return {
        "tier_set": ladder.code,
        "name": text.pick(ladder.name, language) if ladder.name else ladder.code,
        "is_main": ladder.is_main,
        "metric": str(ladder.metric),
    }


def _stands(plan: Plan, ladder: tiers.Ladder, progress: tiers.Progress, language: str) -> dict[str, Any]:
    lower = progress.falls_to or below(ladder, progress.tier)
    above = progress.next_tier
    return {
        "tier": _tier(progress.tier, language),
        "since": progress.since_at.isoformat(timespec="seconds") if progress.since_at else None,
        "reached": progress.reached,
        "next": _tier(above, language) if above else None,
        "missing": progress.missing,
        "needs": segment_ranks.needs(plan, above, language) if above else "",
        "review_on": _day(progress.review_on) if progress.review_on else None,
        "needed_to_keep": progress.kept_by if progress.review_on else 0,
        "manual_until": _day(progress.review_on) if progress.is_manual and progress.review_on else None,
        "points_factor": progress.tier.points_factor if ladder.is_main else 1.0,
        "benefits": benefits(tiers.of_tier(progress.tier), language),
        "would_lose": benefits(tiers.lost(progress.tier.benefits, lower.benefits), language) if lower else [],
        "would_gain": benefits(tiers.lost(above.benefits, progress.tier.benefits), language) if above else [],
    }


def below(ladder: tiers.Ladder, tier: tiers.Tier) -> tiers.Tier | None:
    """The tier under this one."""
    return max((one for one in ladder.tiers if one.rank < tier.rank), key=lambda one: one.rank, default=None)


def benefits(found: Sequence[tiers.Benefit], language: str) -> list[dict[str, Any]]:
    """Benefits as they are told: the kind, its figures, and a sentence."""
    return [
        {
            "type": one.type,
            "text": text.pick(one.words, language),
            "factor": float(one.params["factor"]) if "factor" in one.params else None,
            "days": one.params.get("days"),
        }
        for one in found
    ]


def _tier(tier: tiers.Tier, language: str) -> dict[str, Any]:
    return {
        "id": tier.tier_id,
        "rank": tier.rank,
        "name": text.pick(tier.name, language),
        "threshold": tier.threshold,
        "color": tier.color,
    }


def _notice(ladder: tiers.Ladder, told: tiers.Notice, language: str) -> dict[str, Any]:
    return {
        "told_on": _day(told.told_on),
        "falls_on": _day(told.falls_on),
        "falls_to": text.pick(ladder.tier(told.falls_to).name, language),
        "missing": told.missing,
    }


def _coming(waiting: tiers.Scheduled | None, progress: tiers.Progress, language: str) -> dict[str, Any] | None:
    """What an announced change means for them: the threshold of their tier then, and what it gives no more."""
    if waiting is None:
        return None
    then = waiting.ladder.tier(progress.tier.tier_id)
    above = next((tier for tier in waiting.ladder.tiers if tier.rank > then.rank), None)
    return {
        "effective_on": _day(waiting.effective_on),
        "threshold": then.threshold,
        "next_threshold": above.threshold if above else None,
        "would_lose": benefits(tiers.lost(progress.tier.benefits, then.benefits), language),
    }


def _move(ladder: tiers.Ladder, move: tiers.Move, language: str) -> dict[str, Any]:
    return {
        "at": move.moved_at.isoformat(timespec="seconds"),
        "from": text.pick(ladder.tier(move.from_tier_id).name, language),
        "to": text.pick(ladder.tier(move.to_tier_id).name, language),
        "cause": move.cause,
        "reached": move.reached,
        "by": move.by,
        "reason": move.reason,
        "until": _day(move.until) if move.until else None,
    }


def _day(on: Any) -> str | None:
    return on.isoformat() if clock.EVER < on < clock.NEVER else None
