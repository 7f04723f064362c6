"""Events on their way through a batch: how they came in, what they move, what is told and kept of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import activities, ledger, members

from . import answers, play_challenges
from .campaigning import Given
from .climbers import Climbers
from .deciding import Decision
from .deciding_events import is_rewarded
from .plan import Plan


class EventIntake(msgspec.Struct, frozen=True, kw_only=True):
    """An event and whose it is: a member id, or an identifier. An event of a member nobody knows is refused, or
    held until they come."""

    event: activities.Event
    member: UUID | members.Identifier
    on_unknown: Literal["refuse", "hold"] = "refuse"


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event's outcome: `created`, `replayed` (the same again: the first answer), or `parked`."""

    outcome: Literal["created", "replayed", "parked"]
    event_id: UUID | None
    points: int
    answer: Mapping[str, Any]


@dataclass(slots=True)
class Item:
    """One intake on its way through the batch; `event` is as it is kept."""

    intake: EventIntake
    event: activities.Event
    key: UUID
    event_id: UUID
    digest: bytes = b""
    member_id: UUID | None = None
    result: RecordedEvent | Refusal | None = None
    decision: Decision | None = None
    twin: "Item | None" = None


@dataclass(slots=True, kw_only=True)
class Batch(Climbers):
    """What the fold reads of and leaves to be written."""

    items: list[Item]
    types: Mapping[str, activities.EventType]
    standings: Mapping[UUID, members.Standing]
    uses: list[tuple[UUID, earning.Use]] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    advance: play_challenges.Advance = field(default_factory=play_challenges.Advance)


def transfers(plan: Plan, batch: Batch, item: Item) -> Iterator[ledger.Transfer]:
    """What an event moves: its award in the first wallet under its own id, those in others under ids made of it."""
    assert item.decision is not None
    decision = item.decision
    if decision.award.points:
        yield _transfer(batch, item, item.event_id, plan.wallet.wallet_id, decision.award, decision.lot)
    for further in decision.further:
        transfer_id = ids.key_of("earn", item.event_id, further.wallet_id)
        yield _transfer(batch, item, transfer_id, further.wallet_id, further.award, further.lot)


def _transfer(
    batch: Batch, item: Item, transfer_id: UUID, wallet_id: int, award: earning.Award, lot: ledger.Lot
) -> ledger.Transfer:
    assert item.decision is not None
    about = {"event": dict(batch.types[item.event.type].name), "parts": [part.reason for part in award.parts]}
    return ledger.Transfer(
        member_id=_account(batch, item),
        transfer_id=transfer_id,
        movement=ledger.Movement.EARN,
        points=award.points,
        occurred_at=item.event.occurred_at,
        on_date=item.decision.on_date,
        reason=ledger.Reason("earn.event", about),
        wallet_id=wallet_id,
        lot=lot,
        subject_id=item.event_id,
    )


def played(batch: Batch, item: Item) -> play_challenges.Played:
    """A decided event as challenges see it."""
    assert item.decision is not None
    assert item.member_id is not None
    person = batch.standings[item.member_id]
    return play_challenges.event_played(
        item.event, item.event_id, person, on=item.decision.on_date, tier=item.decision.tier
    )


def _account(batch: Batch, item: Item) -> UUID:
    """Where the member's points are kept."""
    assert item.member_id is not None
    return batch.standings[item.member_id].account_id


def answer(
    plan: Plan, batch: Batch, item: Item, balances: Mapping[int, Mapping[UUID, ledger.Balance]], today: date
) -> Mapping[str, Any]:
    """What the shop is told; a balance where points moved, so that an event that earns nothing costs no reading."""
    assert item.decision is not None
    assert item.member_id is not None
    decision, account_id = item.decision, _account(batch, item)
    language, points, lot = batch.standings[item.member_id].language, decision.award.points, decision.lot
    return {
        "id": item.event.external_id,
        "source": item.event.source,
        "type": item.event.type,
        "member_id": str(item.member_id),
        "status": "recorded",
        "points": points,
        "pending": bool(points) and lot.active_on > today,
        "usable_on": answers.day(lot.active_on) if points else None,
        "expires_on": answers.day(lot.expires_on) if points else None,
        "balance": answers.balance(balances[plan.wallet.wallet_id][account_id]) if points else None,
        "wallets": [
            {
                "wallet": plan.wallets[further.wallet_id].code,
                "points": further.award.points,
                "balance": answers.balance(balances[further.wallet_id][account_id]),
            }
            for further in decision.further
        ],
        "reasons": _reasons(plan, decision, language),
        "effects": [*answers.effects(plan, decision, language), *batch.advance.told.get(item.event_id, ())],
    }


def _reasons(plan: Plan, decision: Decision, language: str) -> list[dict[str, Any]]:
    """Why these points, in whatever wallet; or why none."""
    awards = [(decision.award, plan.wallet), *((one.award, plan.wallets[one.wallet_id]) for one in decision.further)]
    paid = [(award, wallet) for award, wallet in awards if award.points] or awards[:1]
    return [said for award, wallet in paid for said in answers.award_reasons(plan, award, wallet, language)]


def stored(item: Item, answer: Mapping[str, Any], at: datetime) -> activities.StoredEvent:
    """An event as it is kept, with the answer that will be told again; `at` is when it was recorded."""
    assert item.decision is not None
    assert item.member_id is not None
    return activities.StoredEvent(
        member_id=item.member_id,
        event_id=item.event_id,
        source=item.event.source,
        external_id=item.event.external_id,
        type=item.event.type,
        occurred_at=item.event.occurred_at,
        recorded_at=at,
        on_date=item.decision.on_date,
        data=item.event.data,
        is_rewarded=is_rewarded(item.decision),
        award_points=item.decision.award.points,
        answer=answer,
    )
