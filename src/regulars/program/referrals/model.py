"""Referrals: who brings whom, on what terms, and how far it came."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum
from typing import Literal
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

POINTS_MAX = 10**6
TRAIT_KINDS = ("device", "address", "payment", "email", "phone")


class State(IntEnum):
    """How far a referral came. The number is stored. A REVERSING one was paid, and is taken back next."""

    JOINED = 1
    BOUGHT = 2
    KEPT = 3
    CANCELLED = 4
    REVERSING = 5
    REFUSED = 6


class Review(IntEnum):
    """Whether a person must look, and what they said. The number is stored."""

    NONE = 0
    WAITS = 1
    APPROVED = 2
    REFUSED = 3


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """The terms. A friend's first purchase counts within `window_days` of joining and from `minimum_minor`; it is
    kept once `keep_days` (the program's return window when None) have passed. `cap`: so many friends are rewarded
    for one advocate in a `cap_period`. `link` holds `{code}`."""

    program_id: int
    advocate_points: int
    friend_points: int
    is_live: bool = True
    minimum_minor: int = 0
    window_days: int = 30
    keep_days: int | None = None
    cap: int | None = None
    cap_period: Literal["month", "year", "ever"] = "year"
    link: str = ""


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """A friend (`member_id`) and who brought them. `reasons`: what they share, where a person must look."""

    member_id: UUID
    program_id: int
    advocate_id: UUID
    state: State
    review: Review
    reasons: tuple[str, ...]
    joined_at: datetime
    joined_on: date
    order_id: UUID | None = None
    bought_on: date | None = None
    due_on: date | None = None
    paid_on: date | None = None
    advocate_points: int = 0
    friend_points: int = 0
    note: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase of a friend."""

    member_id: UUID
    order_id: UUID
    occurred_at: datetime
    on_date: date
    total_minor: int


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """How many came how far, and the points it took."""

    codes: int = 0
    joined: int = 0
    bought: int = 0
    kept: int = 0
    cancelled: int = 0
    in_review: int = 0
    points: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what of the terms, when: for each field what it was and what it is."""

    changed_at: datetime
    changed_by: str
    changes: Mapping[str, tuple[str, str]]


class SchemeInvalid(Refusal):
    """The terms make no sense together."""


class ReferralCodeUnknown(Refusal):
    """No advocate has this code."""

    code = "unknown-referral-code"


class ReferralClosed(Refusal):
    """The program has no referrals at present."""

    kind = Kind.CONFLICT
    code = "referral-closed"


class ReferralNotFound(Refusal):
    """There is no such referral."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ReferralDecided(Refusal):
    """Somebody decided this already, or it never had to be."""

    kind = Kind.CONFLICT
    code = "already-decided"
