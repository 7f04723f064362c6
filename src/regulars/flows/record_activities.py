"""A batch of orders becomes facts, points and tiers: one transaction, one way for every purchase.

POST /v1/orders, imports and connectors all come here; a single purchase is a batch of one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Refusal
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

from . import answers, capture_holds
from .deciding import Decision, State, decide
from .plan import Plan
from .refund_order import settle_waiting


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """An order and whose it is: a member id, or an identifier. What to do with a member nobody knows:
    `refuse`, `hold` the order until they come, or `enroll` them. `hold_ids` are the shop's own."""

    order: activities.Order
    member: UUID | members.Identifier
    hold_ids: tuple[str, ...] = ()
    on_unknown: Literal["refuse", "hold", "enroll"] = "refuse"


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An order's outcome: `created`, `replayed` (the same again: the first answer), or `parked`."""

    outcome: Literal["created", "replayed", "parked"]
    order_id: UUID | None
    points: int
    answer: Mapping[str, Any]


@dataclass(slots=True)
class _Item:
    """One intake on its way through the batch."""

    intake: Intake
    key: UUID
    digest: bytes
    order_id: UUID
    member_id: UUID | None = None
    account_id: UUID | None = None
    result: Recorded | Refusal | None = None
    decision: Decision | None = None
    capture: capture_holds.Capture | None = None
    purchase: activities.Purchase | None = None
    twin: "_Item | None" = None


@dataclass(slots=True)
class _Batch:
    """What the fold leaves to be written."""

    items: list[_Item]
    holdings: dict[UUID, tiers.Holding] = field(default_factory=dict)


def record_activities(
    conn: Conn, plan: Plan, intakes: Sequence[Intake], *, at: datetime, tells: bool = True
) -> list[Recorded | Refusal]:
    """Record a batch; each answer stands where its intake stood, and one refusal never touches its neighbors.

    `at` is now. With `tells` off (imports of history) answers carry no balance and are not kept.
    """
    today = plan.program.local_date(at)
    items = [_item(plan, intake) for intake in intakes]
    for item in items:
        try:
            activities.check(item.intake.order, currency=plan.program.currency, at=at)
        except Refusal as refusal:
            item.result = refusal
    _find_members(conn, plan, items, at)
    standings = members.lock_standing(
        conn, plan.program.program_id, sorted({i.member_id for i in items if i.member_id and not i.result})
    )
    _refuse_absent(items, standings)
    _claim(conn, plan, items)
    _capture(conn, plan, items, at=at)
    batch = _fold(conn, plan, [i for i in items if i.result is None and i.twin is None], standings, today)
    _write(conn, plan, batch, at=at, today=today, tells=tells)
    settle_waiting(conn, plan, [i.key for i in batch.items], at=at)
    return [_result(item) for item in items]


def _result(item: _Item) -> Recorded | Refusal:
    if item.twin is not None and isinstance(item.twin.result, Recorded):
        return replace(item.twin.result, outcome="replayed")
    found = item.twin.result if item.twin else item.result
    assert found is not None
    return found


def _item(plan: Plan, intake: Intake) -> _Item:
    order = intake.order
    return _Item(
        intake=intake,
        key=activities.order_key(plan.program.program_id, order.source, order.external_id),
        digest=activities.content_digest(order),
        order_id=ids.uuid7(),
        member_id=intake.member if isinstance(intake.member, UUID) else None,
    )


def _find_members(conn: Conn, plan: Plan, items: Sequence[_Item], at: datetime) -> None:
    """Name the member of each item; unknown ones are enrolled, parked or refused as their intake says."""
    asked = [i for i in items if i.result is None and isinstance(i.intake.member, members.Identifier)]
    known = members.find(conn, plan.program.program_id, list({_identifier(i) for i in asked}))
    joining: dict[members.Identifier, members.Enrollment] = {}
    for item in asked:
        identifier = _identifier(item)
        if identifier not in known and item.intake.on_unknown == "enroll":
            first = item.intake.order.occurred_at
            earlier = joining.get(identifier)
            joining[identifier] = members.Enrollment(
                identifiers=(identifier,),
                enrolled_at=min(first, earlier.enrolled_at) if earlier else first,
                channel=item.intake.order.channel,
            )
    if joining:
        enrolled = members.enroll(conn, plan.program, list(joining.values()))
        known |= {identifier: member_id for identifier, (member_id, _) in zip(joining, enrolled, strict=True)}
    for item in asked:
        item.member_id = known.get(_identifier(item))
        if item.member_id is None:
            item.result = _absent(conn, plan, item, at)


def _identifier(item: _Item) -> members.Identifier:
    assert isinstance(item.intake.member, members.Identifier)
    return item.intake.member


def _absent(conn: Conn, plan: Plan, item: _Item, at: datetime) -> Recorded | Refusal:
    if item.intake.on_unknown != "hold":
        return members.MemberUnknown("No member has this identifier. Enroll them first, or send on_unknown=hold.")
    order, identifier = item.intake.order, _identifier(item)
    activities.park(
        conn,
        plan.program.program_id,
        kind="order",
        waits_for=answers.member_key(plan.program.program_id, identifier),
        source=order.source,
        external_id=order.external_id,
        digest=item.digest,
        body=answers.as_body(item.intake),
        at=at,
    )
    kept = activities.parked_digest(
        conn, plan.program.program_id, kind="order", source=order.source, external_id=order.external_id
    )
    if kept != item.digest:
        return activities.EventConflict("Another order waits under this id.")
    told = {"status": "waiting-for-member", "order_id": order.external_id, "points": 0}
    return Recorded(outcome="parked", order_id=None, points=0, answer=told)


def _refuse_absent(items: Sequence[_Item], standings: Mapping[UUID, members.Standing]) -> None:
    for item in items:
        if item.result is not None:
            continue
        standing = standings.get(item.member_id) if item.member_id else None
        if standing is None:
            item.result = members.MemberUnknown("There is no such member in this program.")
        elif standing.status is members.Status.FROZEN:
            item.result = members.MemberFrozen("This membership is frozen: nothing is earned until it is released.")
        elif standing.status is members.Status.ERASED:
            item.result = members.MemberErased("This member was erased; nothing more is recorded of them.")
        else:
            item.account_id = standing.account_id


def _claim(conn: Conn, plan: Plan, items: Sequence[_Item]) -> None:
    """Claim the business keys; what was there before is answered as the first time, or refused as a conflict."""
    first: dict[UUID, _Item] = {}
    for item in items:
        if item.result is None:
            first.setdefault(item.key, item)
    fresh = [(i.key, i.member_id, i.order_id, i.digest) for i in first.values() if i.member_id]
    won = activities.remember(conn, plan.program.program_id, fresh)
    earlier = activities.seen(conn, [key for key in first if key not in won])
    told = activities.purchases(conn, [(s.member_id, s.activity_id) for s in earlier.values()]) if earlier else {}
    for item in items:
        if item.result is not None or (item.key in won and first[item.key] is item):
            continue
        if item.key in won:  # twice in this very batch
            same = first[item.key].digest == item.digest
            if same:
                item.twin = first[item.key]
            else:
                flaws = activities.differing(first[item.key].intake.order, item.intake.order)
                item.result = activities.EventConflict(_CONFLICT, flaws=flaws)
            continue
        before = earlier[item.key]
        purchase = told[before.activity_id]
        if before.content_digest == item.digest and before.member_id == item.member_id:
            item.result = Recorded(
                outcome="replayed",
                order_id=purchase.order_id,
                points=purchase.award_points,
                answer=purchase.answer or answers.order_again(purchase),
            )
        else:
            flaws = _MEMBER if before.member_id != item.member_id else activities.differing(purchase, item.intake.order)
            item.result = activities.EventConflict(_CONFLICT, flaws=flaws)


_CONFLICT = "This order id was recorded before with other content; the first one stands."
_MEMBER = [Flaw(pointer="/member", code="event-conflict", detail="another member's order carries this id")]


def _capture(conn: Conn, plan: Plan, items: Sequence[_Item], *, at: datetime) -> None:
    """Spend the holds of each order. An order refused for its holds gives its id back: it may come again."""
    refused = []
    taken: set[UUID] = set()
    for item in items:
        if item.result is None and item.twin is None and item.intake.hold_ids and item.account_id:
            try:
                item.capture = capture_holds.prepare(
                    conn, plan, item.account_id, item.intake.hold_ids, item.order_id, item.intake.order, taken, at=at
                )
            except Refusal as refusal:
                item.result = refusal
                refused.append(item.key)
    if refused:
        activities.forget(conn, refused)


def _fold(
    conn: Conn, plan: Plan, items: list[_Item], standings: Mapping[UUID, members.Standing], today: date
) -> _Batch:
    """Decide every order of every member in time order."""
    by_member: dict[UUID, list[_Item]] = defaultdict(list)
    for item in items:
        assert item.member_id is not None
        by_member[item.member_id].append(item)
    start = tiers.window_start(plan.ladder, today)
    spans = {}
    for member_id, of in by_member.items():
        of.sort(key=lambda i: (i.intake.order.occurred_at, i.order_id))
        earliest = plan.program.local_date(of[0].intake.order.occurred_at)
        spans[member_id] = (min(start, tiers.window_start(plan.ladder, earliest)), start)
    tallies = tiers.tallies(conn, spans)
    holdings = tiers.holdings(conn, list(by_member))
    batch = _Batch(items=items)
    for member_id, of in by_member.items():
        state = State(
            standing=standings[member_id],
            holding=holdings.get(member_id),
            tallies=tuple(tallies.get(member_id, ())),
        )
        for item in of:
            order = item.capture.order if item.capture else item.intake.order
            item.decision, state = decide(plan, state, order, today=today)
            if item.decision.move and state.holding:
                batch.holdings[member_id] = state.holding
    return batch


def _write(conn: Conn, plan: Plan, batch: _Batch, *, at: datetime, today: date, tells: bool) -> None:
    transfers = [t for item in batch.items for t in _transfers(plan, item)]
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    capture_holds.close(conn, [i.capture for i in batch.items if i.capture])
    tiers.add_tallies(conn, [(i.member_id, i.decision.tally) for i in batch.items if i.member_id and i.decision])
    moves = [i.decision.move for i in batch.items if i.decision and i.decision.move]
    tiers.hold(conn, plan.program.program_id, batch.holdings, moves)
    for item in batch.items:
        item.purchase = _purchase(item, at)
    told = answers.orders(conn, plan, [_told(i) for i in batch.items], today=today) if tells and batch.items else {}
    for item in batch.items:
        assert item.purchase is not None
        answer = told.get(item.order_id)
        if answer is not None:
            item.purchase = answers.with_answer(item.purchase, answer)
        item.result = Recorded(
            outcome="created", order_id=item.order_id, points=item.purchase.award_points, answer=answer or {}
        )
    activities.add_purchases(conn, plan.program.program_id, [_sale(i) for i in batch.items], recorded_at=at)
    _warn(conn, batch, at=at)


def _warn(conn: Conn, batch: _Batch, *, at: datetime) -> None:
    """Say of look-alikes that they are; a repeat of the order is told so too."""
    suspects = activities.note_suspects(conn, [(i.intake.order, i.purchase) for i in batch.items if i.purchase], at=at)
    changed = []
    for item in batch.items:
        if item.order_id in suspects and item.purchase and isinstance(item.result, Recorded) and item.result.answer:
            answer = {**item.result.answer, "warnings": ["possible-duplicate"]}
            item.result = replace(item.result, answer=answer)
            changed.append(answers.with_answer(item.purchase, answer))
    if changed:
        activities.change_answers(conn, changed)


def _told(item: _Item) -> answers.Told:
    assert item.purchase is not None
    assert item.decision is not None
    return answers.Told(purchase=item.purchase, decision=item.decision)


def _transfers(plan: Plan, item: _Item) -> list[ledger.Transfer]:
    assert item.decision is not None
    decision = item.decision
    transfers = list(item.capture.transfers) if item.capture else []
    if decision.award.points:
        transfers.append(_earned(item, item.order_id, plan.wallet.wallet_id, decision.award, decision.lot))
    for further in decision.further:
        if further.award.points:
            transfer_id = ids.key_of("earn", item.order_id, further.wallet_id)
            transfers.append(_earned(item, transfer_id, further.wallet_id, further.award, further.lot))
    return transfers


def _earned(item: _Item, transfer_id: UUID, wallet_id: int, award: earning.Award, lot: ledger.Lot) -> ledger.Transfer:
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


def _purchase(item: _Item, at: datetime) -> activities.Purchase:
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
    )


def _sale(item: _Item) -> activities.Sale:
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
