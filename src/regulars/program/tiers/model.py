"""Tiers: ladders of ranks, what counts on each, and what each rank gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

MAIN = 1
"""The ladder whose factor multiplies points and whose ranks rewards ask for; every program has it."""
MAIN_CODE = "main"
LADDERS_MAX = 8
TIERS_MAX = 10


class Metric(StrEnum):
    """What qualifies for a tier within the window.

    `points` are those that count: status points where the program keeps a wallet for them, else those of its first
    wallet. `status` says that only status points will do. On a ladder by `segment` every tier has a condition, and
    what is reached is the rank of the highest tier whose condition holds.
    """

    SPEND = "spend"
    POINTS = "points"
    STATUS = "status"
    ORDERS = "orders"
    SEGMENT = "segment"


class Window(StrEnum):
    """Over which days it counts: the last months, whole periods of the calendar, years of membership, or all of it."""

    ROLLING = "rolling"
    CALENDAR = "calendar"
    JOINED = "joined"
    EVER = "ever"


class Landing(StrEnum):
    """Where a tier falls to that is not deserved any more: what fits, one down only, or nowhere (it is kept)."""

    FIT = "fit"
    ONE = "one"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A rank with its threshold (minor units for spend, else points or orders) and benefits as data.

    On a ladder by segment the threshold is the rank, and `condition` says who qualifies.
    """

    tier_id: int
    rank: int
    name: Mapping[str, str]
    threshold: int
    color: str
    points_factor: float
    benefits: tuple[Mapping[str, Any], ...] = ()
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All tiers of a set, lowest first, and its terms in one version.

    A window has `window_months`; those of the calendar begin with `starts_month`. A tier is kept `keep_months`, then
    reviewed; who does not deserve it falls `grace_days` later, and only `notice_days` after being told. Changes for
    the worse are announced `change_notice_days` ahead.
    """

    program_id: int
    metric: Metric
    window_months: int
    keep_months: int
    tiers: tuple[Tier, ...]
    ladder_id: int = MAIN
    code: str = MAIN_CODE
    name: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    window: Window = Window.ROLLING
    starts_month: int = 1
    landing: Landing = Landing.FIT
    grace_days: int = 0
    notice_days: int = 0
    change_notice_days: int = 0
    is_live: bool = True

    @property
    def is_main(self) -> bool:
        """Whether its factor multiplies points and rewards ask for its ranks."""
        return self.ladder_id == MAIN

    def tier(self, tier_id: int) -> Tier:
        """The tier of this id; the lowest when it no longer exists."""
        return next((tier for tier in self.tiers if tier.tier_id == tier_id), self.tiers[0])

    def held(self, holding: "Holding | None") -> Tier:
        """The tier of a holding; without one the lowest."""
        return self.tier(holding.tier_id) if holding else self.tiers[0]


class Tally(msgspec.Struct, frozen=True):
    """What a member did on one local day."""

    on_date: date
    spend_minor: int
    points: int
    orders: int

    def counts(self, metric: Metric) -> int:
        """The part of it that a metric counts."""
        match metric:
            case Metric.SPEND:
                return self.spend_minor
            case Metric.POINTS | Metric.STATUS:
                return self.points
            case Metric.ORDERS:
                return self.orders
            case Metric.SEGMENT:
                return 0


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The tier a member has, since when, and the day it is looked at again.

    `falls_on`: the member was told that they lose it after this day. `is_manual`: a person gave it until `review_on`.
    `looked_for`: the review for which it was already looked whether there is something to tell.
    """

    tier_id: int
    since_at: datetime
    review_on: date
    ladder_id: int = MAIN
    falls_on: date | None = None
    is_manual: bool = False
    looked_for: date | None = None

    @property
    def due_on(self) -> date:
        """The last day before something is done about it."""
        return self.falls_on or self.review_on


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A step up or down, and what the member had reached then; of a person's, who, why and until when."""

    member_id: UUID
    moved_at: datetime
    from_tier_id: int
    to_tier_id: int
    cause: str
    reached: int
    ladder_id: int = MAIN
    by: str = ""
    reason: str = ""
    until: date | None = None
    move_id: UUID | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A member was told that they lose a tier after `falls_on` unless `missing` more counts by then."""

    member_id: UUID
    ladder_id: int
    falls_on: date
    told_on: date
    tier_id: int
    falls_to: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a member stands: tier, what counts so far, the next tier and what is missing, and what would be lost.

    `kept_by` is what the present tier still needs in this window to be kept at its review; zero when it is safe.
    `falls_to` is where it would fall if nothing more came, and `falls_on` the day after which it does, once told.
    """

    tier: Tier
    next_tier: Tier | None
    reached: int
    missing: int
    review_on: date | None
    kept_by: int
    since_at: datetime | None = None
    falls_to: Tier | None = None
    falls_on: date | None = None
    is_manual: bool = False

    @property
    def ratio(self) -> float:
        """How far on the way to the next tier, 0 to 1."""
        if self.next_tier is None or self.next_tier.threshold == 0:
            return 1.0
        return min(1.0, max(0, self.reached) / self.next_tier.threshold)


class LadderInvalid(Refusal):
    """Thresholds do not rise with the ranks, or there is no lowest tier from zero."""

    kind = Kind.INVALID


class LadderTermsInvalid(LadderInvalid):
    """A window, a term, a tier or a benefit of the ladder makes no sense."""
