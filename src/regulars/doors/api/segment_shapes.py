"""What callers send and read about segments, with the examples of the documentation."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from .asked import Asked
from .challenge_shapes import Names
from .samples import Sample
from .tells import Tells


class SegmentAsked(Asked):
    """A segment: new, or the one with this code as it shall be."""

    code: Annotated[
        str, Meta(min_length=1, max_length=60, description="Your name of it, for ever: a-z, 0-9, `-` and `_`.")
    ]
    name: Names
    condition: Annotated[str, Meta(description="Whom it means, in the language of conditions; sees `member`.")]
    note: Annotated[str, Meta(max_length=400, description="What it is for; only staff read it.")] = ""
    is_told: Annotated[
        bool, Meta(description="Whether each member who comes or goes becomes a change in `GET /v1/changes`.")
    ] = False
    is_archived: Annotated[bool, Meta(description="An archived one is not found again; its members stay.")] = False


class SegmentTold(Tells):
    """A segment as it is."""

    segment: str
    name: Mapping[str, str]
    condition: str
    condition_text: Annotated[str, Meta(description="The condition in words; empty when it names what is gone.")]
    note: str
    is_told: bool
    is_archived: bool
    members: Annotated[int, Meta(description="How many were in it when it was last found.")]
    refreshed_at: Annotated[str | None, Meta(description="When it was last found; every ten minutes.")]
    problem: Annotated[str, Meta(description="Why it could not be found again; empty when all is well.")]


class SegmentsTold(Tells):
    """Segments."""

    segments: list[SegmentTold]


class SeatedTold(Tells):
    """A member in a segment."""

    member_id: str
    since: str


class SegmentMembersTold(Tells):
    """Members of a segment, by id."""

    count: Annotated[int, Meta(description="How many were in it at that moment.")]
    members: list[SeatedTold]
    next_after: Annotated[str | None, Meta(description="Give it as `after` for the next page; null at the end.")]


class OverlapTold(Tells):
    """Two segments side by side."""

    first: Annotated[int, Meta(description="Members in the segment of the address.")]
    second: Annotated[int, Meta(description="Members in the other one.")]
    both: int


class MemberSegmentTold(Tells):
    """A segment a member is in."""

    segment: str
    name: Mapping[str, str]
    since: str


class MemberSegmentsTold(Tells):
    """The segments a member is in."""

    segments: list[MemberSegmentTold]


SEGMENT: Sample = {
    "code": "high-value",
    "name": {"en": "High value", "zh": "高价值会员"},
    "condition": "member.spend_12m >= 5000",
    "is_told": True,
}
SEGMENT_TOLD: Sample = {
    "segment": "high-value",
    "name": {"en": "High value", "zh": "高价值会员"},
    "condition": "member.spend_12m >= 5000",
    "condition_text": "The member's eligible spend of 12 months is at least ¥5,000.00.",
    "note": "",
    "is_told": True,
    "is_archived": False,
    "members": 412,
    "refreshed_at": "2026-11-01T08:04:00+00:00",
    "problem": "",
}
MEMBERS: Sample = {
    "count": 412,
    "members": [{"member_id": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11", "since": "2026-11-01T08:04:00+00:00"}],
    "next_after": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11",
}
MEMBER_SEGMENTS: Sample = {
    "segments": [
        {
            "segment": "high-value",
            "name": {"en": "High value", "zh": "高价值会员"},
            "since": "2026-11-01T08:04:00+00:00",
        }
    ]
}
CHANGES: Sample = {
    "history": [
        {
            "changed_at": "2026-11-01T08:04:00+00:00",
            "changed_by": "Till 3",
            "changes": [{"field": "condition", "was": "member.spend_12m >= 3000", "now": "member.spend_12m >= 5000"}],
        }
    ]
}
