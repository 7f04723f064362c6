"""Tiers: a ladder of ranks, what counts on it, and what each rank gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal


class Metric(StrEnum):
    """What qualifies for a tier within the window."""

    SPEND = "spend"
    POINTS = "points"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A rank with its threshold (minor units for spend, else points or orders) and benefits as data."""

    tier_id: int
    rank: int
    name: Mapping[str, str]
    threshold: int
    color: str
    points_factor: float
    benefits: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All tiers, lowest first. The window is the last `window_months` months; a tier is kept `keep_months`."""

    program_id: int
    metric: Metric
    window_months: int
    keep_months: int
    tiers: tuple[Tier, ...]

    def tier(self, tier_id: int) -> Tier:
        """The tier of this id; the lowest when it no longer exists."""
        return next((tier for tier in self.tiers if tier.tier_id == tier_id), self.tiers[0])


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
            case Metric.POINTS:
                return self.points
            case Metric.ORDERS:
                return self.orders


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The tier a member has, since when, and the day it is looked at again."""

    tier_id: int
    since_at: datetime
    review_on: date


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A step up or down, and what the member had reached then."""

    member_id: UUID
    moved_at: datetime
    from_tier_id: int
    to_tier_id: int
    cause: str
    reached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a member stands: tier, what counts so far, the next tier and what is missing, and what would be lost.

    `kept_by` is what the present tier still needs in this window to be kept at its review; zero when it is safe.
    """

    tier: Tier
    next_tier: Tier | None
    reached: int
    missing: int
    review_on: date | None
    kept_by: int
    since_at: datetime | None = None

    @property
    def ratio(self) -> float:
        """How far on the way to the next tier, 0 to 1."""
        if self.next_tier is None or self.next_tier.threshold == 0:
            return 1.0
        return min(1.0, max(0, self.reached) / self.next_tier.threshold)


class LadderInvalid(Refusal):
    """Thresholds do not rise with the ranks, or there is no lowest tier from zero."""

    kind = Kind.INVALID
