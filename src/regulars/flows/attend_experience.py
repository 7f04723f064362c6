"""Members sign up for an experience, cancel, are let in, say what they thought; it is closed when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec.structs import replace

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.program import experiences, tiers
from regulars.records import activities, members

from . import wording
from .attending import absence
from .event_items import EventIntake
from .plan import Plan
from .record_events import record_events

SOURCE = "regulars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A seat or a place in the waiting list; `replayed` when the member had it before."""

    outcome: Literal["created", "replayed"]
    booking: experiences.Booking
    ahead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """Somebody was let in, with the points of the event; `replayed` when they were before."""

    outcome: Literal["created", "replayed"]
    booking: experiences.Booking
    points: int = 0


def experience_condition(plan: Plan, text: str) -> str:
    """Whom an experience is for, in its one spelling; an empty one is everybody.

    Raises:
        RuleInvalid: it cannot be read or makes no sense.
    """
    return wording.parsed(plan, text, conditions.Scope.SEGMENT).text if text.strip() else ""


def book_seat(conn: Conn, plan: Plan, experience_id: UUID, member_id: UUID, *, at: datetime) -> Booked:
    """Sign a member up: a seat, or a place in the waiting list.

    Raises:
        ExperienceNotFound, MemberUnknown, MemberFrozen, MemberErased: as named.
        NotInvited: it is not open, has begun, or is not for this member.
    """
    person = _locked(conn, plan, member_id)
    one = experiences.get(conn, plan.program.program_id, experience_id)
    experiences.lock(conn, experience_id)
    one = experiences.get(conn, plan.program.program_id, experience_id)
    before = experiences.booking(conn, person.member_id, experience_id)
    if before is not None and before.state is not experiences.Seat.CANCELLED:
        return Booked(outcome="replayed", booking=before, ahead=_ahead(conn, before))
    today = plan.program.local_date(at)
    experiences.check_invited(
        one,
        rank=tiers.standing(conn, plan.ladder, person.member_id, today=today).tier.rank,
        fits=_fits(conn, plan, one, person.member_id, at=at),
        excluded_until=experiences.excluded_until(experiences.bookings_of(conn, person.member_id)),
        at=at,
        today=today,
    )
    booking = experiences.book(conn, one, person.member_id, at=at)
    return Booked(outcome="created", booking=booking, ahead=_ahead(conn, booking))


def _locked(conn: Conn, plan: Plan, member_id: UUID) -> members.Standing:
    person = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    if (refusal := absence(person)) is not None:
        raise refusal
    assert person is not None
    return person


def _ahead(conn: Conn, booking: experiences.Booking) -> int:
    return experiences.ahead(conn, booking) if booking.state is experiences.Seat.WAITING else 0


def _fits(conn: Conn, plan: Plan, one: experiences.Experience, member_id: UUID, *, at: datetime) -> bool:
    if not one.condition:
        return True
    rule = wording.standing(plan, one.condition, conditions.Scope.SEGMENT)
    if rule is None:
        return False
    condition = wording.parsed(plan, one.condition, conditions.Scope.SEGMENT)
    program, today = plan.program, plan.program.local_date(at)
    found = conditions.members(conn, condition, [member_id], program_id=program.program_id, at=at, today=today)
    return member_id in found and rule(found[member_id]["member"], at, today)


def cancel_seat(conn: Conn, plan: Plan, experience_id: UUID, member_id: UUID, *, at: datetime) -> list[UUID]:
    """Give a seat or a place back before it begins; answers who moved up. Cancelled before, nothing happens.

    Raises:
        ExperienceNotFound: there is none.
        NoSeat: the member has none here, or it has begun.
    """
    members.lock_standing(conn, plan.program.program_id, [member_id])
    one = experiences.get(conn, plan.program.program_id, experience_id)
    experiences.lock(conn, experience_id)
    booking = experiences.booking(conn, member_id, experience_id)
    if booking is None or booking.program_id != one.program_id:
        raise experiences.NoSeat("This member has no seat here.")
    if booking.state is experiences.Seat.CANCELLED:
        return []
    if at >= one.starts_at or booking.state not in (experiences.Seat.BOOKED, experiences.Seat.WAITING):
        raise experiences.NoSeat("It has begun: a seat cannot be given back any more.")
    return experiences.cancel(conn, booking, at=at)


def attend_experience(conn: Conn, plan: Plan, experience_id: UUID, ticket: str, *, at: datetime) -> Attended:
    """Let the holder of a ticket in, once, and record that they came: rules and challenges reward it.

    Raises:
        ExperienceNotFound, TicketUnknown, NoSeat: as named.
        Refusal: the member cannot take part.
    """
    member_id, secret = experiences.read_ticket(ticket)
    one = experiences.get(conn, plan.program.program_id, experience_id)
    person = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    experiences.lock(conn, experience_id)
    booking = experiences.booking(conn, member_id, experience_id)
    experiences.check_entry(one, booking, secret, at=at)
    assert booking is not None
    if booking.state is experiences.Seat.ATTENDED:
        return Attended(outcome="replayed", booking=booking)
    if (refusal := absence(person)) is not None:
        raise refusal
    experiences.attend(conn, booking, at=at)
    name = one.name.get(plan.program.language) or next(iter(one.name.values()))
    happened = activities.Event(
        source=SOURCE,
        external_id=f"{experience_id}:{member_id}",
        type="event_attended",
        occurred_at=at,
        data={"event": name, "held_on": plan.program.local_date(one.starts_at).isoformat()},
    )
    (done,) = record_events(conn, plan, [EventIntake(event=happened, member=member_id)], at=at)
    if isinstance(done, Refusal):
        raise done
    booking = experiences.booking(conn, member_id, experience_id)
    assert booking is not None
    return Attended(outcome="created", booking=booking, points=done.points)


def rate_experience(
    conn: Conn, plan: Plan, experience_id: UUID, member_id: UUID, rating: int, comment: str, *, at: datetime
) -> None:
    """Keep what a member who was there thinks; said again, the last word stands.

    Raises:
        ExperienceNotFound, NoSeat, FeedbackInvalid: as named.
    """
    experiences.get(conn, plan.program.program_id, experience_id)
    members.lock_standing(conn, plan.program.program_id, [member_id])
    booking = experiences.booking(conn, member_id, experience_id)
    experiences.check_feedback(booking, rating, comment)
    assert booking is not None
    experiences.rate(conn, booking, rating, comment, at=at)


def close_experiences(conn: Conn, plan: Plan, *, at: datetime) -> int:
    """Close what is over: who has a seat and did not come is a no-show; answers how many were closed."""
    closed = 0
    for one in experiences.experiences(conn, plan.program.program_id):
        if one.state is experiences.State.OPEN and at > one.ends_at:
            experiences.lock(conn, one.experience_id)
            until = plan.program.local_date(one.ends_at) + timedelta(days=one.no_show_days)
            if experiences.save(conn, replace(one, state=experiences.State.HELD), by="regulars", at=at):
                experiences.close(conn, one, excluded_until=until if one.no_show_days else None)
                closed += 1
    return closed
