"""The one decision about a purchase: pure, folded over a member's orders in time order.

The live flow, quotes and back-tests all call `decide`; there is no second implementation of a rule.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

import msgspec

from regulars.audience import conditions
from regulars.kit import clock
from regulars.program import campaigns, earning, tiers
from regulars.records import activities, ledger, members

from . import recalling
from .campaigning import admitted, cut
from .plan import Plan


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A member as one decision leaves them for the next. `used`: points from rules with limits, by rule and period;
    `past`: what they did before, as far as the rules ask; `seats`: the audiences of campaigns they are in; `further`:
    what they hold on ladders beside the main one.
    """

    standing: members.Standing
    holding: tiers.Holding | None
    tallies: tuple[tiers.Tally, ...]
    used: Mapping[tuple[int, date], int] = MappingProxyType({})
    past: recalling.Past = recalling.NOTHING
    seats: campaigns.Seats = MappingProxyType({})
    further: Mapping[int, tiers.Holding] = MappingProxyType({})


class Further(msgspec.Struct, frozen=True, kw_only=True):
    """What a purchase earns in a wallet other than the first."""

    wallet_id: int
    award: earning.Award
    lot: ledger.Lot


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a purchase earns, into which lot, in which further wallets, what of it campaigns give, and whether it moves
    the member up.
    """

    award: earning.Award
    lot: ledger.Lot
    on_date: date
    tier: tiers.Tier
    tally: tiers.Tally
    move: tiers.Move | None
    further: tuple[Further, ...] = ()
    grants: tuple[campaigns.Grant, ...] = ()
    further_moves: tuple[tiers.Move, ...] = ()

    @property
    def moves(self) -> tuple[tiers.Move, ...]:
        """The steps up on every ladder."""
        return (self.move, *self.further_moves) if self.move else self.further_moves

    @property
    def uses(self) -> tuple[earning.Use, ...]:
        """What it takes of the rules' limits, in every wallet."""
        if not self.further:
            return self.award.uses
        return (*self.award.uses, *(use for one in self.further for use in one.award.uses))

    @property
    def errors(self) -> tuple[earning.RuleError, ...]:
        """Rules that could not be asked, in every wallet."""
        return (*self.award.errors, *(error for one in self.further for error in one.award.errors))


def decide(
    plan: Plan,
    state: State,
    order: activities.Order,
    *,
    today: date,
    left: Mapping[int, int] = MappingProxyType({}),
    rooms: Mapping[campaigns.Key, campaigns.Left] = MappingProxyType({}),
) -> tuple[Decision, State]:
    """What an order earns for a member in this state, and the state after it.

    `today` is the local day of recording: points that would be usable by now are usable from the start. `left` is
    what the budgets of rules still hold, `rooms` what those of campaigns do.
    """
    on = plan.program.local_date(order.occurred_at)
    tier = plan.ladder.held(state.holding)
    window_days = plan.return_days(tier)
    asked = ask(plan, state, order, tier, on, left)
    admits = admitted(plan, state.standing.member_id, state.seats, on)
    first, further_rules = plan.rules_on_all(on, order.occurred_at, admits)
    whole = [(plan.wallet, asked.award(first, plan.caps))]
    whole += [(wallet, asked.award(rules)) for wallet, rules in further_rules]
    awards, grants = cut(plan, whole, order.store, rooms)
    award = awards[0]
    lot = _lot(plan.wallet, on, today, window_days)
    further = tuple(
        [
            Further(wallet_id=wallet.wallet_id, award=one, lot=_lot(wallet, on, today, window_days))
            for (wallet, _), one in zip(whole[1:], awards[1:], strict=True)
        ]
    )
    counted = next((f.award.points for f in further if f.wallet_id == plan.status_wallet_id), award.points)
    tally = tiers.Tally(on, award.eligible_minor, counted, counted_orders(order.total_minor))
    climbed = climb(plan, state, tally, order.occurred_at)
    decision = Decision(
        award=award, lot=lot, on_date=on, tier=tier, tally=tally, move=climbed.move, further=further, grants=grants,
        further_moves=climbed.further_moves,
    )  # fmt: skip
    after = State(
        standing=state.standing,
        holding=climbed.holding,
        further=climbed.further,
        tallies=(*state.tallies, tally),
        used=with_uses(state.used, decision.uses),
        past=recalling.with_order(plan, state.past, order, tally, award.points, _usable(award, lot, today))
        if plan.needs.of_past
        else state.past,
        seats=state.seats,
    )
    return decision, after


def _usable(award: earning.Award, lot: ledger.Lot, today: date) -> int:
    return award.points if lot.active_on <= today else 0


def with_uses(before: earning.Used, uses: Sequence[earning.Use]) -> earning.Used:
    """What a member got from rules with limits, once a decision took of them."""
    if not uses:
        return before
    used = dict(before)
    for use in uses:
        used[use.rule_id, use.period_on] = used.get((use.rule_id, use.period_on), 0) + use.points
    return used


class AskedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order and its member, ready for the rules of any wallet."""

    order: activities.Order
    state: State
    tier: tiers.Tier
    on: date
    left: Mapping[int, int]
    subject: earning.Subject | None

    def award(
        self, rules: Sequence[earning.Rule], caps: Sequence[earning.Cap] = (), trace: earning.Trace | None = None
    ) -> earning.Award:
        """What the rules of one wallet give."""
        return earning.award(
            self.order,
            rules,
            on=self.on,
            birth_on=self.state.standing.birth_on,
            tier_name=self.tier.name,
            tier_factor=self.tier.points_factor,
            used=self.state.used,
            left=self.left,
            subject=self.subject,
            days=self.state.past.days,
            caps=caps,
            trace=trace,
        )


def ask(
    plan: Plan, state: State, order: activities.Order, tier: tiers.Tier, on: date, left: Mapping[int, int]
) -> AskedOrder:
    """The order as rules look at it; its subject is made only where some rule asks something."""
    subject = None
    if plan.needs.asks:
        activity = conditions.activity(order, zone=clock.zone(plan.program.time_zone))
        subject = recalling.subject(plan, state.past, state.standing, state.holding, activity, on=on)
    return AskedOrder(order=order, state=state, tier=tier, on=on, left=left, subject=subject)


def _lot(wallet: ledger.Wallet, on: date, today: date, window_days: int) -> ledger.Lot:
    return ledger.award_lot(wallet, earned_on=on, window_days=window_days, today=today)


def counted_orders(total_minor: int) -> int:
    """How many orders one of this total counts as on a ladder of orders: a purchase of nothing is no visit."""
    return 1 if total_minor > 0 else 0


class Climbed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a member stands on every ladder after something counted, and the steps up to there."""

    holding: tiers.Holding | None
    move: tiers.Move | None
    further: Mapping[int, tiers.Holding]
    further_moves: tuple[tiers.Move, ...] = ()


def climb(plan: Plan, state: State, tally: tiers.Tally, occurred_at: datetime) -> Climbed:
    """Reassess every tier with what `tally` adds, as of the latest day known: nothing late can widen the window."""
    holding, move = _climb(plan.ladder, state, state.holding, tally, occurred_at)
    if not plan.further_ladders:
        return Climbed(holding=holding, move=move, further=state.further)
    further, moves = dict(state.further), []
    for ladder in plan.further_ladders:
        higher, step = _climb(ladder, state, further.get(ladder.ladder_id), tally, occurred_at)
        if step and higher:
            further[ladder.ladder_id] = higher
            moves.append(step)
    return Climbed(holding=holding, move=move, further=further, further_moves=tuple(moves))


def staying(state: State) -> Climbed:
    """Where a member stands after something that counts for no tier."""
    return Climbed(holding=state.holding, move=None, further=state.further)


def _climb(
    ladder: tiers.Ladder, state: State, held: tiers.Holding | None, tally: tiers.Tally, occurred_at: datetime
) -> tuple[tiers.Holding | None, tiers.Move | None]:
    """On one ladder. Where whole periods count, what comes late still counts in its own."""
    if ladder.metric is tiers.Metric.SEGMENT:
        return held, None
    joined_on, known = state.standing.enrolled_on, (*state.tallies, tally)
    day = max(one.on_date for one in known)
    amount = tiers.reached(ladder, known, day, joined_on)
    if day != tally.on_date and ladder.window in (tiers.Window.CALENDAR, tiers.Window.JOINED):
        then = tiers.reached(ladder, known, tally.on_date, joined_on)
        amount, day = (then, tally.on_date) if then > amount else (amount, day)
    holding = tiers.reassess(ladder, held, amount, at=occurred_at, on=day, joined_on=joined_on)
    if holding is None:
        return held, None
    move = tiers.Move(
        member_id=state.standing.member_id,
        moved_at=occurred_at,
        from_tier_id=ladder.held(held).tier_id,
        to_tier_id=holding.tier_id,
        cause="reached",
        reached=amount,
        ladder_id=ladder.ladder_id,
    )
    return holding, move
