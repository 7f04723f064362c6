"""Orders and events advance challenges in the transaction that records them; a return takes back what they no longer
earn. Without a live challenge nothing is read and nothing is written."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from regulars.audience import conditions
from regulars.kit import ids
from regulars.kit.clock import zone
from regulars.kit.db import Conn
from regulars.program import campaigns, challenges, tiers
from regulars.records import activities, ledger, members

from . import campaigning, wording
from .plan import Plan

MEMBER_FIELDS = frozenset({"status", "language", "enrolled_on", "birth_on", "tier"})
"""What a challenge's condition may ask of a member: what is at hand for every order and event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An activity on its way through a batch, as challenges see it; `order` is None for an event."""

    doing: challenges.Doing
    person: members.Standing
    tier: tiers.Tier
    source: str
    order: activities.Order | None = None


LONG: Final = (challenges.Season.QUARTER, challenges.Season.YEAR)
"""Seasons as long as those of tiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """How far a member is on a goal of a year or a quarter."""

    challenge: challenges.Challenge
    season_on: date
    value: int

    @property
    def next(self) -> challenges.Milestone | None:
        """The next one they can reach; None when all are."""
        return next((one for one in self.challenge.milestones if one.target > self.value), None)


@dataclass(slots=True)
class Advance:
    """What a batch brings to challenges: to be posted, then written."""

    steps: list[challenges.Step] = field(default_factory=list)
    plays: dict[challenges.Key, challenges.Play] = field(default_factory=dict)
    awards: list[challenges.Award] = field(default_factory=list)
    transfers: list[ledger.Transfer] = field(default_factory=list)
    told: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    grants: list[campaigning.Given] = field(default_factory=list)
    rooms: campaigning.Rooms = field(default_factory=dict)


def order_played(
    order: activities.Order, order_id: UUID, person: members.Standing, *, on: date, spend_minor: int, tier: tiers.Tier
) -> Played | None:
    """An order as challenges see it; None for one of nothing, which is no visit."""
    if not order.total_minor:
        return None
    categories: dict[str, int] = {}
    for line in order.lines:
        if line.kind is activities.LineKind.PRODUCT and line.category:
            categories[line.category] = categories.get(line.category, 0) + line.amount_minor
    doing = challenges.Doing(
        member_id=person.member_id,
        activity_id=order_id,
        counts=challenges.ORDER,
        occurred_at=order.occurred_at,
        on_date=on,
        spend_minor=spend_minor,
        categories=categories,
    )
    return Played(doing=doing, person=person, tier=tier, source=order.source, order=order)


def event_played(
    event: activities.Event, event_id: UUID, person: members.Standing, *, on: date, tier: tiers.Tier
) -> Played:
    """An event as challenges see it."""
    doing = challenges.Doing(
        member_id=person.member_id,
        activity_id=event_id,
        counts=event.type,
        occurred_at=event.occurred_at,
        on_date=on,
    )
    return Played(doing=doing, person=person, tier=tier, source=event.source)


def advance(
    conn: Conn,
    plan: Plan,
    played: Iterable[Played | None],
    *,
    today: date,
    at: datetime,
    rooms: campaigning.Rooms | None = None,
) -> Advance:
    """Fold activities over the challenges that are live, in time order; reads states, writes nothing.

    A challenge of a campaign is played while that runs, by whom it is for, and pays out of its budget: `rooms` is what
    the budgets of campaigns still hold, and shrinks.
    """
    found = Advance(rooms={} if rooms is None else rooms)
    live = [one for one in plan.challenges if one.state is challenges.State.LIVE]
    if not live:
        return found
    done = sorted((one for one in played if one), key=lambda one: (one.doing.occurred_at, one.doing.activity_id))
    admits = _admits(conn, plan, live, done)
    taken = [
        (one, challenge, steps)
        for one in done
        for challenge in live
        if (steps := challenges.steps(challenge, one.doing)) and admits(challenge, one) and fits(plan, challenge, one)
    ]
    keys = {(s.member_id, s.challenge_id, s.season_on) for _, _, steps in taken for s in steps}
    found.plays = challenges.plays(conn, sorted(keys)) if keys else {}
    for one, challenge, steps in taken:
        key = (one.doing.member_id, challenge.challenge_id, steps[0].season_on)
        found.plays[key], reached = challenges.advance(challenge, found.plays[key], steps)
        found.steps += steps
        for no in reached:
            _award(plan, found, one, challenge, key, no, today=today, at=at)
    return found


def _admits(
    conn: Conn, plan: Plan, live: Sequence[challenges.Challenge], done: Sequence[Played]
) -> Callable[[challenges.Challenge, Played], bool]:
    """Whether somebody plays a challenge: everybody, or whom its campaign is for on that day."""
    if all(one.campaign_id is None for one in live):
        return lambda _challenge, _one: True
    seats = campaigning.seats(conn, plan, sorted({one.doing.member_id for one in done}))

    def admits(challenge: challenges.Challenge, one: Played) -> bool:
        member_id = one.doing.member_id
        admitted = campaigning.admitted(plan, member_id, seats.get(member_id, {}), one.doing.on_date)
        return challenge.campaign_id is None or challenge.campaign_id in admitted

    return admits


def open_to(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime) -> list[challenges.Challenge]:
    """The challenges a member can play now. Who is held out of a campaign is not told of its challenges."""
    on = plan.program.local_date(at)
    live = [one for one in plan.challenges if one.state is challenges.State.LIVE and challenges.is_open(one, at)]
    if not any(one.campaign_id is not None for one in live):
        return live
    admitted = campaigning.admitted(plan, member_id, campaigning.seats(conn, plan, [member_id]).get(member_id, {}), on)
    return [one for one in live if one.campaign_id is None or one.campaign_id in admitted]


def milestones(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime) -> list[Milestones]:
    """How far a member is on the goals of a year or a quarter, which stand beside the tiers."""
    today = plan.program.local_date(at)
    long = [one for one in open_to(conn, plan, member_id, at=at) if one.season in LONG]
    known = challenges.progress(conn, member_id) if long else {}
    found = []
    for one in long:
        season_on = challenges.season_on(one.season, today)
        progress = known.get((one.challenge_id, season_on))
        found.append(Milestones(challenge=one, season_on=season_on, value=progress.value if progress else 0))
    return found


def fits(plan: Plan, challenge: challenges.Challenge, one: Played) -> bool:
    """Whether the challenge's condition is true of an activity and its member; never of one that is stale."""
    if not challenge.condition:
        return True
    if one.order is not None:
        subject = conditions.activity(one.order, zone=zone(plan.program.time_zone))
    else:
        local = one.doing.occurred_at.astimezone(zone(plan.program.time_zone))
        subject = {"at": one.doing.occurred_at, "local_date": local.date(), "local_hour": local.hour, "total": 0,
                   "points_paid": 0, "source": one.source, "lines": []}  # fmt: skip
    member = {
        "status": one.person.status.name.lower(),
        "language": one.person.language,
        "enrolled_on": one.person.enrolled_on,
        "birth_on": one.person.birth_on,
        "tier": plan.tier_codes[one.tier.tier_id],
    }
    rule = wording.standing(plan, challenge.condition, conditions.Scope.EARNING)
    return rule is not None and rule(subject, member, one.doing.occurred_at, one.doing.on_date)


def checked_condition(plan: Plan, text: str) -> str:
    """A challenge's condition in its one spelling; an empty one fits everything.

    Raises:
        RuleInvalid: it cannot be read, makes no sense, or asks of a member what is not at hand.
    """
    if not text.strip():
        return ""
    spelled = wording.parsed(plan, text, conditions.Scope.EARNING).text
    if beyond := set(re.findall(r"\bmember\.(\w+)", spelled)) - MEMBER_FIELDS:
        raise conditions.RuleInvalid(
            f"A challenge cannot ask for member.{min(beyond)}; of a member it sees {', '.join(sorted(MEMBER_FIELDS))}.",
            facts={
                "reason": "unknown-field",
                "zh": f"挑战的条件不能使用 member.{min(beyond)}；可用字段：{'、'.join(sorted(MEMBER_FIELDS))}。",
            },
        )
    return spelled


def condition_sentence(plan: Plan, text: str, language: Literal["en", "zh"]) -> str:
    """A challenge's condition in words, or that it names something that is gone."""
    return wording.said(plan, text, conditions.Scope.EARNING).get(language, "")


def _award(
    plan: Plan,
    found: Advance,
    one: Played,
    challenge: challenges.Challenge,
    key: challenges.Key,
    no: int,
    *,
    today: date,
    at: datetime,
) -> None:
    milestone, doing = challenge.milestones[no], one.doing
    points = _granted(plan, found, one, challenge, milestone)
    window_days = plan.return_days(one.tier) if one.order is not None else 0
    lot = ledger.award_lot(plan.wallet, earned_on=doing.on_date, window_days=window_days, today=today)
    award = challenges.Award(
        member_id=doing.member_id,
        challenge_id=challenge.challenge_id,
        season_on=key[2],
        milestone_no=no,
        turn=found.plays[key].turns[no],
        activity_id=doing.activity_id,
        points=points,
        wallet_id=plan.wallet.wallet_id,
        badge=milestone.badge,
        active_on=lot.active_on,
        expires_on=lot.expires_on,
        awarded_at=at,
        awarded_on=doing.on_date,
    )
    found.awards.append(award)
    if award.points:
        reason = ledger.Reason("earn.challenge", {"challenge": dict(challenge.name), "target": milestone.target})
        transfer = ledger.Transfer(
            member_id=one.person.account_id,
            transfer_id=_transfer_id("challenge", award),
            movement=ledger.Movement.EARN,
            points=award.points,
            occurred_at=doing.occurred_at,
            on_date=doing.on_date,
            reason=reason,
            wallet_id=award.wallet_id,
            lot=lot,
            subject_id=doing.activity_id,
        )
        found.transfers.append(transfer)
    name = challenge.name.get(one.person.language) or next(iter(challenge.name.values()))
    told = {"type": "challenge.reached", "challenge": challenge.code, "name": name, "points": award.points}
    found.told.setdefault(doing.activity_id, []).append(told)


def _granted(
    plan: Plan, found: Advance, one: Played, challenge: challenges.Challenge, milestone: challenges.Milestone
) -> int:
    """The points of a milestone, as far as the budget of its campaign holds them; notes what that takes."""
    if challenge.campaign_id is None or not milestone.points:
        return milestone.points
    store, micros = one.order.store if one.order else "", campaigning.point_micros(plan, plan.wallet)
    room = campaigns.room_points(found.rooms, challenge.campaign_id, store, micros=micros, is_first=True)
    points = milestone.points if room is None else min(room, milestone.points)
    if points:
        grant = campaigns.Grant(
            campaign_id=challenge.campaign_id, store=store, points=points, micros=points * micros, is_first=True
        )
        found.grants.append((one.doing.member_id, one.doing.on_date, grant))
        campaigns.spent(found.rooms, [grant])
    return points


def _transfer_id(what: str, award: challenges.Award) -> UUID:
    named = (award.member_id, award.challenge_id, award.season_on, award.milestone_no, award.turn)
    return ids.key_of(what, *named)


def write(conn: Conn, plan: Plan, found: Advance) -> None:
    """Write what was folded; its transfers are posted by the caller, with the batch's own."""
    if not found.steps:
        return
    by_id = {one.challenge_id: one for one in plan.challenges}
    standings = {
        key: (challenges.value(by_id[key[1]].measure, play.marks), play.reached_at)
        for key, play in found.plays.items()
        if play.reached_at
    }
    challenges.write(conn, found.steps, standings, found.awards)


def retreat(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    undoing: activities.Undoing,
    returned: activities.Return,
    account_id: UUID,
    *,
    at: datetime,
) -> None:
    """Lower the progress a returned order had brought, and take back what is no longer earned.

    The caller has locked the member. It holds for paused and ended challenges as well.
    """
    steps = challenges.steps_of(conn, purchase.member_id, purchase.order_id) if plan.challenges else []
    if not steps:
        return
    by_id = {one.challenge_id: one for one in plan.challenges}
    categories = _categories_back(conn, purchase, undoing)
    for step in steps:
        left = challenges.lowered(
            step,
            by_id[step.challenge_id].measure,
            spend_minor=undoing.eligible_minor,
            categories=categories,
            is_whole=undoing.is_whole,
        )
        if left != step.amount:
            challenges.lower(conn, step, left)
    keys = sorted({(step.member_id, step.challenge_id, step.season_on) for step in steps})
    plays = challenges.plays(conn, keys)
    reached = {key: challenges.value(by_id[key[1]].measure, play.marks) for key, play in plays.items()}
    since = max(step.occurred_at for step in steps)
    challenges.keep_standings(conn, {key: (reached[key], plays[key].reached_at or since) for key in keys})
    lost = [
        award
        for key in keys
        for award in challenges.awards(conn, key[0], key[1])
        if award.season_on == key[2] and award.taken_back_at is None
        and award.milestone_no not in challenges.met(by_id[key[1]], reached[key])
    ]  # fmt: skip
    transfers = []
    for award in lost:
        if challenges.take_back(conn, award, at=at) and award.points:
            about = {"challenge": dict(by_id[award.challenge_id].name), "return_id": returned.external_id}
            transfers.append(_clawback(conn, plan, award, account_id, about, at=returned.occurred_at))
    ledger.post(conn, transfers, wallets=plan.wallets, today=plan.program.local_date(at), recorded_at=at)


def _categories_back(conn: Conn, purchase: activities.Purchase, undoing: activities.Undoing) -> Mapping[str, int]:
    """What came back by category of product, in minor units."""
    back = {line_no: amount for line_no, _, amount in undoing.lines}
    found: dict[str, int] = {}
    for line in activities.lines(conn, purchase):
        if line.kind is activities.LineKind.PRODUCT:
            amount = line.amount_minor if undoing.is_whole else back.get(line.line_no, 0)
            found[line.category] = found.get(line.category, 0) + amount
    return found


def _clawback(
    conn: Conn,
    plan: Plan,
    award: challenges.Award,
    account_id: UUID,
    about: Mapping[str, Any],
    *,
    at: datetime,
) -> ledger.Transfer:
    wallet = plan.wallets[award.wallet_id]
    lot = ledger.Lot(expires_on=award.expires_on, active_on=award.active_on)
    if wallet.expiry.kind == "inactivity":
        lot = ledger.kept(
            lot, wallet.expiry, ledger.visits(conn, [account_id], wallet=wallet, since_on=award.awarded_on)
        )
    return ledger.Transfer(
        member_id=account_id,
        transfer_id=_transfer_id("challenge-lost", award),
        movement=ledger.Movement.CLAWBACK,
        points=award.points,
        occurred_at=at,
        on_date=plan.program.local_date(at),
        reason=ledger.Reason("clawback.challenge", {**about, "points": award.points}),
        wallet_id=award.wallet_id,
        lot=lot,
        subject_id=award.activity_id,
    )
