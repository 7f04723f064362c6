"""The one decision about a purchase: pure, folded over a member's orders in time order.

The live flow, quotes and back-tests all call `decide`; there is no second implementation of a rule.
"""

from dataclasses import dataclass, replace
from datetime import date

from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A member as one decision leaves them for the next."""

    standing: members.Standing
    holding: tiers.Holding | None
    tallies: tuple[tiers.Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a purchase earns, into which lot, and whether it moves the member up."""

    award: earning.Award
    lot: ledger.Lot
    on_date: date
    tier: tiers.Tier
    tally: tiers.Tally
    move: tiers.Move | None


def decide(plan: Plan, state: State, order: activities.Order, *, today: date) -> tuple[Decision, State]:
    """What an order earns for a member in this state, and the state after it.

    `today` is the local day of recording: points that would be usable by now are usable from the start.
    """
    on = plan.program.local_date(order.occurred_at)
    tier = plan.ladder.tier(state.holding.tier_id) if state.holding else plan.ladder.tiers[0]
    award = earning.award(
        order,
        plan.rules_on(on),
        on=on,
        birth_on=state.standing.birth_on,
        tier_name=tier.name,
        tier_factor=tier.points_factor,
    )
    lot = ledger.award_lot(plan.wallet.expiry, earned_on=on, pending_days=plan.program.return_window_days, today=today)
    tally = tiers.Tally(on, award.eligible_minor, award.points, counted_orders(order.total_minor))
    known = State(standing=state.standing, holding=state.holding, tallies=(*state.tallies, tally))
    after, move = _climb(plan, known, order, on)
    decision = Decision(award=award, lot=lot, on_date=on, tier=tier, tally=tally, move=move)
    return decision, after


def counted_orders(total_minor: int) -> int:
    """How many orders one of this total counts as on a ladder of orders: a purchase of nothing is no visit."""
    return 1 if total_minor > 0 else 0


def _climb(plan: Plan, state: State, order: activities.Order, on: date) -> tuple[State, tiers.Move | None]:
    """Reassess the tier as of the latest day known, so that a late order cannot widen the window."""
    day = max(on, max(tally.on_date for tally in state.tallies))
    amount = tiers.reached(plan.ladder, state.tallies, day)
    holding = tiers.reassess(plan.ladder, state.holding, amount, at=order.occurred_at, on=day)
    if holding is None:
        return state, None
    move = tiers.Move(
        member_id=state.standing.member_id,
        moved_at=order.occurred_at,
        from_tier_id=state.holding.tier_id if state.holding else plan.ladder.tiers[0].tier_id,
        to_tier_id=holding.tier_id,
        cause="reached",
        reached=amount,
    )
    return replace(state, holding=holding), move
