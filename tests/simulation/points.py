"""The oracle's points: one member's lots in one wallet, moved day by day as the documents say.

Written from docs/adr/0002, 0006 and the ledger's README; it uses nothing of the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from .terms import Purse

PLAIN = date.min
FOREVER = date.max
UNTIL_SAID = date.max - timedelta(days=1)
DAY = timedelta(days=1)
Slot = tuple[date, date]
"""The last day on which points can be spent, and the first."""


def month_later(on: date, months: int) -> date:
    number = on.year * 12 + on.month - 1 + months
    day = on.day
    while True:
        try:
            return date(number // 12, number % 12 + 1, day)
        except ValueError:
            day -= 1


def last_of_month(on: date) -> date:
    following = date(on.year + (on.month == 12), on.month % 12 + 1, 1)
    return following - DAY


def reset_day(purse: Purse, year: int) -> date:
    if purse.ends == "year_end":
        return date(year, 12, 31)
    month, day = map(int, purse.month_day.split("-"))
    return min(last_of_month(date(year, month, 1)), date(year, month, min(day, 28)) + timedelta(days=max(0, day - 28)))


def end_of(purse: Purse, earned_on: date) -> date:
    if purse.ends == "never":
        return FOREVER
    if purse.ends in ("days", "inactivity"):
        return earned_on + timedelta(days=purse.count)
    if purse.ends == "month_end":
        return last_of_month(month_later(earned_on, purse.count))
    year = earned_on.year
    if purse.ends == "date" and reset_day(purse, year) < earned_on:
        year += 1
    return reset_day(purse, year + purse.count)


def carried(purse: Purse, points: int) -> int:
    part = points * purse.carry_percent // 100
    return part if purse.carry_max is None else min(part, purse.carry_max)


@dataclass
class Award:
    """What an order earned in a wallet and where those points are by now."""

    points: int
    ends: date
    usable: date
    taken: int = 0


@dataclass
class Clawed:
    owed: int = 0
    forgiven: int = 0
    expired: int = 0


@dataclass
class Account:
    """`lots` by last and first day; `owed` is the debt; `held` what open holds set aside."""

    purse: Purse
    lots: dict[Slot, int] = field(default_factory=dict)
    owed: int = 0
    held: int = 0
    awards: list[Award] = field(default_factory=list)

    def pass_days(self, today: date) -> None:
        """Every day before `today` ends in its turn: what ends with it is gone, or partly goes on for a year."""
        while over := [slot for slot in self.lots if slot[0] < today]:
            day = min(over)[0]
            ending = sum(self.lots.pop(slot) for slot in over if slot[0] == day)
            if kept := carried(self.purse, ending):
                self.add((reset_day(self.purse, day.year + 1), PLAIN), kept)

    def add(self, slot: Slot, points: int) -> None:
        self.lots[slot] = self.lots.get(slot, 0) + points

    def arrive(self, slots: Iterable[tuple[Slot, int]], today: date) -> None:
        """New points; those that can be spent pay back what is owed."""
        for slot, points in slots:
            if slot[1] <= today <= slot[0]:
                paid = min(points, self.owed)
                self.owed -= paid
                points -= paid
            self.add(slot, points)

    def usable(self, today: date) -> list[Slot]:
        return sorted(slot for slot in self.lots if slot[1] <= today <= slot[0])

    def spendable(self, today: date) -> int:
        return max(0, sum(self.lots[slot] for slot in self.usable(today)) - self.owed)

    def take(self, points: int, slots: Iterable[Slot]) -> list[tuple[Slot, int]]:
        taken = []
        for slot in slots:
            part = min(points, self.lots.get(slot, 0))
            if part > 0:
                self.lots[slot] -= part
                if not self.lots[slot]:
                    del self.lots[slot]
                points -= part
                taken.append((slot, part))
        return taken

    def spend(self, points: int, today: date) -> list[tuple[Slot, int]] | None:
        """From the lots that end first; None when there are not enough."""
        if self.spendable(today) < points:
            return None
        return self.take(points, self.usable(today))

    def slot(self, earned_on: date, window_days: int, today: date) -> Slot:
        ends = end_of(self.purse, earned_on)
        if self.purse.waits_for_event:
            return ends, UNTIL_SAID
        waits = window_days if self.purse.waits_days is None else self.purse.waits_days
        first = earned_on + timedelta(days=waits)
        return ends, first if first > today else PLAIN

    def visit(self, on: date) -> None:
        """Where points end by inactivity, everything alive ends so many days after this visit."""
        if self.purse.ends != "inactivity":
            return
        ends = end_of(self.purse, on)
        for slot in [s for s in self.lots if on <= s[0] < ends]:
            self.add((ends, slot[1]), self.lots.pop(slot))
        for award in self.awards:
            if on <= award.ends < ends:
                award.ends = ends

    def back(self, slot: Slot, today: date) -> Slot:
        """Where restored points go: their lot, or one with days of grace when that is over."""
        if slot[0] < today:
            return today + timedelta(days=self.purse.grace_days), PLAIN
        return slot[0], slot[1] if slot[1] > today else PLAIN

    def claw_back(self, award: Award, points: int, today: date) -> Clawed:
        """Own lot, then the order of spending, then what still waits, then debt up to the most."""
        alive, ends = points, award.ends
        while ends < today:
            alive = carried(self.purse, alive)
            ends = reset_day(self.purse, ends.year + 1) if self.purse.carry_percent else FOREVER
        if alive == 0:
            return Clawed(expired=points)
        order = [(ends, award.usable), (ends, PLAIN), *self.usable(today)]
        order += sorted(slot for slot in self.lots if slot[0] >= today)
        missing = alive - sum(part for _, part in self.take(alive, dict.fromkeys(order)))
        owes = 0 if self.purse.debt == "forgive" else missing
        if self.purse.debt_max is not None:
            owes = min(owes, max(0, self.purse.debt_max - self.owed))
        self.owed += owes
        return Clawed(owed=owes, forgiven=missing - owes, expired=points - alive)

    def close_days(self, today: date) -> None:
        """Closing writes down what has become usable, and with it a debt is paid."""
        for slot in sorted(s for s in self.lots if PLAIN < s[1] <= today):
            if points := self.lots.pop(slot):
                self.arrive([((slot[0], PLAIN), points)], today)

    def balance(self, today: date) -> dict:
        self.pass_days(today)
        ending: dict[date, int] = {}
        coming: dict[date, int] = {}
        pending = waiting = available = 0
        for (ends, first), points in self.lots.items():
            if first > today:
                pending += points
                if first == UNTIL_SAID:
                    waiting += points
                elif points:
                    coming[first] = coming.get(first, 0) + points
            else:
                available += points
                if ends < FOREVER:
                    ending[ends] = ending.get(ends, 0) + points
        lost = {day: points - carried(self.purse, points) for day, points in ending.items()}
        return {
            "available": max(0, available - self.owed),
            "pending": pending,
            "waiting": waiting,
            "held": self.held,
            "debt": self.owed,
            "expiring": sorted((day, points) for day, points in lost.items() if points),
            "activating": sorted(coming.items()),
        }
