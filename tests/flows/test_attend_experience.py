"""Members sign up for an experience, wait, move up, are let in, do not come, say what they thought."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from regulars import flows
from regulars.audience import conditions
from regulars.program import challenges, earning, experiences
from regulars.program.experiences import Seat, State
from regulars.records import members


@dataclass
class House:
    """A shop that invites its members tomorrow."""

    shop: object
    one: experiences.Experience

    @property
    def id(self) -> UUID:
        return self.one.experience_id

    def save(self, **more) -> None:
        self.one = replace(self.one, **more)
        experiences.save(self.shop.conn, self.one, by="ann", at=self.shop.at)

    def book(self, member: UUID) -> flows.Booked:
        return flows.book_seat(self.shop.conn, self.shop.plan, self.id, member, at=self.shop.at)

    def cancel(self, member: UUID) -> list[UUID]:
        return flows.cancel_seat(self.shop.conn, self.shop.plan, self.id, member, at=self.shop.at)

    def enter(self, ticket: str) -> flows.Attended:
        return flows.attend_experience(self.shop.conn, self.shop.plan, self.id, ticket, at=self.shop.at)

    def states(self, *of: UUID) -> list[Seat]:
        return [experiences.booking(self.shop.conn, one, self.id).state for one in of]

    def begin(self) -> None:
        self.shop.at = self.one.starts_at

    def end(self) -> int:
        self.shop.at = self.one.ends_at + timedelta(minutes=1)
        return flows.close_experiences(self.shop.conn, self.shop.plan, at=self.shop.at)


def tasting(shop, **more) -> House:
    fields = {"capacity": 2, "state": State.OPEN, "code": f"tasting-{uuid4().hex[:6]}", **more}
    one = experiences.Experience(
        program_id=shop.plan.program.program_id,
        experience_id=uuid4(),
        name={"en": "Tasting", "zh": "品鉴会"},
        description={},
        starts_at=shop.at + timedelta(days=1),
        ends_at=shop.at + timedelta(days=1, hours=2),
        **fields,
    )
    house = House(shop, one)
    house.save()
    return house


@pytest.fixture
def house(shop) -> House:
    return tasting(shop)


def test_seats_are_given_then_places_and_the_same_again_is_the_same(house):
    ann, bob, cat, dan = (house.shop.join(name) for name in ("ann", "bob", "cat", "dan"))
    first, again = house.book(ann), house.book(ann)
    assert (first.outcome, again.outcome, first.booking) == ("created", "replayed", again.booking)
    house.book(bob)
    assert [house.book(one).ahead for one in (cat, dan)] == [0, 1]
    assert house.states(ann, bob, cat, dan) == [Seat.BOOKED, Seat.BOOKED, Seat.WAITING, Seat.WAITING]


def test_a_seat_given_back_goes_to_the_first_who_waits(house):
    ann, bob, cat, dan = (house.shop.join(name) for name in ("ann", "bob", "cat", "dan"))
    for one in (ann, bob, cat, dan):
        house.book(one)
    assert (house.cancel(ann), house.cancel(ann)) == ([cat], [])
    assert house.states(ann, cat, dan) == [Seat.CANCELLED, Seat.BOOKED, Seat.WAITING]
    assert house.book(ann).booking.state is Seat.WAITING
    assert (house.cancel(dan), house.cancel(bob)) == ([], [ann])


def test_more_seats_let_the_waiting_move_up_and_fewer_than_taken_are_refused(house):
    people = [house.shop.join(name) for name in "abcde"]
    for one in people:
        house.book(one)
    house.save(capacity=4)
    assert house.states(*people) == [Seat.BOOKED] * 4 + [Seat.WAITING]
    with pytest.raises(experiences.ExperienceFixed), house.shop.conn.transaction():
        house.save(capacity=3)


def test_frozen_members_keep_their_place_and_are_passed_over(house):
    people = [house.shop.join(name) for name in "abcd"]
    for one in people:
        house.book(one)
    program_id = house.shop.plan.program.program_id
    members.set_status(house.shop.conn, program_id, people[2], members.Status.FROZEN)
    assert house.cancel(people[0]) == [people[3]]
    members.set_status(house.shop.conn, program_id, people[2], members.Status.ACTIVE)
    assert house.cancel(people[1]) == [people[2]]


def test_a_ticket_lets_in_once_and_what_they_did_earns(house):
    shop = house.shop
    label = {"en": "Came", "zh": "到场"}
    params = {"event": "event_attended", "points": 30}
    program_id = shop.plan.program.program_id
    earning.save(shop.conn, program_id, effect="event_points", params=params, label=label, by="a", at=shop.at)
    goal = challenges.Challenge(
        program_id=program_id, challenge_id=uuid4(), code="c", name={"en": "Be there"}, description={},
        measure=challenges.Measure.COUNT, counts="event_attended", state=challenges.State.LIVE,
        milestones=(challenges.Milestone(target=1, points=7),),
    )  # fmt: skip
    challenges.save(shop.conn, goal, by="ann", at=shop.at)
    shop.reload()
    ann = shop.join("ann")
    ticket = experiences.ticket_text(house.book(ann).booking)
    house.begin()
    first, again = house.enter(ticket.lower()), house.enter(ticket)
    assert (first.outcome, first.points, again.outcome) == ("created", 30, "replayed")
    assert shop.balance(ann).available == 37
    assert first.booking.attended_at == again.booking.attended_at == shop.at


def test_no_other_ticket_lets_in(house):
    shop = house.shop
    ann, bob, cat = (shop.join(name) for name in ("ann", "bob", "cat"))
    old = experiences.ticket_text(house.book(ann).booking)
    house.cancel(ann)
    new = experiences.ticket_text(house.book(ann).booking)
    house.book(bob)
    waiting = experiences.ticket_text(house.book(cat).booking)
    with pytest.raises(experiences.NoSeat):
        house.enter(new)  # a day early
    house.begin()
    elsewhere = tasting(shop)
    for ticket in (old, "0" * 64, "hello", f"{bob.hex}{new[32:]}"):
        with pytest.raises(experiences.TicketUnknown):
            house.enter(ticket)
    with pytest.raises(experiences.TicketUnknown):
        elsewhere.enter(new)
    with pytest.raises(experiences.NoSeat):
        house.enter(waiting)
    assert house.enter(new).outcome == "created"


def test_who_does_not_come_is_excluded_for_a_time(shop):
    house = tasting(shop, no_show_days=30)
    ann, bob = shop.join("ann"), shop.join("bob")
    ticket = experiences.ticket_text(house.book(ann).booking)
    house.book(bob)
    house.begin()
    house.enter(ticket)
    assert (house.end(), house.end()) == (1, 0)
    assert house.states(ann, bob) == [Seat.ATTENDED, Seat.NO_SHOW]
    following = tasting(shop)
    following.book(ann)
    with pytest.raises(experiences.NotInvited) as refused:
        following.book(bob)
    until = shop.plan.program.local_date(house.one.ends_at) + timedelta(days=30)
    assert refused.value.facts == {"reason": "no-show", "until": until.isoformat()}
    shop.later(31)
    tasting(shop).book(bob)


def test_feedback_is_of_who_was_there_and_the_last_word_stands(house):
    shop = house.shop
    ann, bob = shop.join("ann"), shop.join("bob")
    ticket = experiences.ticket_text(house.book(ann).booking)
    house.book(bob)
    house.begin()
    house.enter(ticket)

    def rate(member, rating, comment=""):
        flows.rate_experience(shop.conn, shop.plan, house.id, member, rating, comment, at=shop.at)

    rate(ann, 2, "Cold tea")
    rate(ann, 4, " Warm tea ")
    found = experiences.booking(shop.conn, ann, house.id)
    assert (found.rating, found.comment) == (4, "Warm tea")
    with pytest.raises(experiences.NoSeat):
        rate(bob, 5)
    for wrong in ((0, ""), (6, ""), (5, "x" * 2001)):
        with pytest.raises(experiences.FeedbackInvalid):
            rate(ann, *wrong)
    assert experiences.figures(shop.conn, [house.one])[house.id] == (1, 0, 1, 4)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"state": State.DRAFT}, "not-open"),
        ({"rank_min": 2}, "tier"),
        ({"condition": "member.orders_total > 0"}, "condition"),
    ],
)
def test_only_whom_it_is_for_can_sign_up(shop, more, reason):
    if "condition" in more:
        more = {"condition": flows.experience_condition(shop.plan, more["condition"])}
    house = tasting(shop, **more)
    with pytest.raises(experiences.NotInvited) as refused:
        house.book(shop.join("ann"))
    assert refused.value.facts["reason"] == reason
    if reason == "condition":
        bob = shop.join("bob")
        shop.buy(bob, "SO-1", 1000)
        assert house.book(bob).booking.state is Seat.BOOKED
    with pytest.raises(conditions.RuleInvalid):
        flows.experience_condition(shop.plan, "member.nothing == 1")


def test_what_has_begun_takes_nobody_and_gives_no_seat_back(house):
    ann, bob = house.shop.join("ann"), house.shop.join("bob")
    house.book(ann)
    house.begin()
    with pytest.raises(experiences.NotInvited):
        house.book(bob)
    with pytest.raises(experiences.NoSeat):
        house.cancel(ann)


def test_history_tells_every_change_and_what_is_over_stays(house):
    house.save(place="Hall 2")
    newest, _ = experiences.history(house.shop.conn, house.one.program_id, house.id)
    assert (newest.changed_by, newest.changes) == ("ann", {"place": ("", "Hall 2")})
    house.save(state=State.CANCELLED)
    for change in ({"place": "Hall 3"}, {"state": State.OPEN}):
        with pytest.raises(experiences.ExperienceFixed), house.shop.conn.transaction():
            house.save(**change)
        house.one = experiences.get(house.shop.conn, house.one.program_id, house.id)


@pytest.mark.parametrize("wrong", [{"name": {}}, {"capacity": 0}, {"no_show_days": -1}, {"ends_at": None}])
def test_what_makes_no_sense_is_refused(house, wrong):
    if "ends_at" in wrong:
        wrong = {"ends_at": house.one.starts_at}
    with pytest.raises(experiences.ExperienceInvalid):
        house.save(**wrong)


def test_a_condition_that_names_what_is_gone_invites_nobody(shop):
    one = tasting(shop, condition='member.tier == "emerald"')
    with pytest.raises(experiences.NotInvited):
        one.book(shop.join("ann"))
