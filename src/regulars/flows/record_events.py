"""A batch of events becomes facts and points: what members did besides buying, one transaction.

The steps are those of orders (`record_activities`); the decision is `deciding_events.decide_event`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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

from . import answers
from .attending import absence
from .deciding import Decision, State
from .deciding_events import decide_event, is_rewarded, rules_on
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
class _Item:
    """One intake on its way through the batch; `event` is as it is kept."""

    intake: EventIntake
    event: activities.Event
    key: UUID
    event_id: UUID
    digest: bytes = b""
    member_id: UUID | None = None
    result: RecordedEvent | Refusal | None = None
    decision: Decision | None = None
    twin: "_Item | None" = None


_Cell = tuple[UUID, str, str, date]
"""A member, an event type, the name of a period and its first day: where rewarded events are counted."""


@dataclass(slots=True)
class _Batch:
    """What the fold reads of and leaves to be written."""

    items: list[_Item]
    types: Mapping[str, activities.EventType]
    standings: Mapping[UUID, members.Standing]
    holdings: dict[UUID, tiers.Holding] = field(default_factory=dict)
    uses: list[tuple[UUID, earning.Use]] = field(default_factory=list)


def record_events(
    conn: Conn, plan: Plan, intakes: Sequence[EventIntake], *, at: datetime
) -> list[RecordedEvent | Refusal]:
    """Record a batch; each answer stands where its intake stood, and one refusal never touches its neighbors.

    `at` is now. Late events and events in any order are welcome: each counts where it belongs. Where others spend of
    the same budget at the same moment, the batch is decided once more with the budgets to itself.
    """
    if not plan.has_budgets:
        return _record(conn, plan, intakes, at=at)
    try:
        with conn.transaction():
            return _record(conn, plan, intakes, at=at)
    except earning.BudgetMoved:
        return _record(conn, plan, intakes, at=at, locks_budgets=True)


def _record(
    conn: Conn, plan: Plan, intakes: Sequence[EventIntake], *, at: datetime, locks_budgets: bool = False
) -> list[RecordedEvent | Refusal]:
    today = plan.program.local_date(at)
    program_id = plan.program.program_id
    types = activities.event_types(conn, program_id)
    items = [_item(plan, intake) for intake in intakes]
    for item in items:
        try:
            item.event = activities.checked(item.event, types, at=at)
            item.digest = activities.event_digest(item.event)
        except Refusal as refusal:
            item.result = refusal
    _find_members(conn, plan, items, at)
    standings = members.lock_standing(conn, program_id, sorted({i.member_id for i in _open(items) if i.member_id}))
    _refuse_absent(items, standings)
    _claim(conn, plan, items)
    batch = _Batch(items=_open(items), types=types, standings=standings)
    left = dict(earning.budgets(conn, program_id, plan.limited_rules, locked=locks_budgets))
    _fold(conn, plan, batch, today, left)
    _write(conn, plan, batch, at=at, today=today)
    earning.use(conn, program_id, batch.uses)
    return [_result(item) for item in items]


def _open(items: Sequence[_Item]) -> list[_Item]:
    return [item for item in items if item.result is None and item.twin is None]


def _result(item: _Item) -> RecordedEvent | Refusal:
    if item.twin is not None and isinstance(item.twin.result, RecordedEvent):
        return replace(item.twin.result, outcome="replayed")
    assert item.result is not None
    return item.result


def _item(plan: Plan, intake: EventIntake) -> _Item:
    event = intake.event
    return _Item(
        intake=intake,
        event=event,
        key=activities.event_key(plan.program.program_id, event.source, event.external_id),
        event_id=ids.uuid7(),
        member_id=intake.member if isinstance(intake.member, UUID) else None,
    )


def _find_members(conn: Conn, plan: Plan, items: Sequence[_Item], at: datetime) -> None:
    """Name the member of each item; unknown ones are parked or refused, as their intake says."""
    asked = [(item, item.intake.member) for item in _open(items) if isinstance(item.intake.member, members.Identifier)]
    known = members.find(conn, plan.program.program_id, list({identifier for _, identifier in asked}))
    for item, identifier in asked:
        item.member_id = known.get(identifier)
        if item.member_id is None:
            item.result = _absent(conn, plan, item, identifier, at)


def _absent(
    conn: Conn, plan: Plan, item: _Item, identifier: members.Identifier, at: datetime
) -> RecordedEvent | Refusal:
    if item.intake.on_unknown != "hold":
        return members.MemberUnknown("No member has this identifier. Enroll them first, or send on_unknown=hold.")
    program_id, event = plan.program.program_id, item.event
    activities.park(
        conn,
        program_id,
        kind="event",
        waits_for=answers.member_key(program_id, identifier),
        source=event.source,
        external_id=event.external_id,
        digest=item.digest,
        body=answers.as_body(replace(item.intake, event=event)),
        at=at,
    )
    kept = activities.parked_digest(conn, program_id, kind="event", source=event.source, external_id=event.external_id)
    if kept != item.digest:
        return activities.EventConflict("Another event waits under this id; the first one stands.")
    told = {
        "status": "waiting-for-member",
        "id": event.external_id,
        "source": event.source,
        "type": event.type,
        "points": 0,
    }
    return RecordedEvent(outcome="parked", event_id=None, points=0, answer=told)


def _refuse_absent(items: Sequence[_Item], standings: Mapping[UUID, members.Standing]) -> None:
    for item in _open(items):
        item.result = absence(standings.get(item.member_id) if item.member_id else None)


_CONFLICT = "This event id was recorded before with other content; the first one stands."
_MEMBER = [Flaw(pointer="/member", code="event-conflict", detail="another member's event carries this id")]


def _claim(conn: Conn, plan: Plan, items: Sequence[_Item]) -> None:
    """Claim the business keys; what was there before is answered as the first time, or refused as a conflict."""
    first: dict[UUID, _Item] = {}
    for item in _open(items):
        first.setdefault(item.key, item)
    fresh = [(i.key, i.member_id, i.event_id, i.digest) for i in first.values() if i.member_id]
    won = activities.remember(conn, plan.program.program_id, fresh)
    earlier = activities.seen(conn, [key for key in first if key not in won]) if len(won) < len(first) else {}
    stored = activities.stored_events(conn, [(s.member_id, s.activity_id) for s in earlier.values()]) if earlier else {}
    for item in _open(items):
        ahead = first[item.key]
        if item.key not in won:
            before = stored[earlier[item.key].activity_id]
            item.result = _again(item, before, earlier[item.key])
        elif ahead is not item:  # twice in this very batch
            if (ahead.digest, ahead.member_id) == (item.digest, item.member_id):
                item.twin = ahead
            else:
                flaws = activities.differing_event(ahead.event, item.event) or _MEMBER
                item.result = activities.EventConflict(_CONFLICT, flaws=flaws)


def _again(item: _Item, before: activities.StoredEvent, seen: activities.Seen) -> RecordedEvent | Refusal:
    if seen.member_id != item.member_id:
        return activities.EventConflict(_CONFLICT, flaws=_MEMBER)
    if seen.content_digest != item.digest:
        return activities.EventConflict(_CONFLICT, flaws=activities.differing_event(before, item.event))
    return RecordedEvent(outcome="replayed", event_id=before.event_id, points=before.award_points, answer=before.answer)


def _fold(conn: Conn, plan: Plan, batch: _Batch, today: date, left: dict[int, int]) -> None:
    """Decide every event of every member in time order; limits count what this batch rewards as well."""
    by_member: dict[UUID, list[_Item]] = defaultdict(list)
    for item in batch.items:
        assert item.member_id is not None
        by_member[item.member_id].append(item)
    states = _states(conn, plan, batch, by_member, today)
    rewarded = _rewarded(conn, plan, batch.items)
    for member_id, of in by_member.items():
        state = states[member_id]
        for item in sorted(of, key=lambda i: (i.event.occurred_at, i.event_id)):
            kind = item.event.type
            on = plan.program.local_date(item.event.occurred_at)
            cells = {per: (member_id, kind, per, span(on)[0]) for per, span in earning.SPANS.items()}
            counts = {per: rewarded.get(cell, 0) for per, cell in cells.items()}
            name = batch.types[kind].name
            item.decision, state = decide_event(plan, state, item.event, name, counts, today=today, left=left)
            for use in item.decision.uses:
                batch.uses.append((member_id, use))
                if use.of_budget:
                    left[use.rule_id] -= use.points
            if is_rewarded(item.decision):
                rewarded |= {cell: rewarded[cell] + 1 for cell in cells.values() if cell in rewarded}
            if item.decision.move and state.holding:
                batch.holdings[member_id] = state.holding


def _states(
    conn: Conn, plan: Plan, batch: _Batch, by_member: Mapping[UUID, Sequence[_Item]], today: date
) -> dict[UUID, State]:
    """The members as they stand; the tiers of those who may earn are read, nobody else's."""
    start = tiers.window_start(plan.ladder, today)
    spans = {}
    for member_id, of in by_member.items():
        days = [plan.program.local_date(item.event.occurred_at) for item in of]
        if any(earning.event_rules(rules_on(plan, on), i.event.type) for i, on in zip(of, days, strict=True)):
            spans[member_id] = (min(start, tiers.window_start(plan.ladder, min(days))), start)
    days_of = {plan.program.local_date(item.event.occurred_at) for of in by_member.values() for item in of}
    used = earning.usage(conn, plan.program.program_id, plan.limited_rules, list(by_member), days_of)
    tallies = tiers.tallies(conn, spans) if spans else {}
    holdings = tiers.holdings(conn, list(spans)) if spans else {}
    return {
        member_id: State(
            standing=batch.standings[member_id],
            holding=holdings.get(member_id),
            tallies=tuple(tallies.get(member_id, ())),
            used=used.get(member_id, {}),
        )
        for member_id in by_member
    }


def _rewarded(conn: Conn, plan: Plan, items: Sequence[_Item]) -> dict[_Cell, int]:
    """How many events were rewarded before this batch, wherever one of its events meets a limit: one read."""
    spans: dict[_Cell, tuple[UUID, str, date, date]] = {}
    for item in items:
        assert item.member_id is not None
        kind, on = item.event.type, plan.program.local_date(item.event.occurred_at)
        for per in earning.limit_periods(rules_on(plan, on), kind):
            first, last = earning.SPANS[per](on)
            spans[item.member_id, kind, per, first] = (item.member_id, kind, first, last)
    return dict(zip(spans, activities.rewarded_events(conn, list(spans.values())), strict=True))


def _write(conn: Conn, plan: Plan, batch: _Batch, *, at: datetime, today: date) -> None:
    transfers = [transfer for item in batch.items for transfer in _transfers(plan, batch, item)]
    if transfers:
        decided = [(item, item.decision) for item in batch.items if item.decision]
        ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
        tiers.add_tallies(conn, [(i.member_id, d.tally) for i, d in decided if i.member_id and d.tally.points])
        tiers.hold(conn, plan.program.program_id, batch.holdings, [d.move for _, d in decided if d.move])
    moved: dict[int, set[UUID]] = defaultdict(set)
    for transfer in transfers:
        moved[transfer.wallet_id].add(transfer.member_id)
    balances = {
        wallet_id: ledger.balances(conn, sorted(accounts), wallet=plan.wallets[wallet_id], today=today)
        for wallet_id, accounts in moved.items()
    }
    stored = []
    for item in batch.items:
        answer = _answer(plan, batch, item, balances, today)
        stored.append(_stored(item, answer, at))
        item.result = RecordedEvent(
            outcome="created", event_id=item.event_id, points=stored[-1].award_points, answer=answer
        )
    activities.add_events(conn, plan.program.program_id, stored)


def _transfers(plan: Plan, batch: _Batch, item: _Item) -> Iterator[ledger.Transfer]:
    """What an event moves: its award in the first wallet under its own id, those in others under ids made of it."""
    assert item.decision is not None
    decision = item.decision
    if decision.award.points:
        yield _transfer(batch, item, item.event_id, plan.wallet.wallet_id, decision.award, decision.lot)
    for further in decision.further:
        transfer_id = ids.key_of("earn", item.event_id, further.wallet_id)
        yield _transfer(batch, item, transfer_id, further.wallet_id, further.award, further.lot)


def _transfer(
    batch: _Batch, item: _Item, transfer_id: UUID, wallet_id: int, award: earning.Award, lot: ledger.Lot
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


def _account(batch: _Batch, item: _Item) -> UUID:
    """Where the member's points are kept."""
    assert item.member_id is not None
    return batch.standings[item.member_id].account_id


def _answer(
    plan: Plan, batch: _Batch, item: _Item, balances: Mapping[int, Mapping[UUID, ledger.Balance]], today: date
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
        "effects": answers.effects(plan, decision, language),
    }


def _reasons(plan: Plan, decision: Decision, language: str) -> list[dict[str, Any]]:
    """Why these points, in whatever wallet; or why none."""
    awards = [(decision.award, plan.wallet), *((one.award, plan.wallets[one.wallet_id]) for one in decision.further)]
    paid = [(award, wallet) for award, wallet in awards if award.points] or awards[:1]
    return [said for award, wallet in paid for said in answers.award_reasons(plan, award, wallet, language)]


def _stored(item: _Item, answer: Mapping[str, Any], at: datetime) -> activities.StoredEvent:
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
