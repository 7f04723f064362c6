"""The one decision about an event: pure, as `deciding.decide` is for purchases, folded in time order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from regulars.audience import conditions
from regulars.kit import clock
from regulars.program import campaigns, earning, tiers
from regulars.records import activities, ledger

from . import recalling
from .campaigning import admitted, cut
from .deciding import Decision, Further, State, climb, staying, with_uses
from .plan import Plan, Rules


def decide_event(
    plan: Plan,
    state: State,
    event: activities.Event,
    kind: activities.EventType,
    rewarded: Mapping[str, int],
    *,
    today: date,
    left: Mapping[int, int] = MappingProxyType({}),
    rooms: Mapping[campaigns.Key, campaigns.Left] = MappingProxyType({}),
    streak_days: int = 0,
) -> tuple[Decision, State]:
    """What an event earns for a member in this state, and the state after it.

    `rewarded` counts by period the events of this type that earned points before; `kind` is its type; `streak_days` are
    those of `earning.Occasion`. No goods can come back of an event, so its points wait for no return window. For a tier
    that is reached by points they count, unless the program keeps a wallet for that: then only what they earn there.
    `left` is what budgets of rules still hold, `rooms` what those of campaigns do.
    """
    on, at = plan.program.local_date(event.occurred_at), event.occurred_at
    tier = plan.ladder.held(state.holding)
    asked = _Asked(
        event=event, kind=kind, state=state, tier=tier, on=on, rewarded=rewarded, left=left, streak_days=streak_days,
        subject=_subject(plan, state, event, kind, on),
    )  # fmt: skip
    admits = admitted(plan, state.standing.member_id, state.seats, on)
    award, further, grants = _awarded(plan, asked, plan.rules_on_all(on, at, admits), rooms, today)
    status = sum(f.award.points for f in further if f.wallet_id == plan.status_wallet_id)
    tally = tiers.Tally(on, 0, award.points if plan.status_wallet_id is None else status, 0)
    climbed = climb(plan, state, tally, event.occurred_at) if tally.points else staying(state)
    decision = Decision(
        award=award, lot=_lot(plan.wallet, on, today), on_date=on, tier=tier, tally=tally, move=climbed.move,
        further=further, grants=grants, further_moves=climbed.further_moves,
    )  # fmt: skip
    known = (*state.tallies, tally) if tally.points else state.tallies
    usable = award.points if decision.lot.active_on <= today else 0
    past = recalling.with_event(plan, state.past, tally, usable) if plan.needs.of_past else state.past
    used = with_uses(state.used, decision.uses)
    return decision, replace(
        state, holding=climbed.holding, further=climbed.further, tallies=known, used=used, past=past
    )


def _awarded(
    plan: Plan, asked: "_Asked", rules: Rules, rooms: Mapping[campaigns.Key, campaigns.Left], today: date
) -> tuple[earning.Award, tuple[Further, ...], tuple[campaigns.Grant, ...]]:
    """What it earns in the first wallet and in others, as far as campaigns can give it."""
    first, others = rules
    whole = [(plan.wallet, asked.award(first, plan.caps)), *((w, asked.award(some)) for w, some in others)]
    (award, *rest), grants = cut(plan, whole, "", rooms)
    further = _further([(wallet, found) for (wallet, _), found in zip(others, rest, strict=True)], asked.on, today)
    errors = tuple(error for _, found in whole for error in found.errors)
    if not (award.points or further):  # why none, whatever wallet a rule pays into
        every = [*first, *(rule for _, some in others for rule in some)]
        (award,), _ = cut(plan, [(plan.wallet, asked.award(every, plan.caps))], "", rooms)
    return replace(award, errors=errors) if errors else award, further, grants


def _further(others: Sequence[tuple[ledger.Wallet, earning.Award]], on: date, today: date) -> tuple[Further, ...]:
    return tuple(
        Further(wallet_id=wallet.wallet_id, award=found, lot=_lot(wallet, on, today))
        for wallet, found in others
        if found.points
    )


def is_rewarded(decision: Decision) -> bool:
    """Whether an event earned points in any wallet: then it counts against limits."""
    return bool(decision.award.points or decision.further)


def rules_on(plan: Plan, on: date, at: datetime) -> list[earning.Rule]:
    """The rules in force at a moment of a local day, whatever wallet they pay into."""
    return [*plan.rules_on(on, at), *(rule for _, rules in plan.further_rules_on(on, at) for rule in rules)]


def _subject(
    plan: Plan, state: State, event: activities.Event, kind: activities.EventType, on: date
) -> earning.Subject | None:
    if not plan.needs.asks:
        return None
    activity = conditions.event(event, kind, zone=clock.zone(plan.program.time_zone))
    return recalling.subject(plan, state.past, state.standing, state.holding, activity, on=on)


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An event and its member, ready for the rules of any wallet."""

    event: activities.Event
    kind: activities.EventType
    state: State
    tier: tiers.Tier
    on: date
    rewarded: Mapping[str, int]
    left: Mapping[int, int]
    streak_days: int
    subject: earning.Subject | None

    def award(self, rules: Sequence[earning.Rule], caps: Sequence[earning.Cap] = ()) -> earning.Award:
        """What the rules of one wallet give."""
        return earning.award_event(
            self.event.type,
            self.kind.name,
            rules,
            on=self.on,
            birth_on=self.state.standing.birth_on,
            tier_name=self.tier.name,
            tier_factor=self.tier.points_factor,
            rewarded=self.rewarded,
            used=self.state.used,
            left=self.left,
            subject=self.subject,
            caps=caps,
            streak_days=self.streak_days,
        )


def _lot(wallet: ledger.Wallet, on: date, today: date) -> ledger.Lot:
    return ledger.award_lot(wallet, earned_on=on, window_days=0, today=today)
