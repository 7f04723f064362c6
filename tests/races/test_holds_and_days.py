"""Two stories that end the same points meet: one wins, the other learns it, nothing is lost or doubled.

Source: quality/cases 46, 58.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.kit import db
from regulars.records import activities, ledger

from .crowd import try_at_once

AT = datetime.now(UTC)
LATER = AT + timedelta(minutes=21)


def _balance(conn: db.Conn, plan: flows.Plan, member_id: UUID, at: datetime) -> ledger.Balance:
    return ledger.balances(conn, [member_id], wallet=plan.wallet, today=plan.program.local_date(at))[member_id]


def test_case_058_a_hold_that_is_captured_as_it_ends_is_either_spent_or_given_back(database, soak):
    rounds = soak(60, 2000)
    plan = shops.found(database).plan
    with db.connect(database) as conn:
        member_ids = [UUID(member_id) for member_id in shops.join(conn, plan, rounds, points=100)]
    seen: Counter[str] = Counter()

    def end(conn: db.Conn, number: int) -> str:
        """The cashier takes the hold; at the same instant the worker finds that its time is over."""
        member_id = member_ids[number // 2]
        if number % 2:
            return f"released {flows.release_due_holds(conn, plan, at=LATER)}"
        try:
            return flows.capture_hold(conn, plan, member_id, "basket", at=AT).outcome
        except flows.HoldExpired:
            return "expired"

    for start in range(0, rounds, 4):
        chosen = range(start, min(start + 4, rounds))
        with db.connect(database) as conn:
            for place in chosen:
                flows.hold_points(conn, plan, member_ids[place], 100, external_id="basket", at=AT, minutes=20)
        told = try_at_once(database, 4, 2 * len(chosen), lambda conn, n, start=start: end(conn, n + 2 * start))
        seen.update(told)
        released = sum(int(one.split()[1]) for one in told if one.startswith("released"))
        assert released == told.count("expired")
        assert told.count("created") + told.count("expired") == len(chosen)
    print(seen)
    with db.connect(database) as conn:
        left = Counter((found.spendable, found.held) for found in (_balance(conn, plan, one, AT) for one in member_ids))
        assert left == Counter({(0, 0): seen["created"], (100, 0): seen["expired"]})
        assert flows.verify_books(conn).is_sound
    assert seen["created"]
    assert seen["expired"]


def test_case_046_a_return_that_meets_the_closing_of_the_day_its_points_end_leaves_the_books_whole(database, soak):
    rounds = soak(30, 500)
    plan = shops.found(database).plan
    near, after = AT + timedelta(days=370), AT + timedelta(days=400)
    """Recorded so late, their end is announced with them; else the closing would spare the points."""
    today = plan.program.local_date(after)
    for number in range(rounds):
        with db.connect(database) as conn:
            member_ids = [UUID(member_id) for member_id in shops.join(conn, plan, 6)]
            orders = [shops.order_of(f"O-{number}-{place}", 10_000, at=AT) for place in range(6)]
            taken = zip(orders, member_ids, strict=True)
            flows.record_activities(conn, plan, [flows.Intake(order=o, member=m) for o, m in taken], at=near)

        closing = number % 7
        """Whose turn it is to close the day: before, among or after the returns."""

        def act(conn: db.Conn, turn: int, number: int = number, closing: int = closing) -> int:
            if turn == closing:
                return flows.close_day(conn, plan, today=today, at=after).expired_points
            order = f"O-{number}-{turn - (turn > closing)}"
            returned = activities.Return(source="shop", external_id="R", order_external_id=order, occurred_at=after)
            return int(flows.refund_order(conn, plan, returned, at=after).answer["points_reversed"])

        told = try_at_once(database, 4, 7, act)
        assert (told.pop(closing), told) == (600, [100] * 6)
        with db.connect(database) as conn:
            for member_id in member_ids:
                found = _balance(conn, plan, member_id, after)
                assert (found.spendable, found.pending, found.held, found.debt) == (0, 0, 0, 0)
    with db.connect(database) as conn:
        assert flows.verify_books(conn).is_sound
