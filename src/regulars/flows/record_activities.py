"""A batch of orders becomes facts, points and tiers: one transaction, one way for every purchase.

POST /v1/orders, imports and connectors all come here; a single purchase is a batch of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Refusal
from regulars.program import campaigns, coupons, earning, tiers
from regulars.records import activities, ledger, members, outbox

from . import answers, campaigning, capture_holds, changes, play_challenges, refer_friends, sales
from .attending import GONE, absence, of_the_erased
from .check_coupon import admit
from .deciding import decide
from .plan import Plan
from .refund_order import settle_waiting
from .sales import Batch, Intake, Item, Recorded
from .states_before import states_before
from .use_coupons import use_coupons


def record_activities(
    conn: Conn, plan: Plan, intakes: Sequence[Intake], *, at: datetime, tells: bool = True
) -> list[Recorded | Refusal]:
    """Record a batch; each answer stands where its intake stood, and one refusal never touches its neighbors.

    `at` is now. With `tells` off (imports of history) answers carry no balance and are not kept, and nothing is noted
    as a change: what happened before the program came here is no news. Where others spend of
    the same budget at the same moment, the batch is decided once more with the budgets to itself.
    """
    if not plan.has_budgets:
        return _record(conn, plan, intakes, at=at, tells=tells)
    try:
        with conn.transaction():
            return _record(conn, plan, intakes, at=at, tells=tells)
    except (earning.BudgetMoved, campaigns.BudgetMoved):
        return _record(conn, plan, intakes, at=at, tells=tells, locks_budgets=True)


def _record(
    conn: Conn,
    plan: Plan,
    intakes: Sequence[Intake],
    *,
    at: datetime,
    tells: bool,
    locks_budgets: bool = False,
) -> list[Recorded | Refusal]:
    today = plan.program.local_date(at)
    items = [_item(plan, intake) for intake in intakes]
    for item in items:
        try:
            activities.check(item.intake.order, currency=plan.program.currency, at=at)
        except Refusal as refusal:
            item.result = refusal
    joined = _find_members(conn, plan, items, at, tells=tells)
    standings = members.lock_standing(
        conn, plan.program.program_id, sorted({i.member_id for i in items if i.member_id and not i.result})
    )
    _refuse_absent(items, standings)
    taken: set[UUID] = set()
    claiming = items
    while claiming:
        _claim(conn, plan, claiming)
        _capture(conn, plan, claiming, taken, at=at)
        claiming = _unclaimed(items)
    left = dict(earning.budgets(conn, plan.program.program_id, plan.counted_rules, locked=locks_budgets))
    rooms = campaigning.rooms(conn, plan, locked=locks_budgets)
    batch = _fold(conn, plan, [i for i in items if i.result is None and i.twin is None], today, left, rooms)
    batch.advance = play_challenges.advance(conn, plan, map(sales.played, batch.items), today=today, at=at, rooms=rooms)
    batch.given += batch.advance.grants
    _write(conn, plan, batch, at=at, today=today, tells=tells)
    refer_friends.note_purchases(conn, plan, map(sales.bought, batch.items))
    settle_waiting(conn, plan, [i.key for i in batch.items], at=at)
    earning.use(conn, plan.program.program_id, batch.uses)
    campaigning.use(conn, plan, batch.given, rooms, at=at)
    record_parked(conn, plan, joined, at=at)
    return [_result(item) for item in items]


def record_parked(conn: Conn, plan: Plan, joined: Iterable[members.Identifier], *, at: datetime) -> None:
    """Record the orders that waited for somebody who joined. One that cannot be stays parked, for a person to see."""
    keys = [answers.member_key(plan.program.program_id, identifier) for identifier in joined]
    parked = [one for one in activities.waiting_for(conn, keys) if one.kind == "order"] if keys else []
    waited = [msgspec.convert(dict(one.body), Intake) for one in parked]
    for one, result in zip(parked, record_activities(conn, plan, waited, at=at) if waited else (), strict=True):
        if isinstance(result, Recorded):
            activities.settle(conn, one, at=at)


def _result(item: Item) -> Recorded | Refusal:
    if item.result is None and item.twin is not None:
        assert isinstance(item.twin.result, Recorded)
        return replace(item.twin.result, outcome="replayed")
    assert item.result is not None
    return item.result


def _item(plan: Plan, intake: Intake) -> Item:
    order = intake.order
    return Item(
        intake=intake,
        key=activities.order_key(plan.program.program_id, order.source, order.external_id, intake.generation),
        digest=activities.content_digest(order),
        order_id=ids.uuid7(),
        member_id=intake.member if isinstance(intake.member, UUID) else None,
    )


def _find_members(
    conn: Conn, plan: Plan, items: Sequence[Item], at: datetime, *, tells: bool
) -> list[members.Identifier]:
    """Name the member of each item; unknown ones are enrolled, parked or refused as their intake says.

    Answers by what those are known who joined.
    """
    asked = [i for i in items if i.result is None and isinstance(i.intake.member, members.Identifier)]
    known = members.find(conn, plan.program.program_id, list({_identifier(i) for i in asked}))
    gone = of_the_erased(conn, plan.program.program_id, [i.key for i in asked if _identifier(i) not in known])
    for item in asked:
        item.result = members.MemberErased(GONE) if item.key in gone else None
    asked = [item for item in asked if item.result is None]
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
        if tells:
            new = list(changes.joined(list(joining.values()), enrolled, at=at))
            outbox.add(conn, plan.program.program_id, new)
        known |= {identifier: member_id for identifier, (member_id, _) in zip(joining, enrolled, strict=True)}
    for item in asked:
        item.member_id = known.get(_identifier(item))
        if item.member_id is None:
            item.result = _absent(conn, plan, item, at)
    return list(joining)


def _identifier(item: Item) -> members.Identifier:
    assert isinstance(item.intake.member, members.Identifier)
    return item.intake.member


def _absent(conn: Conn, plan: Plan, item: Item, at: datetime) -> Recorded | Refusal:
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


def _refuse_absent(items: Sequence[Item], standings: Mapping[UUID, members.Standing]) -> None:
    for item in items:
        if item.result is None:
            standing = standings.get(item.member_id) if item.member_id else None
            item.result = absence(standing)
            if standing is not None:
                item.person = standing
                item.member_id, item.account_id = standing.member_id, standing.account_id


def _claim(conn: Conn, plan: Plan, items: Sequence[Item]) -> None:
    """Claim the business keys; what was there before is answered as the first time, or refused as a conflict."""
    first: dict[UUID, Item] = {}
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
            item.twin = twin = first[item.key]
            if twin.digest != item.digest or twin.member_id != item.member_id:
                other = twin.member_id != item.member_id
                flaws = _MEMBER if other else activities.differing(twin.intake.order, item.intake.order)
                item.result = activities.EventConflict(_CONFLICT, flaws=flaws)
            continue
        before = earlier[item.key]
        purchase = told[before.activity_id]
        is_same_member = members.were_one(conn, before.member_id, item.member_id) if item.member_id else False
        if before.content_digest == item.digest and is_same_member:
            item.result = Recorded(
                outcome="replayed",
                order_id=purchase.order_id,
                points=purchase.award_points,
                answer=purchase.answer or answers.order_again(purchase),
            )
        else:
            flaws = _MEMBER if not is_same_member else activities.differing(purchase, item.intake.order)
            item.result = activities.EventConflict(_CONFLICT, flaws=flaws)


_CONFLICT = "This order id was recorded before with other content; the first one stands."
_MEMBER = [Flaw(pointer="/member", code="event-conflict", detail="another member's order carries this id")]


def _unclaimed(items: Sequence[Item]) -> list[Item]:
    """Repeats of an order that was then refused for its holds: the id is free again, and the next one is the first."""
    found = [item for item in items if item.twin is not None and isinstance(item.twin.result, Refusal)]
    for item in found:
        item.twin = item.result = None
    return found


def _capture(conn: Conn, plan: Plan, items: Sequence[Item], taken: set[UUID], *, at: datetime) -> None:
    """Use the coupons and spend the holds of each order. One refused for them gives its id back: it may come again."""
    refused = []
    for item in items:
        intake = item.intake
        if item.result is None and item.twin is None and item.person and (intake.hold_ids or intake.coupons):
            try:
                if intake.coupons:
                    with conn.transaction():
                        _use_coupons(conn, plan, item, at=at)
                        _spend_holds(conn, plan, item, taken, at=at)
                else:
                    _spend_holds(conn, plan, item, taken, at=at)
            except Refusal as refusal:
                item.result = _counted(conn, plan, item, refusal, at=at)
                refused.append(item.key)
    if refused:
        activities.forget(conn, refused)


def _use_coupons(conn: Conn, plan: Plan, item: Item, *, at: datetime) -> None:
    assert item.person is not None
    intake = item.intake
    item.coupons = use_coupons(conn, plan, item.person, intake.coupons, item.order_id, intake.order, at=at)


def _counted(conn: Conn, plan: Plan, item: Item, refusal: Refusal, *, at: datetime) -> Refusal:
    """The refusal; a wrong coupon is counted as a guess of the member, and the eleventh is told to wait."""
    if not isinstance(refusal, coupons.CouponUnknown):
        return refusal
    try:
        coupons.fail(conn, admit(conn, plan, asked_by="", member_id=item.member_id, client="", at=at), at=at)
    except coupons.TooManyGuesses as throttled:
        return throttled
    return refusal


def _spend_holds(conn: Conn, plan: Plan, item: Item, taken: set[UUID], *, at: datetime) -> None:
    if item.intake.hold_ids and item.person:
        item.capture = capture_holds.prepare(
            conn, plan, item.person, item.intake.hold_ids, item.order_id, item.intake.order, taken, at=at
        )


def _fold(
    conn: Conn,
    plan: Plan,
    items: list[Item],
    today: date,
    left: dict[int, int],
    rooms: campaigning.Rooms,
) -> Batch:
    """Decide every order in time order, whosever it is, so that shared budgets are spent as if each came alone; `left`
    and `rooms` are what budgets of rules and of campaigns still hold, and shrink.
    """
    by_member: dict[UUID, list[Item]] = defaultdict(list)
    in_time = sorted(items, key=lambda i: (i.intake.order.occurred_at, i.order_id))
    for item in in_time:
        assert item.member_id is not None
        by_member[item.member_id].append(item)
    batch = Batch(items=items)
    states = states_before(conn, plan, by_member, today)
    for item in in_time:
        assert item.member_id is not None
        member_id = item.member_id
        order = item.capture.order if item.capture else item.intake.order
        item.decision, states[member_id] = decide(plan, states[member_id], order, today=today, left=left, rooms=rooms)
        campaigns.spent(rooms, item.decision.grants)
        batch.given += [(member_id, item.decision.on_date, grant) for grant in item.decision.grants]
        for use in item.decision.uses:
            batch.uses.append((member_id, use))
            if use.of_budget:
                left[use.rule_id] -= use.points
        batch.climbed(states[member_id], item.decision)
    for item in items:
        item.state = states[item.member_id] if item.member_id else None
    return batch


def _write(conn: Conn, plan: Plan, batch: Batch, *, at: datetime, today: date, tells: bool) -> None:
    transfers = [t for item in batch.items for t in sales.transfers(plan, item)] + batch.advance.transfers
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    capture_holds.close(conn, [i.capture for i in batch.items if i.capture])
    tiers.add_tallies(conn, [(i.member_id, i.decision.tally) for i in batch.items if i.member_id and i.decision])
    tiers.hold(conn, plan.program.program_id, batch.held(), batch.moves)
    play_challenges.write(conn, plan, batch.advance)
    for item in batch.items:
        item.purchase = sales.purchase(item, at=at)
    told = answers.orders(conn, plan, [_told(i) for i in batch.items], today=today) if tells and batch.items else {}
    for item in batch.items:
        assert item.purchase is not None
        answer = told.get(item.order_id)
        if answer is not None:
            if reached := batch.advance.told.get(item.order_id):
                answer = {**answer, "effects": [*answer["effects"], *reached]}
            item.purchase = answers.with_answer(item.purchase, answer)
        item.result = Recorded(
            outcome="created", order_id=item.order_id, points=item.purchase.award_points, answer=answer or {}
        )
    activities.add_purchases(conn, plan.program.program_id, [sales.sale(i) for i in batch.items], recorded_at=at)
    broken = [
        (i.member_id, i.order_id, e) for i in batch.items if i.member_id and i.decision for e in i.decision.errors
    ]
    earning.note_errors(conn, plan.program.program_id, broken, at=at)
    if tells:
        new = [changes.recorded(i.purchase) for i in batch.items if i.purchase]
        new += [change for i in batch.items if i.coupons for change in _coupons_used(i)]
        outbox.add(conn, plan.program.program_id, [*new, *changes.moved(plan, batch.moves, at=at)])
    _warn(conn, batch, at=at)


def _coupons_used(item: Item) -> list[outbox.Change]:
    purchase = item.purchase
    assert purchase is not None
    return [
        changes.coupon(
            "coupon.used", purchase.member_id, one.pool.code, subject_id=purchase.order_id, at=purchase.occurred_at,
            recorded_at=purchase.recorded_at, order_id=purchase.external_id, discount_minor=one.discount_minor,
        )
        for one in item.coupons
    ]  # fmt: skip


def _warn(conn: Conn, batch: Batch, *, at: datetime) -> None:
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


def _told(item: Item) -> answers.Told:
    assert item.purchase is not None
    assert item.decision is not None
    assert item.state is not None
    return answers.Told(purchase=item.purchase, decision=item.decision, state=item.state, coupons=item.coupons)
