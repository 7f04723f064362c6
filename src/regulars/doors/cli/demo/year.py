"""A shop's year in simulated time: when it happened, in steps of at most a week that never cross a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Local days from `begin_on` to before `end_on`."""

    begin_on: date
    end_on: date

    @property
    def ends_month(self) -> bool:
        """Whether a month is over after it."""
        return self.end_on.day == 1

    def days(self) -> Iterator[date]:
        """Its days."""
        for number in range((self.end_on - self.begin_on).days):
            yield self.begin_on + number * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Turns the shop's own local times into ours: moved by whole weeks, so weekday and time of day stay."""

    weeks: int
    zone: ZoneInfo

    def moved(self, at: datetime) -> datetime:
        """The instant a local time of the shop becomes."""
        return (at + self.weeks * _WEEK).replace(tzinfo=self.zone)

    def original(self, on: date) -> datetime:
        """The shop's own local time at the beginning of one of our days."""
        return datetime.combine(on, time()) - self.weeks * _WEEK


def weeks_between(last_on: date, founded_on: date) -> int:
    """By how many weeks a year that ended on `last_on` moves to end within the seven days before `founded_on`."""
    return (founded_on - _DAY - last_on).days // 7


def steps(first_on: date, last_on: date) -> list[Step]:
    """The year in weeks from Monday, cut where a month ends."""
    found = []
    begin = first_on
    while begin <= last_on:
        monday = begin + timedelta(days=7 - begin.weekday())
        month = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(monday, month, last_on + _DAY)
        found.append(Step(begin_on=begin, end_on=end))
        begin = end
    return found
