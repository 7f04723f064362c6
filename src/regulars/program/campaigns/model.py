"""Campaigns: what one is, where it stands, and why something is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, get_args

import msgspec

from regulars.kit.clock import NEVER
from regulars.kit.errors import Kind, Refusal


class State(StrEnum):
    """Where a campaign stands. `stopped`: its budget is used up."""

    DRAFT = "draft"
    REVIEW = "review"
    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most a campaign gives to all members together; None: no limit.

    `money_minor_max` counts points and rewards at what they cost the shop, coupons at what they took off; `grants_max`
    counts orders, events and redemptions that got something.
    """

    points_max: int | None = None
    money_minor_max: int | None = None
    grants_max: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit."""
        return any(most is not None for most in (self.points_max, self.money_minor_max, self.grants_max))


GoalMetric = Literal["participants", "orders", "revenue_minor", "points"]
GOAL_METRICS: tuple[GoalMetric, ...] = get_args(GoalMetric)


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a campaign is for: a figure and the value to reach."""

    metric: GoalMetric
    target: int


AudienceMode = Literal["launch", "daily"]
AUDIENCE_MODES: tuple[AudienceMode, ...] = get_args(AudienceMode)


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a campaign says. Days are local and both included; None is open.

    `audience` is the tree of a segment's condition, None is everybody, `audience_text` the same as text;
    `audience_mode`: found once, at launch, or again each day. `store_budgets`: more limits, by store.
    """

    name: Mapping[str, str]
    template: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    audience: Mapping[str, Any] | None = None
    audience_text: str = ""
    audience_mode: AudienceMode = "launch"
    holdout_percent: int = 10
    budget: Budget = Budget()
    store_budgets: Mapping[str, Budget] = {}
    goal: Goal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it stands; `code` is the shop's own name for it, for ever.

    It holds for what happened from `launched_on` on; by hand it ended before `ended_on`.
    """

    program_id: int
    campaign_id: int
    code: str
    state: State
    terms: Terms
    created_at: datetime
    submitted_by: str | None = None
    launched_on: date | None = None
    ended_on: date | None = None

    @property
    def begins_on(self) -> date | None:
        """The first local day it holds for; None until it is launched."""
        if self.launched_on is None:
            return None
        return max(self.launched_on, self.terms.starts_on or self.launched_on)

    @property
    def last_on(self) -> date:
        """The last local day it holds for, as far as is known."""
        return min(self.terms.ends_on or NEVER, _day_before(self.ended_on))

    def is_running(self, on: date) -> bool:
        """Whether it holds for what happened on that local day: what is late still counts, what is paused does not."""
        begins = self.begins_on
        if begins is None or self.state not in _RUNNING:
            return False
        return begins <= on <= self.last_on


_RUNNING = {State.LIVE, State.STOPPED, State.ENDED}


def _day_before(on: date | None) -> date:
    return NEVER if on is None else date.fromordinal(on.toordinal() - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a program wants of all campaigns. Source: capability J8 (a holdout of the program), four eyes."""

    holdout_percent: int = 0
    needs_second_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened to a campaign; `before` and `after` are terms, where those changed."""

    change_no: int
    what: str
    changed_at: datetime
    changed_by: str
    changed_name: str
    note: str
    from_state: State | None
    to_state: State
    before: Terms | None
    after: Terms | None


class CampaignInvalid(Refusal):
    """The terms make no sense."""

    code = "campaign-invalid"


class CampaignNotFound(Refusal):
    """There is no such campaign."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class CampaignState(Refusal):
    """Where it stands, this cannot be done with it."""

    kind = Kind.CONFLICT
    code = "campaign-state"


class CampaignPaused(Refusal):
    """It gives nothing now."""

    kind = Kind.CONFLICT
    code = "campaign-paused"


class BudgetExhausted(Refusal):
    """Its budget holds no more."""

    kind = Kind.CONFLICT
    code = "budget-exhausted"


class ReviewNeeded(Refusal):
    """Somebody else than who submitted it has to launch it."""

    kind = Kind.FORBIDDEN
    code = "four-eyes"


class BudgetMoved(Exception):
    """Others spent of a budget between reading and writing: decide again, with the budgets locked."""
