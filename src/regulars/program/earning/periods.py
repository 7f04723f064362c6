"""Periods that limits count in: the span of local days around a day."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from regulars.kit.clock import EVER, NEVER, month_end

Span = tuple[date, date]


def _week(on: date) -> Span:
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


SPANS: Mapping[str, Callable[[date], Span]] = {
    "order": lambda on: (on, on),
    "day": lambda on: (on, on),
    "week": _week,
    "month": lambda on: (on.replace(day=1), month_end(on)),
    "year": lambda on: (on.replace(month=1, day=1), on.replace(month=12, day=31)),
    "ever": lambda _: (EVER, NEVER),
}
"""By name: the first and the last day of the period that a day lies in. A week begins on Monday."""
