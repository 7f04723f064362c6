"""A program is tried on the shop's own past orders before anybody is promised anything: the same `decide`, no writing.

Everybody begins in the lowest tier and without points, as if the program had started with the first day of the trial.
Orders count as far as they were kept. Left out are points for events, and campaigns: these have days and budgets of
their own, and a dry run.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from regulars.analytics import twin
from regulars.kit import jobs, money
from regulars.kit.clock import ONE_DAY, first_instant
from regulars.kit.db import Conn
from regulars.program import campaigns, earning, rewards, tiers
from regulars.records import activities, members

from . import recalling
from .campaigning import point_micros
from .deciding import State, decide
from .plan import Plan

JOB: Final = "run_trial"
DAYS_MAX: Final = 3 * 366
DRAFTS_MAX: Final = 3
_MEMBERS_AT_ONCE = 500
"""So many members are in memory at a time, where no budget is shared among all."""
_TELL_EVERY = 2_000

Report = Callable[[int], None]


def ask_trial(conn: Conn, plan: Plan, trial_id: UUID, asked: twin.Asked, *, by: str, at: datetime) -> twin.Trial:
    """Ask for a trial, which a worker runs; the same id again is the same trial.

    Raises:
        TrialInvalid: its days, shares or drafts make no sense.
        RuleNotFound: a draft names a rule that is not there.
        LadderInvalid: the thresholds do not rise with the tiers.
    """
    check_trial(plan, asked, at=at)
    since, until = _span(plan, asked)
    orders = sum(n for _, n in activities.buyers(conn, plan.program.program_id, since=since, until=until))
    whole = orders * len(asked.drafts)
    made = twin.ask(conn, plan.program.program_id, trial_id, asked, orders=whole, by=by, at=at)
    if made.state == "waiting":
        jobs.enqueue(conn, JOB, {"program_id": plan.program.program_id, "trial_id": str(trial_id)})
    return made


def check_trial(plan: Plan, asked: twin.Asked, *, at: datetime) -> None:
    """Refuse a trial that makes no sense.

    Raises:
        TrialInvalid: its days or shares.
        RuleNotFound: a draft names a rule that is not there.
        LadderInvalid: the thresholds do not rise with the tiers.
    """
    today, days = plan.program.local_date(at), (asked.to_on - asked.from_on).days + 1
    wrong = ""
    if not 1 <= days <= DAYS_MAX or asked.to_on > today:
        wrong = f"A trial is of 1 to {DAYS_MAX} days that are past."
    elif not 1 <= len(asked.drafts) <= DRAFTS_MAX:
        wrong = f"A trial has 1 to {DRAFTS_MAX} drafts."
    elif not 0 <= asked.use_percent <= 100:
        wrong = "The share of points that will be used is from 0 to 100 percent."
    elif asked.margin_percent is not None and not 1 <= asked.margin_percent <= 100:
        wrong = "The margin is from 1 to 100 percent."
    if wrong:
        raise twin.TrialInvalid(wrong)
    for draft in asked.drafts:
        drafted(plan, draft)


def drafted(plan: Plan, draft: twin.Draft) -> Plan:
    """The plan as the draft would have it, as if it had always been so; without campaigns and challenges.

    Raises:
        RuleNotFound: the draft names a rule that is not there.
        LadderInvalid: the thresholds do not rise with the tiers.
    """
    known = {rule.rule_id for rule in plan.rules}
    if missing := {*draft.with_rules, *draft.without_rules} - known:
        raise earning.RuleNotFound(f"There is no earning rule {min(missing)}.")
    always = []
    for rule in plan.rules:
        is_live = (rule.is_live or rule.rule_id in draft.with_rules) and rule.rule_id not in draft.without_rules
        if is_live and rule.campaign_id is None and not earning.EFFECTS[rule.effect].OF_EVENTS:
            always.append(replace(rule, state=earning.State.LIVE, effective_at=None))
    ladder = plan.ladder
    if draft.thresholds:
        climbed = tuple(
            replace(tier, threshold=draft.thresholds.get(tier.tier_id, tier.threshold)) for tier in ladder.tiers
        )
        ladder = replace(ladder, tiers=climbed)
        tiers.check(ladder.tiers)
    rules = tuple(always)
    return replace(
        plan, rules=rules, versions=rules, ladder=ladder, launched=(), policy=campaigns.Policy(), challenges=()
    )


def run_trial(conn: Conn, plan: Plan, asked: twin.Asked, *, report: Report = lambda _: None) -> list[twin.Outcome]:
    """What each draft would have done. `report` is told how many orders are done, and may raise to end it."""
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        report(done)

    return [_run(conn, plan, asked, draft, tell) for draft in asked.drafts]


def _run(conn: Conn, plan: Plan, asked: twin.Asked, draft: twin.Draft, tell: Report) -> twin.Outcome:
    program_id, (since, until) = plan.program.program_id, _span(plan, asked)
    tried = drafted(plan, draft)
    prices = [one.price_points for one in rewards.catalogue(conn, program_id) if one.is_live and one.price_points]
    count = twin.Count(
        draft=draft,
        point_micros=point_micros(plan, plan.wallet),
        unit=10 ** money.exponent(plan.program.currency),
        cheapest_points=min(prices, default=None),
    )
    buyers = [member_id for member_id, _ in activities.buyers(conn, program_id, since=since, until=until)]
    at_once = len(buyers) or 1 if tried.has_budgets else _MEMBERS_AT_ONCE
    left = {r.rule_id: r.limits.budget_points_max or 0 for r in tried.counted_rules if r.limits}
    for start in range(0, len(buyers), at_once):
        _live(conn, tried, buyers[start : start + at_once], count, left, (since, until), asked.to_on, tell)
    return count.outcome(tried.ladder, plan.rules, from_on=asked.from_on, to_on=asked.to_on)


def _live(
    conn: Conn,
    plan: Plan,
    member_ids: Sequence[UUID],
    count: twin.Count,
    left: dict[int, int],
    span: tuple[datetime, datetime],
    to_on: date,
    tell: Report,
) -> None:
    """Let these members buy again what they bought, in time order."""
    program_id, currency = plan.program.program_id, plan.program.currency
    people = members.standings(conn, program_id, member_ids)
    states = {one: State(standing=person, holding=None, tallies=()) for one, person in people.items()}
    highest = dict.fromkeys(states, 0)
    since, until = span
    told = 0
    for member_id, order in activities.kept_orders(
        conn, program_id, member_ids, currency=currency, since=since, until=until
    ):
        on = plan.program.local_date(order.occurred_at)
        decision, state = decide(plan, states[member_id], order, today=on, left=left)
        states[member_id] = msgspec.structs.replace(
            state, past=recalling.without_old(plan, state.past, order.occurred_at)
        )
        for use in decision.uses:
            if use.of_budget:
                left[use.rule_id] -= use.points
        if decision.move:
            highest[member_id] = max(highest[member_id], plan.ladder.tier(decision.move.to_tier_id).rank)
        count.decided(member_id, order.total_minor, on, decision.award, decision.lot)
        for further in decision.further:
            count.further[further.wallet_id] += further.award.points
        told += 1
        if told % _TELL_EVERY == 0:
            tell(_TELL_EVERY)
    tell(told % _TELL_EVERY)
    _note_tiers(plan.ladder, states, highest, count, to_on)


def _note_tiers(
    ladder: tiers.Ladder, states: dict[UUID, State], highest: dict[UUID, int], count: twin.Count, to_on: date
) -> None:
    lowest = ladder.tiers[0]
    for member_id, state in states.items():
        reached = [tier.tier_id for tier in ladder.tiers[1:] if tier.rank <= highest[member_id]]
        last = lowest
        if ladder.metric is not tiers.Metric.SEGMENT:
            amount = tiers.reached(ladder, state.tallies, to_on, state.standing.enrolled_on)
            last = tiers.tier_for(ladder, amount)
        count.stood(reached, last.tier_id)


def _span(plan: Plan, asked: twin.Asked) -> tuple[datetime, datetime]:
    zone = plan.program.time_zone
    return first_instant(asked.from_on, zone), first_instant(asked.to_on + ONE_DAY, zone)


def usual_days(plan: Plan, last_on: date | None, at: datetime) -> tuple[date, date]:
    """The days a trial is offered for: the twelve months up to the last order."""
    to_on = min(last_on or plan.program.local_date(at), plan.program.local_date(at))
    return to_on - timedelta(days=364), to_on
