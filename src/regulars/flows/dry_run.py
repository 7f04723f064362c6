"""What each earning rule does about an order, and why the others do nothing: the live decision, listened to.

Nothing is written. A past order is asked about with what it took itself given back; what is counted by days takes in
the whole day. Rules that are not in force can be tried as if they were.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.audience import conditions
from regulars.kit import clock, text
from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import activities, ledger

from . import campaigning, recalling
from .campaigning import admitted, cut
from .deciding import Asked, State
from .plan import Plan
from .quote_order import state_of

_MOVES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule: the points it gives with the part that explains them, or the code and parameters of why it does not.

    `told` is its condition, atom by atom, where it has one that could be asked.
    """

    rule: earning.Rule
    wallet: ledger.Wallet
    points: int
    reason: Mapping[str, Any] | None
    missed: tuple[str, Mapping[str, Any]] | None
    told: conditions.Explanation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What the rules do about an order: those that give first, in the order they apply; points by wallet."""

    order: activities.Order
    on: date
    tier: tiers.Tier
    tried: tuple[Tried, ...]
    points: Mapping[int, int]


def dry_run(
    conn: Conn,
    plan: Plan,
    order: activities.Order,
    member_id: UUID | None,
    *,
    at: datetime,
    language: text.Language,
    trying: Collection[int] = (),
    past: activities.Purchase | None = None,
) -> DryRun:
    """Ask every rule about an order of a member, or of a guest in the lowest tier, as of the time of the order.

    `trying` are rules that are asked in their newest version, as if they were in force. `past` is the stored order
    that `order` was, if it was one.

    Raises:
        Refusal: one of the activities room's.
        MemberNotFound: there is no such member.
    """
    activities.check(order, currency=plan.program.currency, at=max(at, order.occurred_at))
    plan = _with(plan, trying)
    on = plan.program.local_date(order.occurred_at)
    state, _ = state_of(conn, plan, member_id, on, order.occurred_at)
    left = earning.budgets(conn, plan.program.program_id, plan.counted_rules)
    if past is not None:
        state, left = _without(conn, state, left, past)
    tier = plan.ladder.tier(state.holding.tier_id) if state.holding else plan.ladder.tiers[0]
    activity = conditions.activity(order, zone=clock.zone(plan.program.time_zone))
    subject = (
        recalling.subject(plan, state.past, state.standing, state.holding, activity, on=on) if plan.needs.asks else None
    )
    asked = Asked(order=order, state=state, tier=tier, on=on, left=left, subject=subject)
    return _weighed(conn, plan, asked, language)


def past_order(conn: Conn, past: activities.Purchase) -> activities.Order:
    """A stored order as it came, as far as it is kept: what did not earn of a line stands as its tax."""
    unpaid = past.total_minor - past.points_paid_minor
    lines = []
    for line in activities.lines(conn, past):
        earning_minor = line.eligible_minor * past.total_minor // unpaid if unpaid else line.amount_minor
        is_product = line.kind is activities.LineKind.PRODUCT
        lines.append(
            activities.Line(
                line_id=line.line_id,
                amount_minor=line.amount_minor,
                quantity=line.quantity,
                tax_minor=max(0, line.amount_minor - earning_minor) if is_product else 0,
                sku=line.sku,
                title=line.title,
                category=line.category,
                kind=line.kind,
            )
        )
    return activities.Order(
        source=past.source,
        external_id=past.external_id,
        currency=past.currency,
        total_minor=past.total_minor,
        occurred_at=past.occurred_at,
        lines=tuple(lines),
        points_paid_minor=past.points_paid_minor,
        store=past.store,
        channel=past.channel,
        till=past.till,
        receipt=past.receipt,
    )


def _weighed(conn: Conn, plan: Plan, asked: Asked, language: text.Language) -> DryRun:
    order, on = asked.order, asked.on
    admits = admitted(plan, asked.state.standing.member_id, asked.state.seats, on)
    first, further = plan.rules_on_all(on, order.occurred_at, admits)
    missed: dict[int, tuple[str, Mapping[str, Any]]] = {}

    def listen(rule: earning.Rule, code: str, params: dict[str, Any]) -> None:
        missed[rule.rule_id] = code, params

    whole = [(plan.wallet, asked.award(first, plan.caps, listen))]
    whole += [(wallet, asked.award(rules, (), listen)) for wallet, rules in further]
    awards, _ = cut(plan, whole, order.store, campaigning.rooms(conn, plan))
    given = {
        part.reason["rule"]: (wallet, part)
        for (wallet, _), award in zip(whole, awards, strict=True)
        for part in award.parts
        if part.points
    }
    tried = []
    for rule in _asked_rules(plan, order.occurred_at):
        wallet = plan.wallet if rule.wallet_id is None else plan.wallets[rule.wallet_id]
        found = given.get(rule.rule_id)
        why = None if found else missed.get(rule.rule_id) or _why_not_asked(plan, rule, order.occurred_at, on, admits)
        tried.append(
            Tried(
                rule=rule,
                wallet=wallet,
                points=found[1].points if found else 0,
                reason=found[1].reason if found else None,
                missed=why,
                told=_told(rule, asked.subject, language),
            )
        )
    applying = {rule.rule_id: place for place, rule in enumerate([*first, *(one for _, of in further for one in of)])}
    tried.sort(key=lambda one: (not one.points, applying.get(one.rule.rule_id, len(applying)), one.rule.rule_id))
    points = {wallet.wallet_id: award.points for (wallet, _), award in zip(whole, awards, strict=True)}
    return DryRun(order=order, on=on, tier=asked.tier, tried=tuple(tried), points=points)


def _with(plan: Plan, trying: Collection[int]) -> Plan:
    """The plan with some rules in force, whatever they are now."""
    if not trying:
        return plan
    kept = tuple(one for one in plan.versions if one.rule_id not in trying)
    tried = tuple(
        replace(rule, state=earning.State.LIVE, effective_at=None) for rule in plan.rules if rule.rule_id in trying
    )
    rules = tuple(next((one for one in tried if one.rule_id == rule.rule_id), rule) for rule in plan.rules)
    return replace(plan, rules=rules, versions=(*tried, *kept))


def _asked_rules(plan: Plan, at: datetime) -> list[earning.Rule]:
    """Of every rule the version that decides about the moment, or its newest when none does."""
    deciding = {rule.rule_id: rule for rule in earning.deciding(plan.timeline.versions, at)}
    return [deciding.get(rule.rule_id, rule) for rule in plan.rules]


def _why_not_asked(
    plan: Plan, rule: earning.Rule, at: datetime, on: date, admits: Collection[int]
) -> tuple[str, Mapping[str, Any]]:
    """Why a rule was not even weighed."""
    versions = [one for one in plan.versions if one.rule_id == rule.rule_id]
    standing = earning.standing(versions, at, on)
    if standing != "live":
        return f"not.{standing}", {}
    if rule.campaign_id is not None and rule.campaign_id not in admits:
        return "not.campaign", {}
    return "not.purchase", {}


def _told(
    rule: earning.Rule, subject: earning.Subject | None, language: text.Language
) -> conditions.Explanation | None:
    condition = rule.asks.condition if rule.asks else None
    if subject is None or condition is None or condition.scope is not conditions.Scope.EARNING:
        return None
    seen = {"activity": subject.activity, "member": subject.member, "now": subject.at, "today": subject.on}
    return conditions.explain(condition, seen, language=language)


def _without(conn: Conn, state: State, left: earning.Left, past: activities.Purchase) -> tuple[State, earning.Left]:
    """The member as they were without this order: their tier of then, their day and their limits less what it took."""
    own = tiers.Tally(past.on_date, past.eligible_minor, past.award_points, 1 if past.total_minor > 0 else 0)
    used, budgets = dict(state.used), dict(left)
    whole = activities.purchases(conn, [(past.member_id, past.order_id)])[past.order_id]
    for reason in (whole.answer or {}).get("reasons", ()):
        rule_id, points = reason.get("params", {}).get("rule"), int(reason.get("points", 0))
        for key in [key for key in used if key[0] == rule_id or key[0] < 0]:
            used[key] = max(0, used[key] - points)
        if rule_id in budgets:
            budgets[rule_id] += points
    past_days = _less(state.past.days, own)
    return msgspec.structs.replace(
        state,
        holding=_holding_then(conn, state, past),
        tallies=_less(state.tallies, own),
        used=used,
        past=msgspec.structs.replace(state.past, days=past_days),
    ), budgets


def _less(days: Sequence[tiers.Tally], own: tiers.Tally) -> tuple[tiers.Tally, ...]:
    """Days without what one order added to its own."""
    return tuple(
        tiers.Tally(
            one.on_date, one.spend_minor - own.spend_minor, one.points - own.points, max(0, one.orders - own.orders)
        )
        if one.on_date == own.on_date
        else one
        for one in days
    )


def _holding_then(conn: Conn, state: State, past: activities.Purchase) -> tiers.Holding | None:
    """The tier the member had when the order came."""
    moves = tiers.moves(conn, past.member_id, limit=_MOVES)
    before = next((move for move in moves if move.moved_at < past.occurred_at), None)
    if before is not None:
        review = state.holding.review_on if state.holding else past.on_date
        return tiers.Holding(tier_id=before.to_tier_id, since_at=before.moved_at, review_on=review)
    if not moves:
        return state.holding
    first = moves[-1]
    return tiers.Holding(tier_id=first.from_tier_id, since_at=past.occurred_at, review_on=past.on_date)
