"""Earning rules: what a purchase or an event is worth in points, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from regulars.kit.errors import Kind, Refusal

from .asking import Asks
from .limits import Limits, Use, Used


class State(StrEnum):
    """What a version says of its rule. `RETIRED` is for good."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    RETIRED = "retired"


Picks: TypeAlias = Literal["best", "first"]
"""Which of an exclusive group gives: the one with the most points, or the first by priority that gives any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule; it is never edited. `effect` names a file in `effects/`, `params` are its own.

    It decides about what happened from `effective_at` on (None: whenever) until a later version does, on local days
    from `starts_on` to `ends_on`, both included; None is open. `wallet_id` is where its points go; None is the first.
    `limits`: the most it gives. `condition` and `lines` are trees of conditions: when it applies, and to which order
    lines. Rules of one `group` exclude each other. `campaign_id`: the campaign it belongs to. `because` is what members
    read instead of the label. `asks` is what the trees became (`earning.ready`).
    """

    rule_id: int
    version: int
    effect: str
    params: Mapping[str, Any]
    label: Mapping[str, str]
    starts_on: date | None
    ends_on: date | None
    created_at: datetime
    created_by: str
    state: State = State.LIVE
    effective_at: datetime | None = None
    wallet_id: int | None = None
    limits: Limits | None = None
    condition: Mapping[str, Any] | None = None
    lines: Mapping[str, Any] | None = None
    campaign_id: int | None = None
    because: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0
    group: str = ""
    picks: Picks = "best"
    asks: Asks | None = field(default=None, compare=False, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether this version gives points at all."""
        return self.state is State.LIVE

    @property
    def said(self) -> Mapping[str, str]:
        """What members read of it."""
        return self.because or self.label

    def in_force(self, on: date) -> bool:
        """Whether it applies to purchases of that local day."""
        return (
            self.state is State.LIVE
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
        )


class Day(Protocol):
    """What a member did on one local day."""

    @property
    def on_date(self) -> date:
        """The day."""

    @property
    def spend_minor(self) -> int:
        """Eligible spend, less what came back."""

    @property
    def orders(self) -> int:
        """Orders that count."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What effects look at: the eligible amount of a purchase, or the type of an event, and who did it when.

    `rewarded` counts by period (`day`, `week`, ...) the events of that type that already earned points in it. `days` is
    what the member did before, day by day, where some rule asks; `counts`: whether this purchase is an order that does.
    `used` are points of rules with counted periods. `streak_days` is the run of days in a row with an event of the type
    that this one makes longer; 0 where it is not the first of its day. `known` is what effects counted for each other.
    """

    eligible_minor: int
    on_date: date
    birth_on: date | None
    tier_name: Mapping[str, str]
    tier_factor: float
    event_type: str = ""
    rewarded: Mapping[str, int] = msgspec.field(default_factory=dict)
    days: Sequence[Day] = ()
    counts: bool = True
    used: Used = msgspec.field(default_factory=dict)
    streak_days: int = 0
    known: dict[Any, int] = msgspec.field(default_factory=dict)


class Part(msgspec.Struct, frozen=True):
    """Points from one rule, with what it takes to explain them: code and parameters."""

    points: int
    reason: Mapping[str, Any]


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """What a purchase earns: points in all, the parts they come from, the eligible amount and points of each line.

    `none` says why there are no points: a code and its parameters. `uses`: what it takes of the rules' limits. `errors`
    are the rules that could not be asked, and gave nothing.
    """

    points: int
    parts: tuple[Part, ...]
    eligible_minor: int
    line_eligible_minor: tuple[int, ...]
    line_points: tuple[int, ...]
    none: tuple[str, Mapping[str, Any]] | None = None
    uses: tuple[Use, ...] = ()
    errors: tuple["RuleError", ...] = ()


class RuleError(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that could not be asked about an order or event; it was recorded without the rule."""

    rule_id: int
    version: int
    code: str
    detail: str


class RuleInvalid(Refusal):
    """A rule's parameters do not fit its effect."""

    code = "rule-invalid"


class EffectivePast(RuleInvalid):
    """A change would decide about what already happened."""

    code = "rule-effective-past"


class RuleRetired(Refusal):
    """The rule was retired for good; a new one can take its place."""

    kind = Kind.CONFLICT
    code = "rule-retired"


class RuleNotFound(Refusal):
    """There is no such rule in this program."""

    kind = Kind.NOT_FOUND
    code = "not-found"
