"""Experiences: what members are invited to, signing up, letting in, feedback. Named by the shop's own codes."""

from typing import Any

import msgspec
from msgspec.structs import replace

from regulars import flows
from regulars.kit import ids, qr
from regulars.program import experiences
from regulars.records import access, activities, members

from . import experience_shapes as shapes
from . import samples
from .call import Answer, Call, Operation
from .challenge_shapes import CHANGES
from .orders import in_utc

ATTENDEES_MAX = 1000


def show(call: Call, _: None) -> Answer:
    """GET /v1/experiences."""
    is_whole = access.Scope.ADMIN in call.key.scopes
    found = [
        one
        for one in experiences.experiences(call.conn, call.program_id)
        if is_whole or one.state is experiences.State.OPEN
    ]
    seats = experiences.seats(call.conn, found)
    return Answer(status=200, content={"experiences": [_told(one, seats[one.experience_id]) for one in found]})


def save(call: Call, asked: shapes.ExperienceAsked) -> Answer:
    """POST /v1/experiences: a new draft, or other settings of the one with this code."""
    known = {one.code: one for one in experiences.experiences(call.conn, call.program_id)}
    before = known.get(asked.code)
    activities.check_text("/code", asked.code, required=True)
    activities.check_text("/place", asked.place)
    wanted = experiences.Experience(
        program_id=call.program_id,
        experience_id=before.experience_id if before else ids.key_of(call.program_id, "experience", asked.code),
        code=asked.code,
        name=asked.name,
        description=asked.description,
        starts_at=in_utc(asked.starts_at, "/starts_at"),
        ends_at=in_utc(asked.ends_at, "/ends_at"),
        capacity=asked.capacity,
        place=asked.place,
        rank_min=asked.rank_min,
        condition=flows.experience_condition(call.plan, asked.condition),
        no_show_days=asked.no_show_days,
        state=before.state if before else experiences.State.DRAFT,
        campaign_id=before.campaign_id if before else None,
    )
    return _saved(call, wanted, is_new=before is None)


def move(call: Call, asked: shapes.ExperienceStateAsked) -> Answer:
    """POST /v1/experiences/{experience}/state."""
    wanted = replace(_named(call), state=experiences.State[asked.state.upper()])
    return _saved(call, wanted, is_new=False)


def _saved(call: Call, wanted: experiences.Experience, *, is_new: bool) -> Answer:
    is_changed = experiences.save(call.conn, wanted, by=call.key.actor.name, at=call.at)
    seats = experiences.seats(call.conn, [wanted])[wanted.experience_id]
    return Answer(status=201 if is_new else 200, content=_told(wanted, seats), is_replay=not is_changed)


def _named(call: Call) -> experiences.Experience:
    return experiences.get(call.conn, call.program_id, code=call.path["experience"])


def _told(one: experiences.Experience, seats: experiences.Seats) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(one)
    names = ("name", "description", "place", "capacity", "rank_min", "condition", "no_show_days")
    return {
        "experience": one.code,
        "state": one.state.name.lower(),
        **{name: kept[name] for name in names},
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "seats_left": seats.left,
        "waiting": seats.waiting,
    }


def history(call: Call, _: None) -> Answer:
    """GET /v1/experiences/{experience}/history."""
    found = experiences.history(call.conn, call.program_id, _named(call).experience_id)
    told = [
        {
            "changed_at": change.changed_at.isoformat(),
            "changed_by": change.changed_by,
            "changes": [{"field": name, "was": was, "now": now} for name, (was, now) in change.changes.items()],
        }
        for change in found
    ]
    return Answer(status=200, content={"history": told})


def attendees(call: Call, _: None) -> Answer:
    """GET /v1/experiences/{experience}/bookings."""
    found = experiences.bookings(call.conn, _named(call), limit=ATTENDEES_MAX)
    told = [
        {
            "member_id": str(one.member_id),
            "state": _seat(one),
            "attended_at": one.attended_at.isoformat() if one.attended_at else None,
            "rating": one.rating,
            "comment": one.comment,
        }
        for one in found
    ]
    return Answer(status=200, content={"attendees": told})


def book(call: Call, asked: shapes.BookingAsked) -> Answer:
    """POST /v1/experiences/{experience}/bookings: 201 a seat, 202 a place in the waiting list."""
    one = _named(call)
    done = flows.book_seat(call.conn, call.plan, one.experience_id, asked.member_id, at=call.at)
    is_replay = done.outcome == "replayed"
    waits = done.booking.state is experiences.Seat.WAITING
    content = _booking(one, done.booking, done.ahead)
    return Answer(status=200 if is_replay else 202 if waits else 201, content=content, is_replay=is_replay)


def _seat(booking: experiences.Booking) -> str:
    return booking.state.name.lower().replace("_", "-")


def _booking(one: experiences.Experience, booking: experiences.Booking, ahead: int) -> dict[str, Any]:
    has_seat = booking.state is experiences.Seat.BOOKED
    ticket = experiences.ticket_text(booking) if has_seat else None
    return {
        "experience": one.code,
        "member_id": str(booking.member_id),
        "state": _seat(booking),
        "ahead": ahead if booking.state is experiences.Seat.WAITING else None,
        "ticket": ticket,
        "ticket_svg": qr.svg(ticket) if ticket else None,
        "booked_at": booking.booked_at.isoformat(),
        "rating": booking.rating,
    }


def cancel(call: Call, _: Any) -> Answer:
    """POST /v1/experiences/{experience}/bookings/{member_id}/cancel."""
    one = _named(call)
    moved = flows.cancel_seat(call.conn, call.plan, one.experience_id, call.path_id("member_id"), at=call.at)
    return Answer(status=200, content={"state": "cancelled", "moved_up": [str(member) for member in moved]})


def check_in(call: Call, asked: shapes.CheckInAsked) -> Answer:
    """POST /v1/experiences/{experience}/check-ins."""
    done = flows.attend_experience(call.conn, call.plan, _named(call).experience_id, asked.ticket, at=call.at)
    is_replay = done.outcome == "replayed"
    assert done.booking.attended_at is not None
    content = {
        "member_id": str(done.booking.member_id),
        "attended_at": done.booking.attended_at.isoformat(),
        "points": done.points,
    }
    return Answer(status=200 if is_replay else 201, content=content, is_replay=is_replay)


def rate(call: Call, asked: shapes.FeedbackAsked) -> Answer:
    """POST /v1/experiences/{experience}/bookings/{member_id}/feedback."""
    one, member_id = _named(call), call.path_id("member_id")
    flows.rate_experience(call.conn, call.plan, one.experience_id, member_id, asked.rating, asked.comment, at=call.at)
    return Answer(status=200, content={"rating": asked.rating, "comment": asked.comment.strip()})


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/experiences."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    by_id = {one.experience_id: one for one in experiences.experiences(call.conn, call.program_id)}
    told = []
    for booking in experiences.bookings_of(call.conn, member.member_id):
        ahead = experiences.ahead(call.conn, booking) if booking.state is experiences.Seat.WAITING else 0
        told.append(_booking(by_id[booking.experience_id], booking, ahead))
    return Answer(status=200, content={"bookings": told})


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/experiences",
        tag="Experiences",
        summary="Show the experiences",
        description="Those members can sign up for, with the seats that are left; with the scope admin all of them.",
        run=show,
        tells=shapes.ExperiencesTold,
        example={"experiences": [shapes.EXPERIENCE_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/experiences",
        tag="Experiences",
        summary="Save an experience",
        description="A new one is a draft. More seats let members who wait move up, in their order.",
        run=save,
        asks=shapes.ExperienceAsked,
        tells=shapes.ExperienceTold,
        scope=access.Scope.ADMIN,
        sample=shapes.EXPERIENCE,
        example=shapes.EXPERIENCE_TOLD,
        statuses={201: "Saved as a draft.", 200: "Saved; the same again changes nothing."},
        problems=("validation-failed", "rule-invalid", "experience-fixed", "invalid-text", "invalid-timestamp"),
        name="code",
    ),
    Operation(
        method="POST",
        path="/v1/experiences/{experience}/state",
        tag="Experiences",
        summary="Open, close or cancel an experience",
        description="Once it is over it is closed by itself, and who did not come is noted.",
        run=move,
        asks=shapes.ExperienceStateAsked,
        tells=shapes.ExperienceTold,
        scope=access.Scope.ADMIN,
        sample={"state": "open"},
        example=shapes.EXPERIENCE_TOLD,
        problems=("not-found", "experience-fixed"),
    ),
    Operation(
        method="GET",
        path="/v1/experiences/{experience}/history",
        tag="Experiences",
        summary="Show who changed an experience",
        description="Every change, newest first: who, when, and each field from what to what.",
        run=history,
        tells=shapes.HistoryTold,
        scope=access.Scope.ADMIN,
        example=CHANGES,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/experiences/{experience}/bookings",
        tag="Experiences",
        summary="Show who comes",
        description="Who was there and who has a seat, then who waits in their order, with what they thought.",
        run=attendees,
        tells=shapes.AttendeesTold,
        scope=access.Scope.ADMIN,
        example={"attendees": [shapes.ATTENDEE]},
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/experiences/{experience}/bookings",
        tag="Experiences",
        summary="Sign a member up",
        description=(
            "A seat with its ticket, or the last place of the waiting list. A seat given back goes to the first who "
            "waits, by itself. The same member again is answered with what they have."
        ),
        run=book,
        asks=shapes.BookingAsked,
        tells=shapes.BookingTold,
        sample={"member_id": samples.MEMBER_ID},
        example=shapes.BOOKING,
        statuses={201: "A seat.", 202: "A place in the waiting list.", 200: "What the member has already."},
        problems=("not-found", "not-invited", "unknown-member", "member-frozen", "member-erased"),
    ),
    Operation(
        method="POST",
        path="/v1/experiences/{experience}/bookings/{member_id}/cancel",
        tag="Experiences",
        summary="Give a seat back",
        description="Until it begins. The first who waits gets the seat.",
        run=cancel,
        asks=shapes.CancelSeatAsked,
        tells=shapes.CancelledTold,
        sample={},
        example={"state": "cancelled", "moved_up": []},
        problems=("not-found", "no-seat"),
    ),
    Operation(
        method="POST",
        path="/v1/experiences/{experience}/check-ins",
        tag="Experiences",
        summary="Let a member in",
        description=(
            "By the ticket their code says, from 12 hours before it starts until it ends. It records `event_attended`, "
            "so earning rules and challenges reward it. Scanned twice, it lets in once (200)."
        ),
        run=check_in,
        asks=shapes.CheckInAsked,
        tells=shapes.CheckInTold,
        sample={"ticket": shapes.BOOKING["ticket"]},
        example={"member_id": samples.MEMBER_ID, "attended_at": "2127-03-20T11:04:00+00:00", "points": 30},
        statuses={201: "Let in.", 200: "Was let in before."},
        problems=("not-found", "unknown-ticket", "no-seat", "member-frozen", "member-erased"),
    ),
    Operation(
        method="POST",
        path="/v1/experiences/{experience}/bookings/{member_id}/feedback",
        tag="Experiences",
        summary="Keep what a member thought",
        description="Of members who were there. Said again, the last word stands.",
        run=rate,
        asks=shapes.FeedbackAsked,
        tells=shapes.FeedbackTold,
        sample={"rating": 5, "comment": "More of the oolong, please."},
        example={"rating": 5, "comment": "More of the oolong, please."},
        problems=("not-found", "no-seat", "validation-failed"),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/experiences",
        tag="Experiences",
        summary="Show a member's seats",
        description="Seats with their tickets, places in waiting lists, and what was, newest first.",
        run=of_member,
        tells=shapes.BookingsTold,
        example={"bookings": [shapes.BOOKING]},
        problems=("not-found",),
    ),
)
