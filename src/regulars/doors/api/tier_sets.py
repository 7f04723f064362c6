"""Sets of tiers: their terms in versions, at once or from a day on, and who would move."""

from dataclasses import replace
from typing import Any

from regulars import flows
from regulars.program import tiers
from regulars.records import access

from . import tier_samples as samples
from .asked import Asked
from .call import Answer, Call, Operation
from .tier_asked import (
    BenefitAsked,
    TierAsked,
    TierSetAsked,
    TierTermsAsked,
    TierUndoAsked,
    TierWithdrawAsked,
)
from .tier_tells import (
    TierHistoryTold,
    TierMovesTold,
    TierSetSavedTold,
    TierSetsTold,
    WithdrawnTold,
)


def show(call: Call, _: None) -> Answer:
    """GET /v1/tier-sets: every live set, and the changes that wait for their day."""
    waiting = tiers.scheduled(call.conn, call.program_id)
    content = {
        "tier_sets": [_told(ladder) for ladder in call.plan.ladders],
        "scheduled": [
            {"tier_set": one.ladder.code, "effective_on": one.effective_on.isoformat(), "terms": _told(one.ladder)}
            for one in waiting
        ],
    }
    return Answer(status=200, content=content)


def _told(ladder: tiers.Ladder) -> dict[str, Any]:
    return {
        "tier_set": ladder.code,
        "version": ladder.version,
        "name": dict(ladder.name),
        "is_main": ladder.is_main,
        "metric": str(ladder.metric),
        "window": str(ladder.window),
        "window_months": ladder.window_months,
        "starts_month": ladder.starts_month,
        "keep_months": ladder.keep_months,
        "landing": str(ladder.landing),
        "grace_days": ladder.grace_days,
        "notice_days": ladder.notice_days,
        "change_notice_days": ladder.change_notice_days,
        "is_live": ladder.is_live,
        "tiers": [_tier(tier) for tier in ladder.tiers],
    }


def _tier(tier: tiers.Tier) -> dict[str, Any]:
    return {
        "id": tier.tier_id,
        "rank": tier.rank,
        "name": dict(tier.name),
        "threshold": tier.threshold,
        "color": tier.color,
        "points_factor": tier.points_factor,
        "benefits": [
            {
                "type": one["type"],
                "factor": float(one["factor"]) if "factor" in one else None,
                "days": one.get("days"),
                "text": dict(one.get("text", {})),
            }
            for one in tier.benefits
        ],
        "condition": tier.condition,
    }


def _wanted(call: Call, asked: TierTermsAsked) -> tiers.Ladder:
    """The set as it is asked for: a new one, or other terms of the one with this code."""
    code = call.path["tier_set"]
    before = next((one for one in tiers.ladders(call.conn, call.program_id) if one.code == code), None)
    known = before.tiers if before else ()
    following = max((tier.tier_id for tier in known), default=0) + 1
    found = []
    for rank, tier in enumerate(asked.tiers):
        is_new = tier.id is None and rank >= len(known)
        tier_id = following + rank - len(known) if is_new else tier.id or known[rank].tier_id
        found.append(_asked_tier(tier, tier_id, rank, is_segment=asked.metric == "segment"))
    return tiers.Ladder(
        program_id=call.program_id,
        ladder_id=before.ladder_id if before else 0,
        code=code,
        version=before.version if before else 0,
        name=asked.name or (before.name if before else {}),
        metric=tiers.Metric(asked.metric),
        window=tiers.Window(asked.window),
        window_months=asked.window_months,
        starts_month=asked.starts_month,
        keep_months=asked.keep_months,
        landing=tiers.Landing(asked.landing),
        grace_days=asked.grace_days,
        notice_days=asked.notice_days,
        change_notice_days=asked.change_notice_days,
        is_live=asked.is_live,
        tiers=tuple(found),
    )


def _asked_tier(tier: TierAsked, tier_id: int, rank: int, *, is_segment: bool) -> tiers.Tier:
    return tiers.Tier(
        tier_id=tier_id,
        rank=rank,
        name=tier.name,
        threshold=rank if is_segment else tier.threshold,
        color=tier.color,
        points_factor=tier.points_factor,
        benefits=tuple(_benefit(one) for one in tier.benefits),
        condition=tier.condition,
    )


def _benefit(one: BenefitAsked) -> dict[str, Any]:
    found: dict[str, Any] = {"type": one.type}
    if one.price:
        found["factor"] = float(tiers.read_price(one.price))
    elif one.factor is not None:
        found["factor"] = one.factor
    if one.days is not None:
        found["days"] = one.days
    if one.text:
        found["text"] = one.text
    return found


def save(call: Call, asked: TierSetAsked) -> Answer:
    """POST /v1/tier-sets/{tier_set}: a new set, or other terms of the one with this code."""
    wanted = _wanted(call, asked)
    if asked.version is not None:
        wanted = replace(wanted, version=asked.version)
    done = flows.save_tier_set(
        call.conn,
        call.plan,
        wanted,
        by=call.key.actor.name,
        at=call.at,
        effective_on=asked.effective_on,
        note=asked.note,
    )
    return _saved(wanted, done, asked.effective_on)


def _saved(ladder: tiers.Ladder, done: flows.TierSetSaved, effective_on: Any) -> Answer:
    content = {
        "tier_set": ladder.code,
        "version": done.version,
        "effective_on": effective_on.isoformat() if done.is_scheduled else None,
    }
    return Answer(status=201 if done.is_new else 200, content=content, is_replay=not done.is_new)


def preview(call: Call, asked: TierTermsAsked) -> Answer:
    """POST /v1/tier-sets/{tier_set}/preview: who would move, with nothing written."""
    wanted = _wanted(call, asked)
    found = flows.preview_tier_set(call.conn, call.plan, wanted, at=call.at)
    content = {
        "tier_set": wanted.code,
        "now": {str(tier_id): count for tier_id, count in found.now.items()},
        "then": {str(tier_id): count for tier_id, count in found.then.items()},
        "up": found.up,
        "down": found.down,
        "is_harder": found.is_harder,
        "falling": [str(one) for one in found.falling],
    }
    return Answer(status=200, content=content)


def history(call: Call, _: None) -> Answer:
    """GET /v1/tier-sets/{tier_set}/versions."""
    ladder = call.plan.set_of(call.path["tier_set"])
    content = {
        "tier_set": ladder.code,
        "versions": [
            {
                "version": one.version,
                "state": one.state,
                "effective_on": one.effective_on.isoformat() if one.effective_on else None,
                "saved_at": one.saved_at.isoformat(timespec="seconds") if one.saved_at else None,
                "saved_by": one.saved_by,
                "note": one.note,
                "withdrawn_by": one.withdrawn_by,
                "terms": _told(one.ladder),
            }
            for one in tiers.versions(call.conn, call.program_id, ladder.ladder_id)
        ],
    }
    return Answer(status=200, content=content)


def undo(call: Call, asked: TierUndoAsked) -> Answer:
    """POST /v1/tier-sets/{tier_set}/undo: the terms of an earlier version again."""
    ladder = call.plan.set_of(call.path["tier_set"])
    done = flows.undo_tier_set(
        call.conn,
        call.plan,
        ladder,
        asked.version,
        by=call.key.actor.name,
        at=call.at,
        effective_on=asked.effective_on,
    )
    return _saved(ladder, done, asked.effective_on)


def withdraw(call: Call, _: Asked) -> Answer:
    """POST /v1/tier-sets/{tier_set}/withdraw: take back the change that waits."""
    ladder = call.plan.set_of(call.path["tier_set"])
    done = tiers.withdraw(call.conn, ladder, by=call.key.actor.name)
    return Answer(status=200, content={"tier_set": ladder.code, "withdrawn": done}, is_replay=not done)


_SET_PROBLEMS = ("validation-failed", "rule-invalid", "rule-too-complex", "rule-too-expensive", "forbidden")

OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/tier-sets",
        tag="Tiers",
        summary="Show the sets of tiers",
        description="Every set with its terms, the main one first, and the changes that wait for their day.",
        run=show,
        tells=TierSetsTold,
        example={"tier_sets": [samples.TIER_SET], "scheduled": [samples.CHANGE]},
    ),
    Operation(
        method="POST",
        path="/v1/tier-sets/{tier_set}",
        tag="Tiers",
        summary="Save a set of tiers",
        description=(
            "A new set, or other terms of the one with this code: what is left out takes its default. Every save is a "
            "version. With a later `effective_on` the present terms decide until then. Nobody loses a tier before its "
            "review; who reaches more moves up when the day is closed. The main set is called `main`."
        ),
        run=save,
        asks=TierSetAsked,
        tells=TierSetSavedTold,
        scope=access.Scope.ADMIN,
        sample=samples.TERMS,
        example=samples.SAVED,
        statuses={201: "A new version.", 200: "Its terms were these already."},
        problems=(*_SET_PROBLEMS, "tier-set-changed", "tier-notice-too-short"),
        name="tier_set",
    ),
    Operation(
        method="POST",
        path="/v1/tier-sets/{tier_set}/preview",
        tag="Tiers",
        summary="Show who would move",
        description="How many members have and would reach each tier under these terms today; nothing is written.",
        run=preview,
        asks=TierTermsAsked,
        tells=TierMovesTold,
        scope=access.Scope.ADMIN,
        sample=samples.TERMS,
        example=samples.MOVES,
        problems=_SET_PROBLEMS,
        name="tier_set",
    ),
    Operation(
        method="GET",
        path="/v1/tier-sets/{tier_set}/versions",
        tag="Tiers",
        summary="Show the history of a set of tiers",
        description="Every version with who saved it, when, why, and its terms, newest first.",
        run=history,
        tells=TierHistoryTold,
        scope=access.Scope.ADMIN,
        example={"tier_set": "main", "versions": [samples.VERSION]},
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/tier-sets/{tier_set}/undo",
        tag="Tiers",
        summary="Give a set of tiers earlier terms again",
        description="A new version with the terms of an earlier one: what was in between stays in the history.",
        run=undo,
        asks=TierUndoAsked,
        tells=TierSetSavedTold,
        scope=access.Scope.ADMIN,
        sample={"version": 2},
        example={**samples.SAVED, "tier_set": "main", "version": 4},
        statuses={201: "A new version.", 200: "Its terms were these already."},
        problems=(*_SET_PROBLEMS, "not-found", "tier-set-changed", "tier-notice-too-short"),
        name="tier_set",
    ),
    Operation(
        method="POST",
        path="/v1/tier-sets/{tier_set}/withdraw",
        tag="Tiers",
        summary="Take back a change of tiers that waits",
        description="The present terms go on. Without such a change nothing happens.",
        run=withdraw,
        asks=TierWithdrawAsked,
        tells=WithdrawnTold,
        scope=access.Scope.ADMIN,
        sample={},
        example={"tier_set": "main", "withdrawn": True},
        problems=("not-found",),
        name="tier_set",
    ),
)
