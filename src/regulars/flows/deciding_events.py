"""The one decision about an event: pure, as `deciding.decide` is for purchases, folded in time order."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from regulars.program import earning, tiers
from regulars.records import activities, ledger

from .deciding import Climbed, Decision, Further, State, climb, left_by
from .plan import Plan


def decide_event(
    plan: Plan,
    state: State,
    event: activities.Event,
    name: Mapping[str, str],
    rewarded: Mapping[str, int],
    *,
    today: date,
    left: Mapping[int, int] = MappingProxyType({}),
) -> tuple[Decision, State]:
    """What an event earns for a member in this state, and the state after it.

    `rewarded` counts by period the events of this type that earned points before; `name` is its type's. No goods can
    come back of an event, so its points wait for no return window. For a tier that is reached by points they count,
    unless the program keeps a wallet for that: then only what they earn there. `left` is what budgets still hold.
    """
    on = plan.program.local_date(event.occurred_at)
    tier = plan.ladder.held(state.holding)
    award = _award(event, name, plan.rules_on(on), state, tier, on, rewarded, left)
    others = [
        (wallet, _award(event, name, rules, state, tier, on, rewarded, left))
        for wallet, rules in plan.further_rules_on(on)
    ]
    further = tuple(
        Further(wallet_id=wallet.wallet_id, award=found, lot=_lot(wallet, on, today))
        for wallet, found in others
        if found.points
    )
    if not (award.points or further):  # why none, whatever wallet a rule pays into
        award = _award(event, name, rules_on(plan, on), state, tier, on, rewarded, left)
    status = sum(f.award.points for f in further if f.wallet_id == plan.status_wallet_id)
    tally = tiers.Tally(on, 0, award.points if plan.status_wallet_id is None else status, 0)
    climbed = Climbed(holding=state.holding, move=None, further=state.further)
    if tally.points:
        climbed = climb(plan, state, tally, event.occurred_at)
    decision = Decision(
        award=award,
        lot=_lot(plan.wallet, on, today),
        on_date=on,
        tier=tier,
        tally=tally,
        move=climbed.move,
        further=further,
        further_moves=climbed.further_moves,
    )
    return decision, left_by(state, decision, climbed, (tally,) if tally.points else ())


def is_rewarded(decision: Decision) -> bool:
    """Whether an event earned points in any wallet: then it counts against limits."""
    return bool(decision.award.points or decision.further)


def rules_on(plan: Plan, on: date) -> list[earning.Rule]:
    """The rules in force on a local day, whatever wallet they pay into."""
    return [*plan.rules_on(on), *(rule for _, rules in plan.further_rules_on(on) for rule in rules)]


def _award(
    event: activities.Event,
    name: Mapping[str, str],
    rules: Sequence[earning.Rule],
    state: State,
    tier: tiers.Tier,
    on: date,
    rewarded: Mapping[str, int],
    left: Mapping[int, int],
) -> earning.Award:
    return earning.award_event(
        event.type,
        name,
        rules,
        on=on,
        birth_on=state.standing.birth_on,
        tier_name=tier.name,
        tier_factor=tier.points_factor,
        rewarded=rewarded,
        used=state.used,
        left=left,
    )


def _lot(wallet: ledger.Wallet, on: date, today: date) -> ledger.Lot:
    return ledger.award_lot(wallet, earned_on=on, window_days=0, today=today)
