"""Challenges: a goal with milestones, what members have done for it, and what they got."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

ORDER = "order"
"""What a challenge counts when it is no type of event."""
PSEUDONYM_LENGTH_MAX = 40
MILESTONES_MAX = 20


class State(IntEnum):
    """Where a challenge stands. The number is stored."""

    DRAFT = 1
    LIVE = 2
    PAUSED = 3
    ENDED = 4


class Measure(StrEnum):
    """What is measured: how often, how much (minor units), how many categories, the longest run of days or weeks."""

    COUNT = "count"
    SPEND = "spend"
    CATEGORIES = "categories"
    DAYS = "days"
    WEEKS = "weeks"


class Season(StrEnum):
    """How often it begins anew."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """A value to reach and what it gives: points, a badge (its name by language), or both."""

    target: int
    points: int = 0
    badge: Mapping[str, str] = msgspec.field(default_factory=dict)


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A goal. `counts` is `order` or a type of event; `condition` narrows it, in the language of conditions; the last
    of `milestones` is the goal itself. From `starts_at` until before `ends_at`, in each season anew."""

    program_id: int
    challenge_id: UUID
    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    measure: Measure
    counts: str
    milestones: tuple[Milestone, ...]
    condition: str = ""
    season: Season = Season.ONCE
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    state: State = State.DRAFT
    campaign_id: int | None = None

    @property
    def target(self) -> int:
        """The value that completes it."""
        return self.milestones[-1].target


class Doing(msgspec.Struct, frozen=True, kw_only=True):
    """One activity as challenges see it. `spend_minor` is what counts as spent; amounts by category of its products."""

    member_id: UUID
    activity_id: UUID
    counts: str
    occurred_at: datetime
    on_date: date
    spend_minor: int = 0
    categories: Mapping[str, int] = msgspec.field(default_factory=dict)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one activity brings to one challenge; each `mark` is counted once, amounts of one mark are summed."""

    member_id: UUID
    challenge_id: UUID
    activity_id: UUID
    mark: str
    season_on: date
    amount: int
    occurred_at: datetime


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """A member in one season of one challenge: amounts by mark, the last step, milestones that stand (by number from
    0), and how often each was given."""

    marks: Mapping[str, int] = msgspec.field(default_factory=dict)
    reached_at: datetime | None = None
    standing: frozenset[int] = frozenset()
    turns: Mapping[int, int] = msgspec.field(default_factory=dict)


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone a member reached, with what it gave and the lot the points are in."""

    member_id: UUID
    challenge_id: UUID
    season_on: date
    milestone_no: int
    turn: int
    activity_id: UUID
    points: int
    wallet_id: int
    badge: Mapping[str, str]
    active_on: date
    expires_on: date
    awarded_at: datetime
    awarded_on: date
    taken_back_at: datetime | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a member is in a season, and the milestones that stand."""

    challenge_id: UUID
    season_on: date
    value: int
    standing: frozenset[int] = frozenset()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a leaderboard. Equal values share a rank."""

    rank: int
    pseudonym: str
    value: int
    member_id: UUID


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, when: for each field what it was and what it is."""

    changed_at: datetime
    changed_by: str
    changes: Mapping[str, tuple[str, str]]


class ChallengeNotFound(Refusal):
    """There is no such challenge."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ChallengeInvalid(Refusal):
    """A challenge's fields make no sense together."""


class ChallengeFixed(Refusal):
    """What a challenge counts and asks cannot change once it was live; an ended one cannot change at all."""

    kind = Kind.CONFLICT
    code = "challenge-fixed"


class PseudonymInvalid(Refusal):
    """A pseudonym has 1 to 40 characters and is not the member's name."""
