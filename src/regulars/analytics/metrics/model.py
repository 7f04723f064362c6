"""Key figures of a period, each with its definition."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days, both included."""

    from_on: date
    to_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.to_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened in a period. Money in minor units; revenue is net of returns.

    `repeat_buyers` bought at least twice in the period; `joined` enrolled in it; `members` were enrolled by its end.
    """

    members: int
    joined: int
    buyers: int
    repeat_buyers: int
    orders: int
    revenue_minor: int
    returned_minor: int
    repeat_revenue_minor: int

    @property
    def repurchase_ratio(self) -> float | None:
        """Members who bought again ÷ members who bought, within the period; None without buyers."""
        return self.repeat_buyers / self.buyers if self.buyers else None

    @property
    def order_value_minor(self) -> int | None:
        """Average order value, net of returns; None without orders."""
        return self.revenue_minor // self.orders if self.orders else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of a series: a day, week or month that begins on `from_on`."""

    from_on: date
    buyers: int
    orders: int
    revenue_minor: int
    repeat_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastOrder:
    """A member's orders at a glance: how many, net money in all, when last."""

    orders: int
    net_minor: int
    last_at: datetime
