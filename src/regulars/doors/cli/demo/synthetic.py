"""A made-up shop for machines without the real one's data: seeded, so it is the same shop everywhere.

People buy at rates that follow a gamma distribution and spend amounts that follow a lognormal one: the model of
repeat buying by Schmittlein, Morrison and Colombo (1987).
"""

import math
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from regulars.records import activities

from .model import Basket, Household

_SEED = 20170101
_PEOPLE = 2000
_BASKETS_EACH = 30.0
_SHAPE = 0.9
_FIRST_ON = date(2017, 1, 1)
_DAYS = 365
_BASKET_IDS = 1_000_000

_ARTICLES = tuple(
    (f"{shelf}-{number:02}", f"{name} {number}", category)
    for shelf, name, category in (
        ("COF", "Coffee", "Coffee and tea"),
        ("BRD", "Bread", "Bakery"),
        ("FRU", "Fruit", "Fruit and vegetables"),
        ("DAI", "Yogurt", "Dairy"),
        ("SNK", "Snack", "Snacks"),
        ("HOM", "Candle", "Home"),
    )
    for number in range(1, 13)
)


class Synthetic:
    """The shop: visits are drawn once; a basket's content is drawn from its own number."""

    name = "a made-up shop"
    last_on = _FIRST_ON + timedelta(days=_DAYS - 1)

    def __init__(self) -> None:
        drawn = random.Random(_SEED)
        visits = []
        for number in range(1, _PEOPLE + 1):
            rate = drawn.gammavariate(_SHAPE, _BASKETS_EACH / _SHAPE)
            level = drawn.gauss(math.log(1800), 0.5)
            for _ in range(max(1, round(rate))):
                day = drawn.randrange(_DAYS)
                minute = min(22 * 60, max(8 * 60, round(drawn.gauss(15.5 * 60, 180))))
                at = datetime(2017, 1, 1) + timedelta(days=day, minutes=minute, seconds=drawn.randrange(60))  # noqa: DTZ001
                visits.append((at, number, level))
        visits.sort()
        self._all = [(at, _BASKET_IDS + n, number, level) for n, (at, number, level) in enumerate(visits)]
        self._visits = self._all

    def choose(self, baskets_max: int) -> int:
        """See Shop."""
        self._visits = self._all
        if baskets_max:
            counts: dict[int, int] = {}
            for _, _, number, _ in self._all:
                counts[number] = counts.get(number, 0) + 1
            chosen, upto = set(), 0
            for number in sorted(counts):
                upto += counts[number]
                if upto > baskets_max:
                    break
                chosen.add(number)
            self._visits = [visit for visit in self._all if visit[2] in chosen]
        return len(self._visits)

    def households(self) -> Sequence[Household]:
        """See Shop."""
        found: dict[int, Household] = {}
        counts: dict[int, int] = {}
        for at, _, number, _ in self._visits:
            counts[number] = counts.get(number, 0) + 1
            found.setdefault(number, Household(number=number, first_at=at, baskets=0, attributes={}))
        return [
            Household(number=one.number, first_at=one.first_at, baskets=counts[one.number], attributes={})
            for one in found.values()
        ]

    def baskets(self, begin: datetime, end: datetime) -> Iterator[Basket]:
        """See Shop."""
        for at, basket_id, number, level in self._visits:
            if begin <= at < end:
                yield _basket(at, basket_id, number, level)

    def outline(self, begins: Sequence[datetime]) -> list[tuple[int | None, int]]:
        """See Shop."""
        found = []
        for begin, end in zip(begins, [*begins[1:], datetime.max], strict=True):  # noqa: DTZ901 - local time
            inside = [visit[1] for visit in self._visits if begin <= visit[0] < end]
            found.append((inside[0] if inside else None, len(inside)))
        return found


def _basket(at: datetime, basket_id: int, number: int, level: float) -> Basket:
    drawn = random.Random(_SEED + basket_id)
    bought = drawn.sample(_ARTICLES, 1 + min(7, int(drawn.expovariate(0.5))))
    whole = max(99, round(drawn.lognormvariate(level, 0.6)))
    return Basket(
        basket_id=basket_id,
        household=number,
        at=at,
        store=str(1 + number % 5),
        lines=tuple(
            activities.Line(
                line_id=str(place),
                sku=sku,
                title=title,
                category=category,
                quantity=drawn.choice((1, 1, 1, 2)),
                amount_minor=max(1, whole // len(bought)),
            )
            for place, (sku, title, category) in enumerate(bought, start=1)
        ),
    )
