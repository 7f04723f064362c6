"""The one decision about an event: pure, as `deciding.decide` is for purchases, folded in time order."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from regulars.program import campaigns, earning, tiers
from regulars.records import activities, ledger

from .campaigning import admitted, cut
from .deciding import Decision, Further, State, climb, with_uses
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
    rooms: Mapping[campaigns.Key, campaigns.Left] = MappingProxyType({}),
) -> tuple[Decision, State]:
    """What an event earns for a member in this state, and the state after it.

    `rewarded` counts by period the events of this type that earned points before; `name` is its type's. No goods can
    come back of an event, so its points wait for no return window. For a tier that is reached by points they count,
    unless the program keeps a wallet for that: then only what they earn there. `left` is what budgets of rules still
    hold, `rooms` what those of campaigns do.
    """
    on = plan.program.local_date(event.occurred_at)
    tier = plan.ladder.tier(state.holding.tier_id) if state.holding else plan.ladder.tiers[0]
    admits = admitted(plan, state.standing.member_id, state.seats, on)
    wallets = [(plan.wallet, plan.rules_on(on, admits)), *plan.further_rules_on(on, admits)]

    def awarded(rules: Sequence[earning.Rule]) -> earning.Award:
        return _award(event, name, rules, state, tier, on, rewarded, left)

    (award, *rest), grants = cut(plan, [(wallet, awarded(rules)) for wallet, rules in wallets], "", rooms)
    further = _further([(wallet, found) for (wallet, _), found in zip(wallets[1:], rest, strict=True)], on, today)
    if not (award.points or further):  # why none, whatever wallet a rule pays into
        every = [rule for _, some in wallets for rule in some]
        (award,), _ = cut(plan, [(plan.wallet, awarded(every))], "", rooms)
    status = sum(f.award.points for f in further if f.wallet_id == plan.status_wallet_id)
    tally = tiers.Tally(on, 0, award.points if plan.status_wallet_id is None else status, 0)
    holding, move = climb(plan, state, tally, event.occurred_at) if tally.points else (state.holding, None)
    decision = Decision(
        award=award, lot=_lot(plan.wallet, on, today), on_date=on, tier=tier, tally=tally, move=move, further=further,
        grants=grants,
    )  # fmt: skip
    known = (*state.tallies, tally) if tally.points else state.tallies
    used = with_uses(state.used, decision.uses)
    return decision, replace(state, holding=holding, tallies=known, used=used)


def _further(others: Sequence[tuple[ledger.Wallet, earning.Award]], on: date, today: date) -> tuple[Further, ...]:
    return tuple(
        Further(wallet_id=wallet.wallet_id, award=found, lot=_lot(wallet, on, today))
        for wallet, found in others
        if found.points
    )


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
