"""Stop-loss lines: when a figure of a campaign is bad enough, and sure enough, to warn or to pause it. Pure.

A line never fires on noise: not before its minimum age, not below its minimum sample, and not while the interval of the
figure still reaches across the threshold. Once it fired it stays quiet until the figure was well again by a margin.
Source: capabilities J5, J6 and their note.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Literal, get_args

import msgspec

from .model import CampaignInvalid

Metric = Literal["redemption_rate", "redeemer_rate", "usage_rate", "budget_burn", "cost_per_incremental_order"]
METRICS: tuple[Metric, ...] = get_args(Metric)
Action = Literal["warn", "pause"]
ACTIONS: tuple[Action, ...] = get_args(Action)

IS_BAD_BELOW: Mapping[Metric, bool] = {
    "redemption_rate": True,
    "redeemer_rate": True,
    "usage_rate": True,
    "budget_burn": False,
    "cost_per_incremental_order": False,
}
"""Whether a figure is bad below its threshold, else above it."""

THRESHOLDS: Mapping[Metric, int] = {
    "redemption_rate": 30,
    "redeemer_rate": 30,
    "usage_rate": 50,
    "budget_burn": 90,
    "cost_per_incremental_order": 2_000,
}
"""What a new line of a metric says: percent, or minor units of money."""


class LineTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a line says. `threshold` is in percent, for the cost of an order in minor units.

    It asks for `sample_min` members (coupons for the redemption rate, grants for a budget) and `age_min_days` days
    since the launch; the figure is of the last `window_days` (None: of the whole campaign). `margin_percent` of the
    threshold has to be made up before it can fire again. `is_sure`: only when the 95 % interval lies beyond it.
    """

    metric: Metric
    threshold: int
    action: Action = "pause"
    sample_min: int = 100
    age_min_days: int = 7
    window_days: int | None = None
    margin_percent: int = 10
    is_sure: bool = True


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as of the end of a local day, with its 95 % interval; `value` None: it cannot be told."""

    on: date
    value: float | None
    low: float
    high: float
    sample: int


class Verdict(StrEnum):
    """What a line says of a reading: too `young`, too `small` a sample, `fine`, `fires`, `still` bad since it fired,
    `well` again."""

    YOUNG = "young"
    SMALL = "small"
    FINE = "fine"
    FIRES = "fires"
    STILL = "still"
    WELL = "well"


def check_line(terms: LineTerms) -> None:
    """Refuse a line without sense.

    Raises:
        CampaignInvalid: as said.
    """
    is_percent = terms.metric != "cost_per_incremental_order"
    if terms.metric not in METRICS or terms.action not in ACTIONS:
        raise CampaignInvalid(f"A line watches one of {', '.join(METRICS)} and does one of {', '.join(ACTIONS)}.")
    if not 1 <= terms.threshold <= (100 if is_percent else 10**9):
        raise CampaignInvalid("A threshold is from 1 to 100 percent, or an amount of money.")
    if not 1 <= terms.sample_min <= 10**9 or not 0 <= terms.age_min_days <= 365:
        raise CampaignInvalid("A line asks for a sample of at least 1 and an age of 0 to 365 days.")
    if terms.window_days is not None and not 1 <= terms.window_days <= 366:
        raise CampaignInvalid("A window has 1 to 366 days.")
    if not 0 <= terms.margin_percent <= 90:
        raise CampaignInvalid("A margin is from 0 to 90 percent of the threshold.")


def judge(terms: LineTerms, reading: Reading, *, begins_on: date, has_fired: bool) -> Verdict:
    """What a line says of a reading; `has_fired`: it did, and the figure was not well since."""
    if (reading.on - begins_on).days < terms.age_min_days:
        return Verdict.YOUNG
    if reading.value is None or reading.sample < terms.sample_min:
        return Verdict.SMALL
    if has_fired:
        return Verdict.WELL if _is_well(terms, reading.value) else Verdict.STILL
    if IS_BAD_BELOW[terms.metric]:
        is_beyond = (reading.high if terms.is_sure else reading.value) < terms.threshold
    else:
        is_beyond = (reading.low if terms.is_sure else reading.value) > terms.threshold
    return Verdict.FIRES if is_beyond else Verdict.FINE


def _is_well(terms: LineTerms, value: float) -> bool:
    margin = terms.threshold * terms.margin_percent / 100
    if IS_BAD_BELOW[terms.metric]:
        return value >= min(terms.threshold + margin, 100)
    return value <= terms.threshold - margin


def dry_run(terms: LineTerms, readings: Iterable[Reading], *, begins_on: date) -> list[tuple[Reading, Verdict]]:
    """What a line would have said, day by day."""
    found, has_fired = [], False
    for reading in readings:
        verdict = judge(terms, reading, begins_on=begins_on, has_fired=has_fired)
        if verdict is Verdict.FIRES:
            has_fired = True
        elif verdict is Verdict.WELL:
            has_fired = False
        found.append((reading, verdict))
    return found
