"""Two groups compared: a difference with its interval, and whether they were split as meant. Pure.

Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927), for shares;
B. L. Welch, The generalization of Student's problem (1947), for means, with the normal quantile as groups are large;
A. Fabijan et al., Diagnosing sample ratio mismatch (KDD 2019), for the split.
"""

from dataclasses import dataclass
from math import erfc, inf, sqrt

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""
GROUP_MIN = 30
"""Below so many members in a group nothing is called measured."""
MISMATCH_P_MAX = 0.001
"""A split less likely than this is a fault of the measurement, not chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Members and what they did: sums, and sums of squares by member."""

    members: int
    buyers: int = 0
    orders: int = 0
    orders_squared: int = 0
    net_minor: int = 0
    net_minor_squared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean of who got it, of who was held out, and the difference with its 95 % interval."""

    given: float
    held: float
    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Who was given a campaign against who was not.

    `is_measured`: a random holdout, both groups large enough, and split as meant; else it is an association only.
    `mismatch_p`: how likely a split this far off is by chance.
    """

    given: Group
    held: Group
    orders: Difference
    net_minor: Difference
    is_measured: bool
    mismatch_p: float


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, from 0 to 1; everything when there is nothing."""
    if of <= 0:
        return 0.0, 1.0
    share, square = count / of, Z95 * Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(
    given_members: int, given_sum: int, given_squares: int, held_members: int, held_sum: int, held_squares: int
) -> Difference:
    """The difference of two means by member; without members on a side it is anything."""
    if given_members < 1 or held_members < 1:
        return Difference(given=0.0, held=0.0, value=0.0, low=-inf, high=inf)
    given, held = given_sum / given_members, held_sum / held_members
    error = sqrt(_variance(given_members, given_sum, given_squares) + _variance(held_members, held_sum, held_squares))
    value = given - held
    return Difference(given=given, held=held, value=value, low=value - Z95 * error, high=value + Z95 * error)


def _variance(members: int, total: int, squares: int) -> float:
    """Of the mean."""
    if members <= 1:
        return inf
    return max(0.0, (squares - total * total / members) / (members - 1)) / members


def compare(given: Group, held: Group, *, holdout_percent: int) -> Comparison:
    """Compare two groups; `holdout_percent` is how many were meant to be held out."""
    mismatch = _mismatch_p(given.members, held.members, holdout_percent)
    is_random = holdout_percent > 0
    return Comparison(
        given=given,
        held=held,
        orders=difference(
            given.members, given.orders, given.orders_squared, held.members, held.orders, held.orders_squared
        ),
        net_minor=difference(
            given.members,
            given.net_minor,
            given.net_minor_squared,
            held.members,
            held.net_minor,
            held.net_minor_squared,
        ),
        is_measured=is_random and min(given.members, held.members) >= GROUP_MIN and mismatch >= MISMATCH_P_MAX,
        mismatch_p=mismatch,
    )


def _mismatch_p(given: int, held: int, holdout_percent: int) -> float:
    """Chi-square with one degree of freedom; 1 where nothing was to be split."""
    every, share = given + held, holdout_percent / 100
    if every == 0 or share == 0:
        return 1.0
    wanted = every * share
    square = (held - wanted) ** 2 / wanted + (given - (every - wanted)) ** 2 / (every - wanted)
    return erfc(sqrt(square / 2))
