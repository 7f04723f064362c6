"""A batch of events becomes facts and points: what members did besides buying, one transaction.

The steps are those of orders (`record_activities`); the decision is `deciding_events.decide_event`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Refusal
from regulars.program import campaigns, earning, tiers
from regulars.records import activities, ledger, members, outbox

from . import answers, campaigning, changes, event_items, play_challenges, recalling, tiers_held
from .attending import GONE, absence, of_the_erased
from .deciding import State
from .deciding_events import decide_event, is_rewarded, rules_on
from .event_items import Batch, EventIntake, Item, RecordedEvent
from .plan import Plan
from .streaks import Streaks

_Cell = tuple[UUID, str, str, date]
"""A member, an event type, the name of a period and its first day: where rewarded events are counted."""


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
    except (earning.BudgetMoved, campaigns.BudgetMoved):
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
    batch = Batch(items=_open(items), types=types, standings=standings)
    left = dict(earning.budgets(conn, program_id, plan.counted_rules, locked=locks_budgets))
    rooms = campaigning.rooms(conn, plan, locked=locks_budgets)
    _fold(conn, plan, batch, today, left, rooms)
    played = [event_items.played(batch, item) for item in batch.items]
    batch.advance = play_challenges.advance(conn, plan, played, today=today, at=at, rooms=rooms)
    batch.given += batch.advance.grants
    _write(conn, plan, batch, at=at, today=today)
    earning.use(conn, program_id, batch.uses)
    campaigning.use(conn, plan, batch.given, rooms, at=at)
    return [_result(item) for item in items]


def _open(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.result is None and item.twin is None]


def _result(item: Item) -> RecordedEvent | Refusal:
    if item.twin is not None and isinstance(item.twin.result, RecordedEvent):
        return replace(item.twin.result, outcome="replayed")
    assert item.result is not None
    return item.result


def _item(plan: Plan, intake: EventIntake) -> Item:
    event = intake.event
    return Item(
        intake=intake,
        event=event,
        key=activities.event_key(plan.program.program_id, event.source, event.external_id),
        event_id=ids.uuid7(),
        member_id=intake.member if isinstance(intake.member, UUID) else None,
    )


def _find_members(conn: Conn, plan: Plan, items: Sequence[Item], at: datetime) -> None:
    """Name the member of each item; unknown ones are parked or refused, as their intake says."""
    asked = [(item, item.intake.member) for item in _open(items) if isinstance(item.intake.member, members.Identifier)]
    known = members.find(conn, plan.program.program_id, list({identifier for _, identifier in asked}))
    unknown = [item.key for item, identifier in asked if identifier not in known]
    gone = of_the_erased(conn, plan.program.program_id, unknown)
    for item, identifier in asked:
        item.member_id = known.get(identifier)
        if item.key in gone:
            item.result = members.MemberErased(GONE)
        elif item.member_id is None:
            item.result = _absent(conn, plan, item, identifier, at)


def _absent(
    conn: Conn, plan: Plan, item: Item, identifier: members.Identifier, at: datetime
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


def _refuse_absent(items: Sequence[Item], standings: Mapping[UUID, members.Standing]) -> None:
    for item in _open(items):
        standing = standings.get(item.member_id) if item.member_id else None
        item.result = absence(standing)
        item.member_id = standing.member_id if standing else item.member_id


_CONFLICT = "This event id was recorded before with other content; the first one stands."
_MEMBER = [Flaw(pointer="/member", code="event-conflict", detail="another member's event carries this id")]


def _claim(conn: Conn, plan: Plan, items: Sequence[Item]) -> None:
    """Claim the business keys; what was there before is answered as the first time, or refused as a conflict."""
    first: dict[UUID, Item] = {}
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
            item.result = _again(conn, item, before, earlier[item.key])
        elif ahead is not item:  # twice in this very batch
            if (ahead.digest, ahead.member_id) == (item.digest, item.member_id):
                item.twin = ahead
            else:
                flaws = activities.differing_event(ahead.event, item.event) or _MEMBER
                item.result = activities.EventConflict(_CONFLICT, flaws=flaws)


def _again(conn: Conn, item: Item, before: activities.StoredEvent, seen: activities.Seen) -> RecordedEvent | Refusal:
    if item.member_id is None or not members.were_one(conn, seen.member_id, item.member_id):
        return activities.EventConflict(_CONFLICT, flaws=_MEMBER)
    if seen.content_digest != item.digest:
        return activities.EventConflict(_CONFLICT, flaws=activities.differing_event(before, item.event))
    return RecordedEvent(outcome="replayed", event_id=before.event_id, points=before.award_points, answer=before.answer)


def _fold(conn: Conn, plan: Plan, batch: Batch, today: date, left: dict[int, int], rooms: campaigning.Rooms) -> None:
    """Decide every event in time order, whosever it is; limits count what this batch rewards as well."""
    by_member: dict[UUID, list[Item]] = defaultdict(list)
    for item in batch.items:
        assert item.member_id is not None
        by_member[item.member_id].append(item)
    states = _states(conn, plan, batch, by_member, today)
    rewarded = _rewarded(conn, plan, batch.items)
    streaks = Streaks(conn, plan, batch.items)
    for item in sorted(batch.items, key=lambda i: (i.event.occurred_at, i.event_id)):
        assert item.member_id is not None
        member_id, kind = item.member_id, item.event.type
        on = plan.program.local_date(item.event.occurred_at)
        cells = {per: (member_id, kind, per, span(on)[0]) for per, span in earning.SPANS.items()}
        counts = {per: rewarded.get(cell, 0) for per, cell in cells.items()}
        item.decision, states[member_id] = decide_event(
            plan,
            states[member_id],
            item.event,
            batch.types[kind],
            counts,
            today=today,
            left=left,
            rooms=rooms,
            streak_days=streaks.next(member_id, kind, on),
        )
        campaigns.spent(rooms, item.decision.grants)
        batch.given += [(member_id, item.decision.on_date, grant) for grant in item.decision.grants]
        for use in item.decision.uses:
            batch.uses.append((member_id, use))
            if use.of_budget:
                left[use.rule_id] -= use.points
        if is_rewarded(item.decision):
            rewarded |= {cell: rewarded[cell] + 1 for cell in cells.values() if cell in rewarded}
        batch.climbed(states[member_id], item.decision)


def _states(
    conn: Conn, plan: Plan, batch: Batch, by_member: Mapping[UUID, Sequence[Item]], today: date
) -> dict[UUID, State]:
    """The members as they stand; the tiers of those who may earn are read, nobody else's."""
    spans = {}
    for member_id, of in by_member.items():
        days = [plan.program.local_date(item.event.occurred_at) for item in of]
        if any(
            earning.event_rules(rules_on(plan, on, i.event.occurred_at), i.event.type)
            for i, on in zip(of, days, strict=True)
        ):
            joined_on = batch.standings[member_id].enrolled_on
            spans[member_id] = tiers_held.span(plan, today, joined_on, min(days))
    days_of = {plan.program.local_date(item.event.occurred_at) for of in by_member.values() for item in of}
    used = earning.usage(conn, plan.program.program_id, plan.counted_rules, list(by_member), days_of, plan.caps)
    tallies = tiers.tallies(conn, spans) if spans else {}
    held = tiers_held.of(conn, plan, list(spans)) if spans else {}
    pasts: dict[UUID, recalling.Past] = {}
    if plan.needs.of_past and spans:
        asked = {member_id: [item.event.occurred_at for item in by_member[member_id]] for member_id in spans}
        accounts = {member_id: batch.standings[member_id].account_id for member_id in spans}
        pasts = recalling.recall(conn, plan, asked, accounts, today=today)
    seats = campaigning.seats(conn, plan, list(by_member))
    return {
        member_id: State(
            standing=batch.standings[member_id],
            holding=tiers_held.main(held.get(member_id, {})),
            further=tiers_held.further(held.get(member_id, {})),
            tallies=tuple(tallies.get(member_id, ())),
            used=used.get(member_id, {}),
            past=pasts.get(member_id, recalling.NOTHING),
            seats=seats.get(member_id, {}),
        )
        for member_id in by_member
    }


def _rewarded(conn: Conn, plan: Plan, items: Sequence[Item]) -> dict[_Cell, int]:
    """How many events were rewarded before this batch, wherever one of its events meets a limit: one read."""
    spans: dict[_Cell, tuple[UUID, str, date, date]] = {}
    for item in items:
        assert item.member_id is not None
        kind, on = item.event.type, plan.program.local_date(item.event.occurred_at)
        for per in earning.limit_periods(rules_on(plan, on, item.event.occurred_at), kind):
            first, last = earning.SPANS[per](on)
            spans[item.member_id, kind, per, first] = (item.member_id, kind, first, last)
    return dict(zip(spans, activities.rewarded_events(conn, list(spans.values())), strict=True))


def _write(conn: Conn, plan: Plan, batch: Batch, *, at: datetime, today: date) -> None:
    transfers = [transfer for item in batch.items for transfer in event_items.transfers(plan, batch, item)]
    transfers += batch.advance.transfers
    play_challenges.write(conn, plan, batch.advance)
    if transfers:
        decided = [(item, item.decision) for item in batch.items if item.decision]
        ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
        tiers.add_tallies(conn, [(i.member_id, d.tally) for i, d in decided if i.member_id and d.tally.points])
        tiers.hold(conn, plan.program.program_id, batch.held(), batch.moves)
    moved: dict[int, set[UUID]] = defaultdict(set)
    for transfer in transfers:
        moved[transfer.wallet_id].add(transfer.member_id)
    balances = {
        wallet_id: ledger.balances(conn, sorted(accounts), wallet=plan.wallets[wallet_id], today=today)
        for wallet_id, accounts in moved.items()
    }
    stored = []
    for item in batch.items:
        answer = event_items.answer(plan, batch, item, balances, today)
        stored.append(event_items.stored(item, answer, at))
        item.result = RecordedEvent(
            outcome="created", event_id=item.event_id, points=stored[-1].award_points, answer=answer
        )
    activities.add_events(conn, plan.program.program_id, stored)
    broken = [
        (i.member_id, i.event_id, e) for i in batch.items if i.member_id and i.decision for e in i.decision.errors
    ]
    earning.note_errors(conn, plan.program.program_id, broken, at=at)
    new = [changes.happened(event) for event in stored]
    outbox.add(conn, plan.program.program_id, [*new, *changes.moved(plan, batch.moves, at=at)])
