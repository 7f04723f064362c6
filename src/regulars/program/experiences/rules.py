"""Pure decisions about experiences."""

import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from .model import (
    CAPACITY_MAX,
    COMMENT_LENGTH_MAX,
    EARLY_HOURS,
    Booking,
    Experience,
    ExperienceFixed,
    ExperienceInvalid,
    FeedbackInvalid,
    NoSeat,
    NotInvited,
    Seat,
    State,
    TicketUnknown,
)

_NEXT = {
    State.DRAFT: {State.OPEN, State.CANCELLED},
    State.OPEN: {State.HELD, State.CANCELLED},
    State.HELD: frozenset[State](),
    State.CANCELLED: frozenset[State](),
}


def check(one: Experience) -> None:
    """Refuse an experience without sense.

    Raises:
        ExperienceInvalid: with the reason in words.
    """
    wrong = ""
    if not any(one.name.values()):
        wrong = "An experience needs a name."
    elif one.ends_at <= one.starts_at:
        wrong = "An experience cannot end before it starts."
    elif not 1 <= one.capacity <= CAPACITY_MAX:
        wrong = f"It has from 1 to {CAPACITY_MAX} seats."
    elif not 0 <= one.no_show_days <= 3650:
        wrong = "Who does not come is excluded for 0 to 3650 days."
    if wrong:
        raise ExperienceInvalid(wrong)


def check_change(before: Experience, after: Experience) -> None:
    """Refuse to change what is over, or a state that does not follow.

    Raises:
        ExperienceFixed: as said.
    """
    is_same_state = before.state is after.state
    if not _NEXT[before.state] or not (is_same_state or after.state in _NEXT[before.state]):
        raise ExperienceFixed(f"What is {before.state.name.lower()} stays as it is.")


def check_invited(
    one: Experience, *, rank: int, fits: bool, excluded_until: date | None, at: datetime, today: date
) -> None:
    """Refuse who cannot sign up.

    Raises:
        NotInvited: with the reason among its facts.
    """
    reason = ""
    if one.state is not State.OPEN:
        reason = "not-open"
    elif at >= one.starts_at:
        reason = "begun"
    elif excluded_until is not None and today <= excluded_until:
        reason = "no-show"
    elif rank < one.rank_min:
        reason = "tier"
    elif not fits:
        reason = "condition"
    if reason:
        words = {
            "not-open": "Nobody can sign up at present.",
            "begun": "It has begun.",
            "no-show": f"This member did not come last time and can sign up again after {excluded_until}.",
            "tier": "It is for members of a higher tier.",
            "condition": "It is for other members.",
        }
        until = excluded_until.isoformat() if reason == "no-show" and excluded_until else None
        raise NotInvited(words[reason], facts={"reason": reason, "until": until})


def excluded_until(found: Iterable[Booking]) -> date | None:
    """Until when somebody is excluded for seats they did not take."""
    return max((one.excluded_until for one in found if one.excluded_until is not None), default=None)


def ticket_text(booking: Booking) -> str:
    """What the code on a member's screen says: who, and the secret of the seat; 64 letters and digits."""
    return f"{booking.member_id.hex}{booking.ticket.hex}".upper()


def read_ticket(text: str) -> tuple[UUID, UUID]:
    """The member and the secret that a code says.

    Raises:
        TicketUnknown: it is no ticket of ours.
    """
    plain = "".join(text.split()).lower()
    try:
        if len(plain) != 64:
            raise ValueError
        return UUID(plain[:32]), UUID(plain[32:])
    except ValueError:
        raise TicketUnknown("This is no ticket.") from None


def check_entry(one: Experience, booking: Booking | None, ticket: UUID, *, at: datetime) -> None:
    """Refuse who is not let in.

    Raises:
        TicketUnknown: the ticket is of no seat here, or was replaced.
        NoSeat: the seat was cancelled, still waits, or it is too early or too late.
    """
    if booking is None or not hmac.compare_digest(booking.ticket.bytes, ticket.bytes):
        raise TicketUnknown("No seat of this experience has this ticket.")
    if booking.state is Seat.ATTENDED:
        return
    if booking.state is not Seat.BOOKED:
        raise NoSeat(f"This seat is {booking.state.name.lower().replace('_', ' ')}.")
    if not one.starts_at - timedelta(hours=EARLY_HOURS) <= at <= one.ends_at or one.state is not State.OPEN:
        raise NoSeat("The doors are not open.")


def check_feedback(booking: Booking | None, rating: int, comment: str) -> None:
    """Refuse feedback of who was not there, or without sense.

    Raises:
        NoSeat: they did not attend.
        FeedbackInvalid: a rating or comment out of range.
    """
    if booking is None or booking.state is not Seat.ATTENDED:
        raise NoSeat("Feedback is of members who were there.")
    if not 1 <= rating <= 5 or len(comment) > COMMENT_LENGTH_MAX:
        raise FeedbackInvalid(f"A rating is from 1 to 5; a comment has at most {COMMENT_LENGTH_MAX} characters.")


def differences(before: Experience | None, after: Experience) -> dict[str, tuple[str, str]]:
    """The fields that differ, as text from and to; of a new one all that are not empty."""
    old = msgspec.to_builtins(before) if before else {}
    new = msgspec.to_builtins(after)
    pairs = {name: (_text(old.get(name)), _text(new[name])) for name in new if name not in _NAMES}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


_NAMES = {"program_id", "experience_id"}


def _text(found: object) -> str:
    if found in (None, "", {}):
        return ""
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()
