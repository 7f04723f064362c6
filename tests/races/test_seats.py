"""Ten thousand claims of the last seats: as many sit as there are seats, everybody else waits, in one order.

Source: quality/targets T4; quality/threats TM2.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from tests.faults import shops

from regulars import flows
from regulars.kit import db
from regulars.program import experiences
from regulars.program.experiences import Seat, State

from .crowd import try_at_once

SEATS = 25


def _ready(database: str, people: int) -> tuple[flows.Plan, experiences.Experience, list[UUID]]:
    shop = shops.found(database)
    at = datetime.now(UTC)
    one = experiences.Experience(
        program_id=shop.plan.program.program_id, experience_id=uuid4(), code="night", name={"en": "Night"},
        description={}, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=2), capacity=SEATS,
        state=State.OPEN,
    )  # fmt: skip
    with db.connect(database) as conn:
        experiences.save(conn, one, by="test", at=at)
        joined = [UUID(str(member)) for member in shops.join(conn, shop.plan, people)]
    return shop.plan, one, joined


def test_seats_are_never_overshot_and_who_waits_moves_up_exactly(database, soak):
    people = soak(300, 10_000)
    plan, one, joined = _ready(database, people)
    at = datetime.now(UTC)

    def claim(conn: db.Conn, number: int) -> Seat:
        done = flows.book_seat(conn, plan, one.experience_id, joined[number], at=at)
        if number % 5 == 0 and done.booking.state is Seat.BOOKED:
            flows.cancel_seat(conn, plan, one.experience_id, joined[number], at=at)
        return done.booking.state

    try_at_once(database, 8, people, claim)
    with db.connect(database) as conn:
        (seats,) = experiences.seats(conn, [one]).values()
        found = experiences.bookings(conn, one, limit=people)
        states = [booking.state for booking in found]
        cancelled = states.count(Seat.CANCELLED)
        assert (seats.taken, states.count(Seat.BOOKED)) == (SEATS, SEATS)
        assert states.count(Seat.WAITING) == seats.waiting == people - SEATS - cancelled
        kept = sorted(booking.place for booking in found if booking.state is not Seat.CANCELLED)
        assert [b.place for b in found if b.state is Seat.BOOKED] == kept[:SEATS], "seats go by the order of claims"


def test_seats_that_are_counted_first_are_overshot(database, soak):
    """The negative control, in the same harness: count the seats, then take one."""
    people = soak(300, 10_000)
    with db.connect(database) as conn:
        conn.execute("create table public.seat (number integer)")

    def claim(conn: db.Conn, number: int) -> bool:
        if conn.execute("select count(*) from public.seat").fetchone()[0] >= SEATS:
            return False
        conn.execute("insert into public.seat values (%s)", [number])
        return True

    assert sum(try_at_once(database, 8, people, claim)) > SEATS
