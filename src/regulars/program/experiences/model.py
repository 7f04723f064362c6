"""Experiences: what members are invited to, their seats, and what became of each."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

CAPACITY_MAX = 1_000_000
COMMENT_LENGTH_MAX = 2000
EARLY_HOURS = 12
"""So long before it starts members are let in."""


class State(IntEnum):
    """Where an experience stands. The number is stored."""

    DRAFT = 1
    OPEN = 2
    HELD = 3
    CANCELLED = 4


class Seat(IntEnum):
    """What a member has. The number is stored."""

    BOOKED = 1
    WAITING = 2
    CANCELLED = 3
    ATTENDED = 4
    NO_SHOW = 5


class Experience(msgspec.Struct, frozen=True, kw_only=True):
    """Something members can come to. Open to members from `rank_min` whom `condition` (in the language of conditions)
    fits; who does not come is not let in elsewhere for `no_show_days`."""

    program_id: int
    experience_id: UUID
    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    capacity: int
    place: str = ""
    rank_min: int = 0
    condition: str = ""
    no_show_days: int = 0
    state: State = State.DRAFT
    campaign_id: int | None = None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A member's seat, or their place in the waiting list. `ticket` is the secret that lets them in."""

    member_id: UUID
    experience_id: UUID
    program_id: int
    state: Seat
    place: int
    ticket: UUID
    booked_at: datetime
    moved_up_at: datetime | None = None
    attended_at: datetime | None = None
    excluded_until: date | None = None
    rating: int | None = None
    comment: str = ""
    rated_at: datetime | None = None


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """How full it is."""

    capacity: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """Seats nobody has."""
        return self.capacity - self.taken


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, when: for each field what it was and what it is."""

    changed_at: datetime
    changed_by: str
    changes: Mapping[str, tuple[str, str]]


class ExperienceNotFound(Refusal):
    """There is no such experience."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ExperienceInvalid(Refusal):
    """Its fields make no sense together."""


class ExperienceFixed(Refusal):
    """It was held or cancelled, or more seats are taken than would be there."""

    kind = Kind.CONFLICT
    code = "experience-fixed"


class NotInvited(Refusal):
    """Not open, or not for this member. Facts: reason (not-open, begun, tier, condition, no-show), until."""

    kind = Kind.CONFLICT
    code = "not-invited"


class NoSeat(Refusal):
    """The member has no seat here."""

    kind = Kind.CONFLICT
    code = "no-seat"


class TicketUnknown(Refusal):
    """No seat of this experience has this ticket."""

    code = "unknown-ticket"


class FeedbackInvalid(Refusal):
    """A rating is from 1 to 5, and a comment has at most 2,000 characters."""
