"""Time: instants in UTC, days in the program's zone. Only doors ask the clock what time it is."""

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

EVER = date.min
"""A day before every day: points active from the start."""
ONE_DAY = timedelta(days=1)
NEVER = date.max
"""A day after every day: points that do not expire."""


def now() -> datetime:
    """This instant. Doors call it once and hand it down as `at`."""
    return datetime.now(UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """The named IANA zone.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    return ZoneInfo(name)


def local_date(at: datetime, zone_name: str) -> date:
    """The calendar day of an instant where the shop is."""
    return at.astimezone(zone(zone_name)).date()


def first_instant(on: date, zone_name: str) -> datetime:
    """When the local day begins. A day that starts in a DST gap begins at its first valid instant."""
    naive = datetime(on.year, on.month, on.day, tzinfo=zone(zone_name))
    valid = naive.astimezone(UTC).astimezone(zone(zone_name))
    return valid if valid.date() == on else valid + timedelta(hours=1)


@lru_cache(maxsize=8192)
def add_months(on: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day."""
    month0 = on.year * 12 + on.month - 1 + months
    year, month = divmod(month0, 12)
    return date(year, month + 1, min(on.day, days_in_month(year, month + 1)))


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def month_end(on: date) -> date:
    """The last day of the month of `on`."""
    return on.replace(day=days_in_month(on.year, on.month))
