"""What is known of a program's habits, and what the lint finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How a finding stands: `good`, worth a thought (`warn`), to be changed before it goes live (`bad`), or not to be
    told yet (`unknown`)."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What members did in the last year. Typical is the median of members' averages.

    `gap_days`: median days between purchases, over `gaps` of them. `buyers_in_life`: who bought in the time points
    live, of whom `reaching` earned the price of the cheapest reward in it.
    """

    buyers: int = 0
    orders: int = 0
    net_minor: int = 0
    points: int = 0
    typical_points: int | None = None
    typical_minor: int | None = None
    gaps: int = 0
    gap_days: int | None = None
    buyers_in_life: int = 0
    reaching: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a program promises: its rules in force, what a point is worth, how long it lives, the cheapest reward.

    `unit` is how many minor units a currency unit has; `life_days` None: points do not end.
    """

    rules: tuple[Any, ...]
    point_micros: int
    unit: int
    life_days: int | None
    cheapest_points: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the lint looked at: a code, how it stands, and the figures of its sentence."""

    code: str
    level: Level
    figures: Mapping[str, Any] = field(default_factory=dict)
