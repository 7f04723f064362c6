"""What callers send and read about referrals, with the examples of the documentation."""

from typing import Annotated, Literal

from msgspec import Meta

from .asked import Asked, MemberAsked
from .samples import MEMBER, MEMBER_ID, MEMBER_TOLD, Sample
from .tells import Day, MemberTold, Tells

Period = Literal["month", "year", "ever"]


class TraitsAsked(Asked):
    """What a member joins with or uses. Only digests are kept; who shares one with the advocate waits for a person."""

    device: Annotated[str, Meta(description="Whatever names the device: an installation id, a fingerprint.")] = ""
    address: Annotated[str, Meta(description="The postal address in one line.")] = ""
    payment: Annotated[str, Meta(description="What names the way of paying, such as a token of the card.")] = ""


class ReferralAsked(TraitsAsked):
    """Who brought the member."""

    code: Annotated[str, Meta(description="The advocate's code, if there is one.")] = ""


class EnrollAsked(MemberAsked):
    """Somebody who joins, and who brought them."""

    referral: ReferralAsked | None = None


class NothingAsked(Asked):
    """Nothing has to be said."""


class TermsAsked(Asked):
    """The terms of the program's referrals."""

    advocate_points: Annotated[int, Meta(description="For who brought the friend.")]
    friend_points: Annotated[int, Meta(description="For the friend.")]
    live: Annotated[bool, Meta(description="False: nobody new can be brought; who joined before goes on.")] = True
    minimum_minor: Annotated[int, Meta(description="The smallest first purchase that counts.")] = 0
    window_days: Annotated[int, Meta(description="It must come within so many days of joining.")] = 30
    keep_days: Annotated[
        int | None, Meta(description="After so many days it is kept; the program's return window when left out.")
    ] = None
    cap: Annotated[int | None, Meta(description="Friends one advocate is rewarded for in a period.")] = None
    cap_period: Period = "year"
    link: Annotated[str, Meta(description="Where friends join, with `{code}` in it.")] = ""


class JoinedTold(Tells):
    """What the code came to."""

    status: Literal["joined", "referral-review", "member-already"]
    reasons: Annotated[list[str], Meta(description="What they share, when a person looks first.")]


class EnrolledTold(MemberTold):
    """A member, and what their referral came to."""

    referral: JoinedTold | None = None


class TermsTold(Tells):
    """The terms; null where there never were any."""

    terms: TermsAsked | None


class CodeTold(Tells):
    """A member's code."""

    code: str
    link: Annotated[str | None, Meta(description="Null when the terms have no link.")]


class FriendTold(Tells):
    """Somebody a member brought, without a name."""

    joined_on: Day
    state: Annotated[
        Literal["joined", "pending", "rewarded", "cancelled"],
        Meta(description="`pending`: bought, not kept yet."),
    ]
    points: Annotated[int, Meta(description="The advocate's: what comes, or what came.")]
    due_on: Annotated[Day | None, Meta(description="When a pending reward comes if nothing is returned.")]


class FriendsTold(Tells):
    """Whom a member brought."""

    code: str | None
    link: str | None
    friends: list[FriendTold]
    cap: int | None
    cap_left: Annotated[int | None, Meta(description="Friends still rewarded in this period; null without a cap.")]


class ReferralTold(Tells):
    """A referral as operators see it."""

    member_id: str
    advocate_id: str
    state: Literal["joined", "bought", "kept", "cancelled", "reversing", "refused"]
    review: Literal["none", "waits", "approved", "refused"]
    reasons: list[str]
    joined_on: Day
    due_on: Day | None
    advocate_points: int
    friend_points: int


class ReferralsTold(Tells):
    """Referrals, newest first, at most 200."""

    referrals: list[ReferralTold]


class FunnelTold(Tells):
    """How many came how far, and what it cost."""

    codes: Annotated[int, Meta(description="Members who asked for their code.")]
    joined: int
    bought: Annotated[int, Meta(description="Friends whose first purchase came, kept or not.")]
    kept: int
    cancelled: int
    in_review: int
    points: Annotated[int, Meta(description="Paid to both sides, less what was taken back.")]
    cost_minor: Annotated[int, Meta(description="The points' value.")]
    cost_per_friend_minor: Annotated[int | None, Meta(description="The cost for each friend whose purchase is kept.")]


TERMS: Sample = {
    "advocate_points": 200,
    "friend_points": 100,
    "minimum_minor": 5000,
    "cap": 10,
    "link": "https://shop.example/join?code={code}",
}
TERMS_TOLD: Sample = {"terms": {**TERMS, "live": True, "window_days": 30, "keep_days": None, "cap_period": "year"}}
CODE: Sample = {"code": "7K3MP9QX2", "link": "https://shop.example/join?code=7K3MP9QX2"}
TRAITS: Sample = {"device": "ios-5d2f"}
ENROLL: Sample = {**MEMBER, "referral": {"code": "7K3MP9QX2", "device": "ios-81ac"}}
ENROLLED: Sample = {**MEMBER_TOLD, "referral": {"status": "joined", "reasons": []}}
FRIENDS: Sample = {
    **CODE,
    "friends": [{"joined_on": "2026-11-20", "state": "pending", "points": 200, "due_on": "2026-12-07"}],
    "cap": 10,
    "cap_left": 10,
}
REFERRAL: Sample = {
    "member_id": MEMBER_ID,
    "advocate_id": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a12",
    "state": "bought",
    "review": "waits",
    "reasons": ["device"],
    "joined_on": "2026-11-20",
    "due_on": "2026-12-07",
    "advocate_points": 0,
    "friend_points": 0,
}
FUNNEL: Sample = {
    "codes": 40,
    "joined": 25,
    "bought": 18,
    "kept": 12,
    "cancelled": 2,
    "in_review": 1,
    "points": 3600,
    "cost_minor": 3600,
    "cost_per_friend_minor": 300,
}
