"""A dry run: what each rule does to a past order or a basket, and why the others do nothing. Nothing is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from regulars.kit.db import Conn
from regulars.kit.text import Language
from regulars.program import earning, tiers
from regulars.records import activities, ledger

from .campaigning import admitted
from .deciding import AskedOrder, State, ask
from .plan import Plan
from .quote_order import state_for
from .save_rule import RuleWanted, checked_rule


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule did in one wallet, in words."""

    weighed: earning.Weighed
    wallet: ledger.Wallet
    text: str


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The points by wallet, what every rule did, and what the order really earned, where it is a past one."""

    order: activities.Order
    member_id: UUID | None
    awards: tuple[tuple[ledger.Wallet, earning.Award], ...]
    rules: tuple[Tried, ...]
    stored_points: int | None = None


def try_rules(
    conn: Conn,
    plan: Plan,
    order: activities.Order,
    member_id: UUID | None,
    *,
    at: datetime,
    language: Language,
    draft: RuleWanted | None = None,
    draft_of: int | None = None,
) -> Trial:
    """Try the rules of the order's moment on a basket of a member, or of a guest; with `draft`, as if that were one of
    them too, in the place of the rule `draft_of`.

    Raises:
        Refusal: one of the activities room's, or of a draft that makes no rule.
        MemberNotFound: there is no such member.
    """
    activities.check(order, currency=plan.program.currency, at=max(at, order.occurred_at))
    on = plan.program.local_date(order.occurred_at)
    tried = _with_draft(conn, plan, draft, draft_of, at=at) if draft else plan
    state, _ = state_for(conn, tried, member_id, on, order.occurred_at)
    return _try(conn, tried, order, state, on, language=language, member_id=member_id)


def try_past_order(
    conn: Conn,
    plan: Plan,
    source: str,
    external_id: str,
    *,
    at: datetime,
    language: Language,
    draft: RuleWanted | None = None,
    draft_of: int | None = None,
) -> Trial:
    """The same on an order that was recorded: its member as they were before it, as far as that is known.

    Their tier is that of its moment, their days and earlier purchases end before it, what it gave itself is not counted
    against limits. Taxes are those that did not earn then; budgets and available points are those of now.

    Raises:
        OrderNotFound: there is no such order.
        RuleInvalid: the draft makes no rule.
    """
    key = activities.order_key(plan.program.program_id, source, external_id)
    seen = activities.seen(conn, [key]).get(key)
    found = activities.purchases(conn, [(seen.member_id, seen.activity_id)]) if seen else {}
    if not seen or not found:
        raise activities.OrderNotFound("There is no such order.")
    purchase = found[seen.activity_id]
    tried = _with_draft(conn, plan, draft, draft_of, at=at) if draft else plan
    order = _order(purchase, activities.lines(conn, purchase))
    state, _ = state_for(conn, tried, purchase.member_id, purchase.on_date, purchase.occurred_at)
    state = _before(conn, state, purchase)
    trial = _try(conn, tried, order, state, purchase.on_date, language=language, member_id=state.standing.member_id)
    return msgspec.structs.replace(trial, stored_points=purchase.award_points)


def _try(
    conn: Conn,
    plan: Plan,
    order: activities.Order,
    state: State,
    on: date,
    *,
    language: Language,
    member_id: UUID | None,
) -> Trial:
    tier = plan.ladder.tier(state.holding.tier_id) if state.holding else plan.ladder.tiers[0]
    whole = {r.rule_id: r.limits.budget_points_max or 0 for r in plan.counted_rules if r.limits}
    left = {**whole, **earning.budgets(conn, plan.program.program_id, plan.counted_rules)}
    asked = ask(plan, state, order, tier, on, left)
    admits = admitted(plan, state.standing.member_id, state.seats, on)
    awards, tried = [], []
    for wallet, rules in _by_wallet(plan, order.occurred_at):
        award, weighed = _explain(plan, asked, wallet, rules, admits, language)
        awards.append((wallet, award))
        tried += [_told(plan, wallet, one, language) for one in weighed]
    return Trial(order=order, member_id=member_id, awards=tuple(awards), rules=tuple(tried))


def _by_wallet(plan: Plan, at: datetime) -> list[tuple[ledger.Wallet, list[earning.Rule]]]:
    """Every rule as it was at a moment, or will be, by the wallet it pays into."""
    deciding = {rule.rule_id: rule for rule in plan.timeline.deciding(plan.timeline.stretch(at))}
    rules = [deciding.get(rule.rule_id, _not_yet(rule)) for rule in plan.rules]
    first = plan.wallet.wallet_id
    found = {wallet_id: [r for r in rules if (r.wallet_id or first) == wallet_id] for wallet_id in plan.wallets}
    return [(plan.wallets[wallet_id], of) for wallet_id, of in found.items() if of or wallet_id == first]


def _not_yet(rule: earning.Rule) -> earning.Rule:
    """A rule that decides about no such moment: a draft, or one that takes effect later."""
    return rule if rule.state is not earning.State.LIVE else replace(rule, starts_on=date.max)


def _explain(
    plan: Plan,
    asked: AskedOrder,
    wallet: ledger.Wallet,
    rules: Sequence[earning.Rule],
    admits: frozenset[int],
    language: Language,
) -> tuple[earning.Award, list[earning.Weighed]]:
    caps = plan.caps if wallet is plan.wallet else ()
    return earning.explain(
        rules,
        lambda some, trace: asked.award(some, caps, trace),
        asked.subject,
        on=asked.on,
        admitted=lambda rule: rule.campaign_id is None or rule.campaign_id in admits,
        language=language,
    )


def _told(plan: Plan, wallet: ledger.Wallet, weighed: earning.Weighed, language: Language) -> Tried:
    currency = plan.program.currency
    if weighed.part:
        text = ledger.part_sentence(weighed.part.reason, language=language, currency=currency, wallet=wallet)
    else:
        text = ledger.missed_sentence(weighed.code, weighed.params, language=language, currency=currency)
    return Tried(weighed=weighed, wallet=wallet, text=text)


def _with_draft(conn: Conn, plan: Plan, draft: RuleWanted, draft_of: int | None, *, at: datetime) -> Plan:
    """The plan as if the draft were live and always had been."""
    rule_id = draft_of or max((known.rule_id for known in plan.rules), default=0) + 1
    always = msgspec.structs.replace(draft, state=earning.State.LIVE, effective_at=None)
    rule = checked_rule(conn, plan, always, by="", at=at, rule_id=rule_id)
    (ready,) = earning.ready([rule], lambda _: earning.Spoken(plan.vocabulary))
    others = [known for known in plan.rules if known.rule_id != rule.rule_id]
    versions = [known for known in plan.versions if known.rule_id != rule.rule_id]
    return replace(plan, rules=(*others, ready), versions=(*versions, ready))


def _order(purchase: activities.Purchase, lines: Sequence[activities.PurchaseLine]) -> activities.Order:
    keeps_tax = not purchase.points_paid_minor
    return activities.Order(
        source=purchase.source,
        external_id=purchase.external_id,
        currency=purchase.currency,
        total_minor=purchase.total_minor,
        occurred_at=purchase.occurred_at,
        lines=tuple(
            activities.Line(
                line_id=line.line_id,
                amount_minor=line.amount_minor,
                quantity=line.quantity,
                sku=line.sku,
                title=line.title,
                category=line.category,
                kind=line.kind,
                tax_minor=max(0, line.amount_minor - line.eligible_minor)
                if keeps_tax and line.kind is activities.LineKind.PRODUCT
                else 0,
            )
            for line in lines
        ),
        points_paid_minor=purchase.points_paid_minor,
        store=purchase.store,
        channel=purchase.channel,
        till=purchase.till,
    )


def _before(conn: Conn, state: State, purchase: activities.Purchase) -> State:
    """The member without what this order brought, in the tier of its moment."""
    own = tiers.Tally(purchase.on_date, -purchase.eligible_minor, -purchase.award_points, -(purchase.total_minor > 0))
    days = (*(day for day in state.past.days if day.on_date <= purchase.on_date), own) if state.past.days else ()
    used = dict(state.used)
    for reason in (purchase.answer or {}).get("reasons", ()):
        rule_id = reason["params"].get("rule")
        for key in [key for key in used if key[0] == rule_id or key[0] < 0]:
            used[key] = max(0, used[key] - reason["points"])
    past = msgspec.structs.replace(state.past, days=days)
    return msgspec.structs.replace(state, past=past, used=used, holding=_tier_then(conn, state, purchase))


def _tier_then(conn: Conn, state: State, purchase: activities.Purchase) -> tiers.Holding | None:
    """The tier held just before the order, as far as the member's moves tell."""
    moves = tiers.moves(conn, purchase.member_id, limit=1000)
    before = [move for move in moves if move.moved_at < purchase.occurred_at]
    if before:
        tier_id = before[0].to_tier_id
    elif moves:
        tier_id = moves[-1].from_tier_id
    else:
        return state.holding
    since = before[0].moved_at if before else purchase.occurred_at
    return tiers.Holding(tier_id=tier_id, since_at=since, review_on=purchase.on_date)
