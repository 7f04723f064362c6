"""Subjects: what rules look at, made of what the records know."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from regulars.kit.clock import add_months
from regulars.records import activities


class Day(Protocol):
    """What a member did on one local day."""

    @property
    def on_date(self) -> date:
        """The day."""

    @property
    def spend_minor(self) -> int:
        """Eligible spend, less what came back."""

    @property
    def points(self) -> int:
        """Points earned, less what was taken back."""

    @property
    def orders(self) -> int:
        """Orders that count."""


def activity(order: activities.Order, *, zone: ZoneInfo) -> Mapping[str, Any]:
    """An order as rules see it; `zone` is that of its store, which decides the day and the hour."""
    local = order.occurred_at.astimezone(zone)
    return {
        "at": order.occurred_at,
        "local_date": local.date(),
        "local_hour": local.hour,
        "total": order.total_minor,
        "points_paid": order.points_paid_minor,
        "source": order.source,
        "store": order.store or None,
        "channel": order.channel or None,
        "till": order.till or None,
        "lines": [_line(line) for line in order.lines],
    }


def _line(line: activities.Line) -> Mapping[str, Any]:
    return {
        "kind": line.kind.name.lower(),
        "sku": line.sku or None,
        "title": line.title or None,
        "category": line.category or None,
        "quantity": line.quantity,
        "amount": line.amount_minor,
    }


def counted(days: Iterable[Day], *, today: date) -> Mapping[str, int]:
    """The rolling counters of a member: sums of days for every window a record knows, each window ending today."""
    starts = {f"{length}d": today - timedelta(days=length) for length in (1, 7, 30, 90)}
    starts |= {"12m": add_months(today, -12), "total": date.min}
    sums = {f"{measure}_{window}": 0 for measure in ("spend", "earned", "orders") for window in starts}
    for day in days:
        for window, before in starts.items():
            if before < day.on_date <= today:
                sums[f"spend_{window}"] += day.spend_minor
                sums[f"earned_{window}"] += day.points
                sums[f"orders_{window}"] += day.orders
    return sums
