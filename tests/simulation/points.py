"""The oracle's points: one member's lots in one wallet, moved day by day as the documents say.

Written from docs/adr/0002, 0006 and the ledger's README; it uses nothing of the ledger.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """`lots` by last and first day; `owed` is the debt; `held` what open holds set aside.

    `told` has every lot that is kept, also an empty one until closing forgets it, and whether its end was announced.
    """

    purse: Purse
    lots: dict[Slot, int] = field(default_factory=dict)
    owed: int = 0
    held: int = 0
    awards: list[Award] = field(default_factory=list)
    told: dict[Slot, bool] = field(default_factory=dict)
    _said: list[Slot] = field(default_factory=list)

    @contextmanager
    def posting(self, today: date, *, takes: bool) -> Iterator["Account"]:
        """What is posted at once; refused, it is undone. Where a part is carried over, who takes closes their days."""
        before, told = dict(self.lots), dict(self.told)
        self._said = []
        try:
            if takes and self.purse.carry_percent:
                self._end_days(today)
            yield self
        except BaseException:
            self.lots, self.told = before, told
            raise
        for slot, points in self.lots.items():
            had = before.get(slot, 0)
            if points > had and (slot not in told or (not told[slot] and not had and slot[0] >= today)):
                self.told[slot] = self._is_near(slot, today)
        self.told |= {slot: True for slot in self._said if slot in self.told}

    def _is_near(self, slot: Slot, today: date) -> bool:
        return slot[0] <= today + timedelta(days=self.purse.notice_days)

    def _end_days(self, today: date) -> None:
        """What was announced is gone, or goes on for a year in part; what was not lives on by the days of grace."""
        while over := [slot for slot, points in self.lots.items() if slot[0] < today and points]:
            of_day = sorted((slot for slot in over if slot[0] == min(over)[0]), reverse=True)
            keep = carried(self.purse, sum(self.lots[slot] for slot in of_day))
            for slot in of_day:
                points = self.lots.pop(slot)
                kept = min(keep, points)
                keep -= kept
                if kept:
                    self.add(self._next_year(slot), kept)
                if points > kept and not self.told.get(slot):
                    spared = today + timedelta(days=self.purse.grace_days), slot[1]
                    self.add(spared, points - kept)
                    self._said.append(spared)

    def _next_year(self, slot: Slot) -> Slot:
        return reset_day(self.purse, slot[0].year + 1), UNTIL_SAID if slot[1] == UNTIL_SAID else PLAIN

    def close(self, today: date) -> None:
        """The days before are over; what is usable by now is written down, and pays a debt; near ends are announced."""
        while due := [slot for slot, points in self.lots.items() if points and self._is_due(slot, today)]:
            with self.posting(today, takes=False):
                self._end_days(today)
                self.activate([(slot, self.lots[slot]) for slot in sorted(due) if slot[0] >= today], today)
        for slot, points in self.lots.items():
            if points and slot[0] >= today and slot[1] in {PLAIN, UNTIL_SAID} and self._is_near(slot, today):
                self.told[slot] = True
        self.told = {s: told for s, told in self.told.items() if self.lots.get(s) or not self._is_due(s, today)}

    def _is_due(self, slot: Slot, today: date) -> bool:
        return slot[0] < today or PLAIN < slot[1] <= today

    def activate(self, parts: Iterable[tuple[Slot, int]], today: date) -> None:
        """Points become usable; if their end is near, it is announced by that."""
        for slot, points in parts:
            self.take(points, [slot])
            self.arrive([((slot[0], PLAIN), points)], today)
            if self._is_near(slot, today):
                self._said.append((slot[0], PLAIN))

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

    def left(self, award: Award, points: int, today: date) -> tuple[Slot, int]:
        """Where an award is by its day, and what time has left of it. That points were spared changes nothing here."""
        slot = award.ends, award.usable
        while slot[0] < today and points:
            points = carried(self.purse, points)
            slot = self._next_year(slot) if points else slot
        return slot, points

    def claw_back(self, award: Award, points: int, today: date) -> Clawed:
        """Own lot, then the order of spending, then what still waits, then debt up to the most."""
        own, alive = self.left(award, points, today)
        if alive == 0:
            return Clawed(expired=points)
        order = [own, (own[0], PLAIN), *self.usable(today)]
        order += sorted(slot for slot in self.lots if slot[0] >= today)
        missing = alive - sum(part for _, part in self.take(alive, dict.fromkeys(order)))
        owes = 0 if self.purse.debt == "forgive" else missing
        if self.purse.debt_max is not None:
            owes = min(owes, max(0, self.purse.debt_max - self.owed))
        self.owed += owes
        return Clawed(owed=owes, forgiven=missing - owes, expired=points - alive)

    def balance(self, today: date) -> dict:
        ending: dict[date, int] = {}
        coming: dict[date, int] = {}
        pending = waiting = available = 0
        for (ends, first), points in self._as_of(today).items():
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

    def _as_of(self, today: date) -> dict[Slot, int]:
        """What is alive: what is carried over counts from the next morning on, closed or not."""
        alive = dict(self.lots)
        while over := [slot for slot in alive if slot[0] < today]:
            of_day = sorted((slot for slot in over if slot[0] == min(over)[0]), reverse=True)
            keep = carried(self.purse, sum(alive[slot] for slot in of_day))
            for slot in of_day:
                kept = min(keep, alive.pop(slot))
                keep -= kept
                if kept:
                    onto = self._next_year(slot)
                    alive[onto] = alive.get(onto, 0) + kept
        return alive
