"""What callers send and read about experiences, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Asked, MemberId
from .challenge_shapes import ChangesTold, Names
from .samples import MEMBER_ID, Sample
from .tells import Tells

State = Literal["draft", "open", "held", "cancelled"]
Seat = Literal["booked", "waiting", "cancelled", "attended", "no-show"]
Moment = Annotated[datetime, Meta(tz=True)]


class ExperienceAsked(Asked):
    """An experience: new, or the one with this code as it shall be."""

    code: Annotated[str, Meta(min_length=1, max_length=60, description="Your name of the experience, for ever.")]
    name: Names
    starts_at: Moment
    ends_at: Moment
    capacity: Annotated[int, Meta(description="Seats; more let the waiting move up, fewer than taken are refused.")]
    description: Names = field(default_factory=dict)
    place: str = ""
    rank_min: Annotated[int, Meta(description="The lowest rank of tier that may come.")] = 0
    condition: Annotated[str, Meta(description="Whom it is for, in the language of conditions; sees `member`.")] = ""
    no_show_days: Annotated[int, Meta(description="Who does not come cannot sign up elsewhere for so many days.")] = 0


class ExperienceStateAsked(Asked):
    """Where the experience shall stand."""

    state: Annotated[State, Meta(description="draft → open → held; or cancelled.")]


class BookingAsked(Asked):
    """Who signs up."""

    member_id: MemberId


class CancelSeatAsked(Asked):
    """Nothing has to be said."""


class CheckInAsked(Asked):
    """What the code on the member's screen says."""

    ticket: Annotated[str, Meta(description="64 letters and digits.")]


class FeedbackAsked(Asked):
    """What a member who was there thinks."""

    rating: Annotated[int, Meta(description="1 to 5.")]
    comment: Annotated[str, Meta(description="At most 2,000 characters.")] = ""


class ExperienceTold(Tells):
    """An experience and how full it is."""

    experience: str
    state: State
    name: Mapping[str, str]
    description: Mapping[str, str]
    place: str
    starts_at: str
    ends_at: str
    capacity: int
    seats_left: int
    waiting: int
    rank_min: int
    condition: str
    no_show_days: int


class ExperiencesTold(Tells):
    """Experiences, the latest first."""

    experiences: list[ExperienceTold]


class BookingTold(Tells):
    """A member's seat, or their place in the waiting list."""

    experience: str
    member_id: str
    state: Seat
    ahead: Annotated[int | None, Meta(description="How many wait before them; null for who has a seat.")]
    ticket: Annotated[str | None, Meta(description="Lets the member in; null while they wait. Show it to nobody else.")]
    ticket_svg: Annotated[str | None, Meta(description="The ticket as a QR code.")]
    booked_at: str
    rating: int | None


class BookingsTold(Tells):
    """Seats and places, newest first."""

    bookings: list[BookingTold]


class CancelledTold(Tells):
    """What a cancellation did."""

    state: Literal["cancelled"]
    moved_up: Annotated[list[str], Meta(description="Members who got a seat by it.")]


class CheckInTold(Tells):
    """Who was let in."""

    member_id: str
    attended_at: str
    points: Annotated[int, Meta(description="Earned by coming; 0 when they were let in before.")]


class FeedbackTold(Tells):
    """What was kept."""

    rating: int
    comment: str


class AttendeeTold(Tells):
    """Somebody on the list."""

    member_id: str
    state: Seat
    attended_at: str | None
    rating: int | None
    comment: str


class AttendeesTold(Tells):
    """Who comes, then who waits, in their order; at most 1,000."""

    attendees: list[AttendeeTold]


HistoryTold = ChangesTold

EXPERIENCE: Sample = {
    "code": "spring-tasting",
    "name": {"en": "Spring tasting", "zh": "春季品鉴会"},
    "starts_at": "2127-03-20T19:00:00+08:00",
    "ends_at": "2127-03-20T21:00:00+08:00",
    "capacity": 40,
    "place": "Shanghai 01",
    "rank_min": 2,
    "no_show_days": 60,
}
EXPERIENCE_TOLD: Sample = {
    "experience": "spring-tasting",
    "state": "open",
    "name": {"en": "Spring tasting", "zh": "春季品鉴会"},
    "description": {},
    "place": "Shanghai 01",
    "starts_at": "2127-03-20T11:00:00+00:00",
    "ends_at": "2127-03-20T13:00:00+00:00",
    "capacity": 40,
    "seats_left": 12,
    "waiting": 0,
    "rank_min": 2,
    "condition": "",
    "no_show_days": 60,
}
BOOKING: Sample = {
    "experience": "spring-tasting",
    "member_id": MEMBER_ID,
    "state": "booked",
    "ahead": None,
    "ticket": "0199C2A45D107CC39D341F6F2D3B8A11B7C0A1D29E5F48A3906C2D7E1F40B58A",
    "ticket_svg": "<svg …></svg>",
    "booked_at": "2126-11-23T10:30:00+00:00",
    "rating": None,
}
ATTENDEE: Sample = {
    "member_id": MEMBER_ID,
    "state": "attended",
    "attended_at": "2127-03-20T11:04:00+00:00",
    "rating": 5,
    "comment": "More of the oolong, please.",
}
