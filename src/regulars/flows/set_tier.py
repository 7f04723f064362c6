"""A person gives a member a tier until a day, or ends what a person gave; with a reason, once for each reference."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Kind, Refusal
from regulars.program import tiers
from regulars.records import access, activities, members, outbox

from . import changes, segment_ranks
from .ask_adjustment import refuse_own
from .give_points import taking_part
from .plan import Plan

_DAYS_MAX = 1830


class TierNotGiven(Refusal):
    """A tier that is not there, no reason, or a day that is over or more than five years ahead."""

    kind = Kind.INVALID


class TierReached(Refusal):
    """The member reached a higher tier: it cannot be taken away by hand. Facts: tier."""

    kind = Kind.CONFLICT
    code = "tier-reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGiven:
    """What was done: `done`, or `replayed` (the same reference again, nothing new), and the step it was."""

    outcome: Literal["done", "replayed"]
    move: tiers.Move


def set_tier(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    tier_id: int | None,
    *,
    until: date | None,
    reason: str,
    by: access.Actor,
    reference: str,
    at: datetime,
    tier_set: str = "",
) -> TierGiven:
    """Give a member a tier that is kept at least until a day; without a tier, they get what they reach.

    It is a floor: what is reached above it counts as ever, and a tier that was reached is never lowered. After the
    day it is reviewed as every other, announced before.

    Raises:
        TierNotGiven: no such tier, no reason, or a day that cannot be.
        TierReached: a lower one than the member reached.
        SelfGrant: the member is whoever asks.
        EventConflict: the reference names something else.
        MemberNotFound, MemberFrozen, MemberErased, LadderUnknown: as named.

    Source: quality/edge-cases 39.
    """
    ladder, today = plan.set_of(tier_set), plan.program.local_date(at)
    activities.check_text("/reason", reason, required=True)
    activities.check_text("/reference", reference, required=True)
    person = taking_part(members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id))
    wanted = _wanted(ladder, tier_id)
    move_id = ids.key_of("tier", plan.program.program_id, person.member_id, reference)
    earlier = tiers.move(conn, person.member_id, move_id)
    if earlier is not None:
        return _again(earlier, ladder, wanted, until, reason)
    refuse_own(conn, plan, by, person)
    if wanted is not None and (until is None or not today <= until <= today + timedelta(days=_DAYS_MAX)):
        raise TierNotGiven("A tier is given until a day within five years.", flaws=[_flaw("/until")])
    return _give(conn, plan, ladder, person, wanted, until, by.name, reason, move_id, at=at, today=today)


def _again(
    earlier: tiers.Move, ladder: tiers.Ladder, wanted: tiers.Tier | None, until: date | None, reason: str
) -> TierGiven:
    same = (earlier.ladder_id, earlier.reason, earlier.until) == (ladder.ladder_id, reason, until)
    if not same or (wanted is not None and earlier.to_tier_id != wanted.tier_id):
        raise activities.EventConflict("This reference was used before for another tier.")
    return TierGiven(outcome="replayed", move=earlier)


def _give(
    conn: Conn,
    plan: Plan,
    ladder: tiers.Ladder,
    person: members.Standing,
    wanted: tiers.Tier | None,
    until: date | None,
    by_name: str,
    reason: str,
    move_id: UUID,
    *,
    at: datetime,
    today: date,
) -> TierGiven:
    held = tiers.holdings(conn, [person.member_id], ladder.ladder_id).get(person.member_id)
    amount = _amount(conn, plan, ladder, person, at=at, today=today)
    holding = _after(ladder, held, wanted, until, amount, person.enrolled_on, at=at, today=today)
    move = tiers.Move(
        member_id=person.member_id,
        moved_at=at,
        from_tier_id=ladder.held(held).tier_id,
        to_tier_id=holding.tier_id,
        cause="manual",
        reached=amount,
        ladder_id=ladder.ladder_id,
        by=by_name,
        reason=reason,
        until=until if wanted else None,
        move_id=move_id,
    )
    tiers.hold(conn, ladder.program_id, [(person.member_id, holding)], [move])
    if move.from_tier_id != move.to_tier_id:
        outbox.add(conn, ladder.program_id, list(changes.moved(plan, [move], at=at)))
    return TierGiven(outcome="done", move=move)


def _flaw(pointer: str) -> Flaw:
    return Flaw(pointer=pointer, code="validation-failed", detail="not usable")


def _wanted(ladder: tiers.Ladder, tier_id: int | None) -> tiers.Tier | None:
    if tier_id is None:
        return None
    for tier in ladder.tiers:
        if tier.tier_id == tier_id:
            return tier
    raise TierNotGiven("This set has no such tier.", flaws=[_flaw("/tier")])


def _amount(
    conn: Conn, plan: Plan, ladder: tiers.Ladder, person: members.Standing, *, at: datetime, today: date
) -> int:
    if ladder.metric is tiers.Metric.SEGMENT:
        return segment_ranks.ranks(conn, plan, ladder, [person.member_id], at=at, today=today)[person.member_id]
    span = tiers.span([ladder], today, person.enrolled_on)
    counted = tiers.tallies(conn, {person.member_id: span}).get(person.member_id, ())
    return tiers.reached(ladder, counted, today, person.enrolled_on)


def _after(
    ladder: tiers.Ladder,
    held: tiers.Holding | None,
    wanted: tiers.Tier | None,
    until: date | None,
    amount: int,
    joined_on: date,
    *,
    at: datetime,
    today: date,
) -> tiers.Holding:
    """The holding from now on."""
    deserved = tiers.tier_for(ladder, amount)
    is_earned = held is not None and not held.is_manual
    floor = max(deserved.rank, ladder.held(held).rank if is_earned else 0)
    if wanted is not None and wanted.rank < floor:
        name = dict(next(tier for tier in ladder.tiers if tier.rank == floor).name)
        raise TierReached("The member reached a higher tier; it stays until its review.", facts={"tier": name})
    if wanted is None:
        if held is not None and is_earned:
            return held
        review_on = tiers.review_day(ladder, today, joined_on)
        return tiers.Holding(tier_id=deserved.tier_id, since_at=at, review_on=review_on, ladder_id=ladder.ladder_id)
    assert until is not None
    if held is not None and is_earned and held.tier_id == wanted.tier_id and held.review_on >= until:
        return replace(held, falls_on=None, looked_for=None)
    since_at = held.since_at if held is not None and held.tier_id == wanted.tier_id else at
    return tiers.Holding(
        tier_id=wanted.tier_id, since_at=since_at, review_on=until, ladder_id=ladder.ladder_id, is_manual=True
    )
