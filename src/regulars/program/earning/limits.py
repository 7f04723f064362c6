"""The most a rule gives: to one member in a period, and to all members together. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from .periods import SPANS

if TYPE_CHECKING:
    from .model import Part

Period = Literal["order", "day", "week", "month", "year", "ever"]
PERIODS: tuple[Period, ...] = get_args(Period)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`member_points_max` is for one member in a `member_period` (local days; weeks begin on Monday);
    `budget_points_max` is for all members, over all versions of the rule. None: no limit. What a return takes back
    frees neither.
    """

    member_points_max: int | None = None
    member_period: Period = "day"
    budget_points_max: int | None = None

    @property
    def counts_by_member(self) -> bool:
        """Whether what a member got before matters."""
        return self.member_points_max is not None and self.member_period != "order"


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision took of a rule's limits."""

    rule_id: int
    period_on: date
    points: int
    of_member: bool
    of_budget: bool


Used = Mapping[tuple[int, date], int]
"""What a member got from rules before, in points, by rule and first day of the period."""
Left = Mapping[int, int]
"""What is left of the budgets, in points, by rule."""


def period_start(period: Period, on: date) -> date:
    """The first day of the period that a local day lies in; the day itself for an order."""
    return SPANS[period](on)[0]


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """The most points one member gets of all rules together in a period, in the program's first wallet."""

    period: Period
    points_max: int

    @property
    def rule_id(self) -> int:
        """Under what its use is counted, where rules stand with their ids."""
        return _CAP_IDS[self.period]


_CAP_IDS: Mapping[str, int] = {"day": -1, "week": -2, "month": -3, "year": -4, "ever": -5}


def allowed(points: int, rule_id: int, limits: Limits, on: date, used: Used, left: Left) -> tuple[int, str]:
    """How many of the points a rule may give, and which limit stands in the way of more."""
    why = ""
    if limits.member_points_max is not None:
        before = used.get((rule_id, period_start(limits.member_period, on)), 0) if limits.counts_by_member else 0
        if (room := max(0, limits.member_points_max - before)) < points:
            points, why = room, "member"
    if limits.budget_points_max is not None and (room := max(0, left.get(rule_id, 0))) < points:
        points, why = room, "budget"
    return points, why


def cut(part: "Part", points: int, why: str, most: int | None, period: str) -> "Part":
    """The part with fewer points, and the limit that cut it among its reasons."""
    about: dict[str, Any] = {"limit": why, "uncut": part.reason.get("uncut", part.points), "points": points}
    if why != "budget":
        about |= {"limit_points": most, "period": period}
    return msgspec.structs.replace(part, points=points, reason={**part.reason, **about})


def why_limited(parts: "Sequence[Part]") -> tuple[str, dict[str, Any]] | None:
    """Why there are no points, when a limit is the reason: a code and its parameters."""
    for part in parts:
        if "limit" in part.reason:
            return f"none.{part.reason['limit']}", dict(part.reason)
    return None


LIMIT_POINTS_MAX = 10**12


def check_limits(limits: Limits | None) -> None:
    """Refuse limits that make no sense.

    Raises:
        ValueError: no such period, or a most below 1.
    """
    if limits is None:
        return
    if limits.member_period not in PERIODS:
        raise ValueError(f"A member's limit holds for one of {', '.join(PERIODS)}.")
    for most in (limits.member_points_max, limits.budget_points_max):
        if most is not None and not 1 <= most <= LIMIT_POINTS_MAX:
            raise ValueError(f"A limit is from 1 to {LIMIT_POINTS_MAX} points.")


CAPPED: tuple[Period, ...] = ("day", "week", "month", "year", "ever")


def check_caps(caps: "Sequence[Cap]") -> None:
    """Refuse caps that make no sense.

    Raises:
        ValueError: no such period, one of them twice, or a most below 1.
    """
    periods = [cap.period for cap in caps]
    if len(set(periods)) < len(periods) or not set(periods) <= set(CAPPED):
        raise ValueError(f"A program caps points once for each of {', '.join(CAPPED)}.")
    if not all(1 <= cap.points_max <= LIMIT_POINTS_MAX for cap in caps):
        raise ValueError(f"A limit is from 1 to {LIMIT_POINTS_MAX} points.")
