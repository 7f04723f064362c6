"""What callers read of tiers."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from .tells import Day, Tells

Metric = Literal["spend", "points", "status", "orders", "segment"]


class BenefitTold(Tells):
    """What a tier gives: its kind, its figures, a sentence."""

    type: str
    text: str
    factor: Annotated[float | None, Meta(description="What is paid of a price: 0.85 is 85 %.")]
    days: Annotated[int | None, Meta(description="For how many days goods may come back.")]


class StoredBenefitTold(Tells):
    """The same as it is kept."""

    type: str
    factor: float | None
    days: int | None
    text: dict[str, str]


class TierTermsTold(Tells):
    """A tier with its terms."""

    id: int
    rank: int
    name: dict[str, str]
    threshold: int
    color: str
    points_factor: float
    benefits: list[StoredBenefitTold]
    condition: str


class TierSetTold(Tells):
    """A set of tiers as it is in force, or in one version."""

    tier_set: str
    version: int
    name: dict[str, str]
    is_main: bool
    metric: Metric
    window: Literal["rolling", "calendar", "joined", "ever"]
    window_months: int
    starts_month: int
    keep_months: int
    landing: Literal["fit", "one", "never"]
    grace_days: int
    notice_days: int
    change_notice_days: int
    is_live: bool
    tiers: list[TierTermsTold]


class TierChangeTold(Tells):
    """Terms that wait for their day."""

    tier_set: str
    effective_on: Day
    terms: TierSetTold


class TierSetsTold(Tells):
    """Every set, the main one first, and the changes that wait."""

    tier_sets: list[TierSetTold]
    scheduled: list[TierChangeTold]


class TierSetSavedTold(Tells):
    """The version that was made."""

    tier_set: str
    version: int
    effective_on: Annotated[Day | None, Meta(description="Where it waits for its day.")]


class TierMovesTold(Tells):
    """Who would move under other terms; counts by tier id."""

    tier_set: str
    now: dict[str, int]
    then: dict[str, int]
    up: Annotated[int, Meta(description="Reach more than they hold: they move up when the day is closed.")]
    down: Annotated[int, Meta(description="Reach less than they hold: they are told, and fall at their review.")]
    is_harder: Annotated[bool, Meta(description="It takes something, so it is announced ahead.")]
    falling: Annotated[list[str], Meta(description="Some of those who reach less.")]


class TierVersionTold(Tells):
    """A version of a set."""

    version: int
    state: Literal["live", "past", "scheduled", "withdrawn"]
    effective_on: Day | None
    saved_at: str | None
    saved_by: str
    note: str
    withdrawn_by: str
    terms: TierSetTold


class TierHistoryTold(Tells):
    """Every version of a set, newest first."""

    tier_set: str
    versions: list[TierVersionTold]


class WithdrawnTold(Tells):
    """Whether there was a change to take back."""

    tier_set: str
    withdrawn: bool


class RankTold(Tells):
    """A tier as a member reads it."""

    id: int
    rank: int
    name: str
    threshold: int
    color: str


class TierNoticeTold(Tells):
    """What a member was told of the end of a tier."""

    told_on: Day
    falls_on: Day
    falls_to: str
    missing: int


class TierComingTold(Tells):
    """What an announced change means for the member."""

    effective_on: Day
    threshold: int
    next_threshold: int | None
    would_lose: list[BenefitTold]


class TierMoveTold(Tells, rename={"from_": "from"}):
    """A step up or down."""

    at: str
    to: str
    cause: Literal["reached", "review", "manual", "merge", "change"]
    reached: int
    by: str
    reason: str
    until: Day | None
    from_: str = ""


class MemberTierSetTold(Tells):
    """Where a member stands on one set."""

    tier_set: str
    name: str
    is_main: bool
    metric: Metric
    counted_from: Day | None
    counted_to: Day | None
    tier: RankTold
    since: str | None
    reached: int
    next: RankTold | None
    missing: int
    needs: Annotated[str, Meta(description="Who has the next tier, where the set goes by segments.")]
    review_on: Day | None
    needed_to_keep: int
    manual_until: Annotated[Day | None, Meta(description="Given by a person until then.")]
    points_factor: float
    benefits: list[BenefitTold]
    would_lose: Annotated[list[BenefitTold], Meta(description="What the tier below does not give.")]
    would_gain: Annotated[list[BenefitTold], Meta(description="What the next tier gives besides.")]
    notice: TierNoticeTold | None
    coming: TierComingTold | None
    history: list[TierMoveTold]


class TogetherTold(Tells):
    """The best of what all sets give."""

    points_factor: float
    price_factor: Annotated[float, Meta(description="What the member pays of a price: 0.85 is 85 %.")]
    return_days: int


class MilestonesTold(Tells):
    """How far a member is on a goal of a year or a quarter."""

    challenge: str
    name: Mapping[str, str]
    measure: str
    season_on: Annotated[Day, Meta(description="The first day of the year or the quarter.")]
    value: int
    next_target: Annotated[int | None, Meta(description="The next milestone; null when all are reached.")]
    next_points: Annotated[int | None, Meta(description="What it gives.")]
    target: Annotated[int, Meta(description="The last one.")]


class MemberTiersTold(Tells):
    """Where a member stands on every set."""

    member_id: str
    tier_sets: list[MemberTierSetTold]
    milestones: Annotated[list[MilestonesTold], Meta(description="Challenges of a year or a quarter.")]
    together: TogetherTold


class TierGivenTold(Tells):
    """What was done by hand."""

    reference: str
    tier_set: str
    tier: int
    until: Day | None
    reached: int
