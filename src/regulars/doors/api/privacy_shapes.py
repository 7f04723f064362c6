"""What callers send and read about consent, restriction and erasure, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, field

from .asked import Asked, Moment
from .samples import Sample
from .tells import Day, Tells

PurposeName = Literal["service", "marketing", "profiling", "personalization", "sharing"]
ChannelName = Literal["", "email", "sms", "push", "wechat", "phone", "post"]


class ChoiceAsked(Asked):
    """A yes or no."""

    purpose: PurposeName
    is_given: Annotated[bool, Meta(description="true is a yes, false a no.")]
    channel: Annotated[ChannelName, Meta(description="For marketing one of its channels, else empty.")] = ""
    version: Annotated[int, Meta(ge=0, description="Of the text that was shown; 0 when none was published.")] = 0


class ConsentsAsked(Asked):
    """What a member chose, at one place and moment."""

    choices: Annotated[list[ChoiceAsked], Meta(min_length=1, max_length=20)]
    place: Annotated[str, Meta(min_length=1, max_length=100, description="Where: a form, a till, a call.")]
    proof: Annotated[str, Meta(max_length=400, description="What shows it: the id of a form, of a recording.")] = ""
    given_at: Moment | None = None


class StandingTold(Tells):
    """What holds of a purpose and channel."""

    purpose: PurposeName
    channel: ChannelName
    is_allowed: bool
    since: Annotated[str | None, Meta(description="null: the member never chose, and the basis decides.")]
    version: int


class ChoiceTold(Tells):
    """A choice as it was written down."""

    purpose: PurposeName
    channel: ChannelName
    is_given: bool
    version: int
    place: str
    proof: str
    told_by: str
    given_at: str


class ConsentsTold(Tells):
    """What a member allows, and how it came to be, newest first."""

    member_id: str
    is_restricted: bool
    allows: list[StandingTold]
    history: list[ChoiceTold]


class ReachAsked(Asked):
    """Whom of these one may reach."""

    purpose: PurposeName
    member_ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)]
    channel: ChannelName = ""


class ReachTold(Tells):
    """Those who allow it now; everybody else is left out."""

    allowed: list[str]


class LinkAsked(Asked):
    """A link for one purpose and channel."""

    purpose: PurposeName
    channel: ChannelName = ""
    version: Annotated[int, Meta(ge=0)] = 0


class LinkTold(Tells):
    """Where the member says yes once more (within seven days, once), and where they say no at any time."""

    confirm_path: str
    stop_path: str


class RestrictionAsked(Asked):
    """Keep a member's data and use it for nothing, or end that."""

    is_restricted: bool
    reason: Annotated[str, Meta(max_length=400)] = ""


class RestrictionTold(Tells):
    """How it is now."""

    member_id: str
    is_restricted: bool


class ErasureAsked(Asked):
    """Forget a member."""

    due_on: Annotated[date | None, Meta(description="From this day on; left out is now.")] = None
    preview: Annotated[bool, Meta(description="Only tell what stands against it.")] = False


class ErasureTold(Tells):
    """What came of it."""

    member_id: str
    status: Annotated[Literal["erased", "scheduled", "preview"], Meta(description="erased also when it was before.")]
    reasons: Annotated[list[str], Meta(description="What stands against it now.")]
    due_on: Day | None


class TakenBackTold(Tells):
    """Whether a scheduled erasure was taken back."""

    member_id: str
    is_taken_back: bool


class TakeBackErasureAsked(Asked):
    """Nothing more is asked."""


class ExportTold(Tells):
    """Everything that is kept of a member, by table, as it is stored."""

    member_id: str
    told_at: str
    tables: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)


MEMBER = "0198a2f4-6c1e-7c3a-9a52-3f1d2b7c8e90"
CONSENTS: Sample = {
    "choices": [{"purpose": "marketing", "channel": "email", "is_given": True}],
    "place": "checkout",
    "proof": "form 4711",
}
CONSENTS_TOLD: Sample = {
    "member_id": MEMBER,
    "is_restricted": False,
    "allows": [
        {
            "purpose": "marketing",
            "channel": "email",
            "is_allowed": True,
            "since": "2026-11-25T09:15:00+00:00",
            "version": 0,
        }
    ],
    "history": [
        {
            "purpose": "marketing",
            "channel": "email",
            "is_given": True,
            "version": 0,
            "place": "checkout",
            "proof": "form 4711",
            "told_by": "key:rk_Ab12Cd",
            "given_at": "2026-11-25T09:15:00+00:00",
        }
    ],
}
REACH: Sample = {"purpose": "marketing", "channel": "email", "member_ids": [MEMBER]}
LINK: Sample = {"purpose": "marketing", "channel": "email"}
LINK_TOLD: Sample = {"confirm_path": "/p/confirm/Zk3…", "stop_path": "/p/stop/AbC…"}
RESTRICTION: Sample = {"is_restricted": True, "reason": "Asked by letter"}
ERASURE: Sample = {"preview": True}
ERASURE_TOLD: Sample = {"member_id": MEMBER, "status": "preview", "reasons": ["open-hold"], "due_on": None}
EXPORT_TOLD: Sample = {
    "member_id": MEMBER,
    "told_at": "2026-11-25T09:15:00+00:00",
    "tables": {"members.profile": [{"member_id": MEMBER, "name": "Lin", "birth_on": "1990-04-02", "attributes": {}}]},
}
