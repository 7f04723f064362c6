"""Subjects: what rules look at, made of what the records know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
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


def event(event: activities.Event, kind: activities.EventType, *, zone: ZoneInfo) -> Mapping[str, Any]:
    """An event as rules see it, its attributes beside its own fields; `zone` decides the day and the hour."""
    local = event.occurred_at.astimezone(zone)
    types = {one.name: one.type for one in kind.attributes}
    return {
        **{name: _attribute(value, types[name]) for name, value in event.data.items() if name in types},
        "at": event.occurred_at,
        "local_date": local.date(),
        "local_hour": local.hour,
        "source": event.source,
    }


def _attribute(value: Any, kind: activities.AttributeType) -> Any:
    """As rules see it: a truth as a word, a day and an instant as such, an empty text as absent."""
    match kind:
        case activities.AttributeType.BOOLEAN:
            return "yes" if value else "no"
        case activities.AttributeType.DATE:
            return date.fromisoformat(value)
        case activities.AttributeType.INSTANT:
            return datetime.fromisoformat(value)
    return None if value == "" else value


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
    return counters(tuple(days), [f"{measure}_{window}" for measure in _MEASURES for window in _WINDOWS], today=today)


def counters(days: Sequence[Day], names: Iterable[str], *, today: date) -> dict[str, int]:
    """Only the counters of these names; names that are no counters are left out."""
    found = {}
    for name in names:
        measure, _, window = name.partition("_")
        if window in _WINDOWS and measure in _MEASURES:
            before, value = _WINDOWS[window](today), _MEASURES[measure]
            found[name] = sum([value(day) for day in days if before < day.on_date <= today])
    return found


_MEASURES: Mapping[str, Callable[[Day], int]] = {
    "spend": attrgetter("spend_minor"),
    "earned": attrgetter("points"),
    "orders": attrgetter("orders"),
}
_WINDOWS: Mapping[str, Callable[[date], date]] = {
    "1d": lambda today: today - timedelta(days=1),
    "7d": lambda today: today - timedelta(days=7),
    "30d": lambda today: today - timedelta(days=30),
    "90d": lambda today: today - timedelta(days=90),
    "12m": lambda today: add_months(today, -12),
    "total": lambda _today: date.min,
}
"""The day before a window begins."""
