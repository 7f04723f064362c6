"""Earning rules: what a purchase is worth in points, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.kit.errors import Refusal

from .limits import Limits, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule; it is never edited. `effect` names a file in `effects/`, `params` are its own.

    In force on local days from `starts_on` to `ends_on`, both included; None is open. `wallet_id` is where its points
    go; None is the program's first wallet. `limits`: the most it gives.
    A rule of a campaign (`campaign_id`) applies while that runs, to those it admits.
    """

    rule_id: int
    version: int
    effect: str
    params: Mapping[str, Any]
    label: Mapping[str, str]
    is_live: bool
    starts_on: date | None
    ends_on: date | None
    created_at: datetime
    created_by: str
    wallet_id: int | None = None
    limits: Limits | None = None
    campaign_id: int | None = None

    def in_force(self, on: date) -> bool:
        """Whether it applies to purchases of that local day."""
        return (
            self.is_live
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
        )


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What rules look at: the eligible amount of a purchase, or the type of an event, and who did it when.

    `rewarded` counts by period (`day`, `week`, ...) the events of that type that already earned points in it.
    """

    eligible_minor: int
    on_date: date
    birth_on: date | None
    tier_name: Mapping[str, str]
    tier_factor: float
    event_type: str = ""
    rewarded: Mapping[str, int] = msgspec.field(default_factory=dict)


class Part(msgspec.Struct, frozen=True):
    """Points from one rule, with what it takes to explain them: code and parameters."""

    points: int
    reason: Mapping[str, Any]


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """What a purchase earns: points in all, the parts they come from, the eligible amount and points of each line.

    `none` says why there are no points: a code and its parameters. `uses`: what it takes of the rules' limits.
    """

    points: int
    parts: tuple[Part, ...]
    eligible_minor: int
    line_eligible_minor: tuple[int, ...]
    line_points: tuple[int, ...]
    none: tuple[str, Mapping[str, Any]] | None = None
    uses: tuple[Use, ...] = ()


class RuleInvalid(Refusal):
    """A rule's parameters do not fit its effect."""

    code = "rule-invalid"
