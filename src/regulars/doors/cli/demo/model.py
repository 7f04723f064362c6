"""What a demo shop offers to be loaded: people, and baskets in local time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from regulars.records import activities

CODE = "demo"
CURRENCY = "USD"
TIME_ZONE = "America/New_York"
SOURCE = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """One visit to the till; `at` is local time, without a zone."""

    basket_id: int
    household: int
    at: datetime
    store: str
    lines: tuple[activities.Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who shops, since when (local time), and what is known of them."""

    number: int
    first_at: datetime
    baskets: int
    attributes: Mapping[str, str]


class Shop(Protocol):
    """A year of a shop. `last_on` is its last local day."""

    name: str
    last_on: date

    def choose(self, baskets_max: int) -> int:
        """Keep only so many households that they have at most `baskets_max` baskets (0: all); answers how many
        baskets there are now."""
        ...

    def households(self) -> Sequence[Household]:
        """The chosen households, by their first visit."""
        ...

    def baskets(self, begin: datetime, end: datetime) -> Iterator[Basket]:
        """Baskets of the chosen households from `begin` to before `end`, in time order."""
        ...

    def outline(self, begins: Sequence[datetime]) -> list[tuple[int | None, int]]:
        """For each time: the id of the first basket from then on and before the next time, and how many there are."""
        ...


class ShopAbsent(Exception):
    """The package with the demo's data is not there or cannot be read."""
