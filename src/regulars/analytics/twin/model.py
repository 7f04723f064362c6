"""Trials: a draft of the program on the shop's own past orders, and what comes out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """How a program differs from the one that is live: earning rules that count as live too, or no longer, and other
    thresholds of the main tiers (by tier; minor units, points or orders as the set counts).
    """

    with_rules: tuple[int, ...] = ()
    without_rules: tuple[int, ...] = ()
    thresholds: Mapping[int, int] = {}

    @property
    def is_as_live(self) -> bool:
        """Whether nothing differs."""
        return not (self.with_rules or self.without_rules or self.thresholds)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A trial: local days, both included; what share of the points will be used (an assumption); what is left of a unit
    of revenue before the program's cost, None where nobody said; the drafts laid side by side.
    """

    from_on: date
    to_on: date
    drafts: tuple[Draft, ...]
    use_percent: int = 80
    margin_percent: int | None = None


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month of the trial: what happened in it, and how the points stand at its end.

    `ended_points` are those whose last day lies in it; `open_points` were given and have not ended, used or not.
    """

    month_on: date
    orders: int
    revenue_minor: int
    points: int
    ended_points: int
    open_points: int


class RuleShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule gives in all, and on how many orders."""

    rule_id: int
    label: Mapping[str, str]
    points: int
    orders: int


class TierShare(msgspec.Struct, frozen=True, kw_only=True):
    """Members by tier: who reached it at some time, who would hold it by what counts on the last day, when most did."""

    tier_id: int
    name: Mapping[str, str]
    threshold: int
    reached: int
    on_last_day: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would have done. Points cost `point_micros` each when they are used (millionths of a unit)."""

    draft: Draft
    members: int
    orders: int
    orders_without_points: int
    revenue_minor: int
    points: int
    further_points: Mapping[int, int]
    point_micros: int
    unit: int
    months: tuple[Month, ...]
    rules: tuple[RuleShare, ...]
    tiers: tuple[TierShare, ...]
    cheapest_points: int | None
    can_redeem: int
    spread: tuple[int, ...]
    """Points of the member who stands at each tenth, from the least to the most: eleven numbers."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial as it is kept."""

    program_id: int
    trial_id: UUID
    asked: Asked
    asked_at: datetime
    asked_by: str
    state: State
    orders: int
    orders_done: int
    ended_at: datetime | None
    outcomes: tuple[Outcome, ...]
    problem: str


class TrialNotFound(Refusal):
    """There is no such trial."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class TrialInvalid(Refusal):
    """What was asked makes no trial."""


class Cancelled(Exception):
    """Somebody no longer wants the trial; nothing is kept of it but that."""
