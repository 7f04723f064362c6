"""Orders on their way through a batch: how they came in, what was decided, how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.errors import Refusal
from regulars.program import earning, referrals
from regulars.records import activities, ledger, members

from . import capture_holds, play_challenges
from .campaigning import Given
from .climbers import Climbers
from .deciding import Decision, State
from .plan import Plan
from .use_coupons import UsedCoupon


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """An order and whose it is: a member id, or an identifier. What to do with a member nobody knows:
    `refuse`, `hold` the order until they come, or `enroll` them. `hold_ids` are the shop's own, `coupons` as typed;
    `generation` is above 1 for an order that is completed again."""

    order: activities.Order
    member: UUID | members.Identifier
    hold_ids: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    on_unknown: Literal["refuse", "hold", "enroll"] = "refuse"
    generation: int = 1


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An order's outcome: `created`, `replayed` (the same again: the first answer), or `parked`."""

    outcome: Literal["created", "replayed", "parked"]
    order_id: UUID | None
    points: int
    answer: Mapping[str, Any]


@dataclass(slots=True)
class Item:
    """One intake on its way through the batch."""

    intake: Intake
    key: UUID
    digest: bytes
    order_id: UUID
    member_id: UUID | None = None
    account_id: UUID | None = None
    person: members.Standing | None = None
    result: Recorded | Refusal | None = None
    decision: Decision | None = None
    state: State | None = None
    capture: capture_holds.Capture | None = None
    coupons: Sequence[UsedCoupon] = ()
    purchase: activities.Purchase | None = None
    twin: "Item | None" = None


@dataclass(slots=True, kw_only=True)
class Batch(Climbers):
    """What the fold leaves to be written."""

    items: list[Item]
    uses: list[tuple[UUID, earning.Use]] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    advance: play_challenges.Advance = field(default_factory=play_challenges.Advance)


def transfers(plan: Plan, item: Item) -> list[ledger.Transfer]:
    """What a decided order moves: holds it spends, points it earns in each wallet."""
    assert item.decision is not None
    decision = item.decision
    found = list(item.capture.transfers) if item.capture else []
    if decision.award.points:
        found.append(_earned(item, item.order_id, plan.wallet.wallet_id, decision.award, decision.lot))
    for further in decision.further:
        if further.award.points:
            transfer_id = ids.key_of("earn", item.order_id, further.wallet_id)
            found.append(_earned(item, transfer_id, further.wallet_id, further.award, further.lot))
    return found


def _earned(item: Item, transfer_id: UUID, wallet_id: int, award: earning.Award, lot: ledger.Lot) -> ledger.Transfer:
    assert item.account_id is not None
    assert item.decision is not None
    order = item.intake.order
    about = {"order": order.external_id, "parts": [part.reason for part in award.parts]}
    return ledger.Transfer(
        member_id=item.account_id,
        transfer_id=transfer_id,
        movement=ledger.Movement.EARN,
        points=award.points,
        occurred_at=order.occurred_at,
        on_date=item.decision.on_date,
        reason=ledger.Reason("earn.order", about),
        wallet_id=wallet_id,
        lot=lot,
        subject_id=item.order_id,
    )


def played(item: Item) -> play_challenges.Played | None:
    """A decided order as challenges see it."""
    assert item.decision is not None
    assert item.person is not None
    return play_challenges.order_played(
        item.intake.order,
        item.order_id,
        item.person,
        on=item.decision.on_date,
        spend_minor=item.decision.award.eligible_minor,
        tier=item.decision.tier,
    )


def bought(item: Item) -> referrals.Bought:
    """A decided order as referrals see it."""
    assert item.decision is not None
    assert item.member_id is not None
    order = item.intake.order
    return referrals.Bought(
        member_id=item.member_id,
        order_id=item.order_id,
        occurred_at=order.occurred_at,
        on_date=item.decision.on_date,
        total_minor=order.total_minor,
    )


def purchase(item: Item, *, at: datetime) -> activities.Purchase:
    """A decided order as it is stored; `at` is when it was recorded."""
    assert item.decision is not None
    assert item.member_id is not None
    assert item.account_id is not None
    order = item.capture.order if item.capture else item.intake.order
    award = item.decision.award
    return activities.Purchase(
        member_id=item.member_id,
        account_id=item.account_id,
        order_id=item.order_id,
        source=order.source,
        external_id=order.external_id,
        occurred_at=order.occurred_at,
        recorded_at=at,
        on_date=item.decision.on_date,
        currency=order.currency,
        total_minor=order.total_minor,
        points_paid_minor=order.points_paid_minor,
        eligible_minor=award.eligible_minor,
        award_points=award.points,
        active_on=item.decision.lot.active_on,
        expires_on=item.decision.lot.expires_on,
        store=order.store,
        channel=order.channel,
        till=order.till,
        receipt=order.receipt,
        burned_points=item.capture.points if item.capture else 0,
        generation=item.intake.generation,
    )


def sale(item: Item) -> activities.Sale:
    """A stored order with its lines and what each of them earned."""
    assert item.decision is not None
    assert item.purchase is not None
    award = item.decision.award
    return activities.Sale(
        purchase=item.purchase,
        lines=item.intake.order.lines,
        eligible_minor=award.line_eligible_minor,
        points=award.line_points,
        awards=tuple(
            activities.Award(
                wallet_id=further.wallet_id,
                points=further.award.points,
                active_on=further.lot.active_on,
                expires_on=further.lot.expires_on,
            )
            for further in item.decision.further
            if further.award.points
        ),
    )
