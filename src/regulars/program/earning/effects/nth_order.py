"""Fixed points for a certain order: the first purchase, every fifth one. Source: capability B1, K1."""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid
from ..periods import SPANS
from ..reasons import part

POINTS_MAX = 1_000_000
NTH_MAX = 10_000
PERIODS = ("day", "week", "month", "year", "ever")


class NthOrder:
    """`points` for the member's `nth` order in a period `per`; with `repeats` for every nth. Orders of nothing do not
    count; orders that came back whole are taken off.
    """

    ORDER = 40
    OF_EVENTS = False
    COUNTS_DAYS = True
    DEFAULTS: Mapping[str, Any] = {"points": 100, "nth": 1, "repeats": False, "per": "ever"}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse points or counts that are not positive, or a period nobody knows.

        Raises:
            RuleInvalid: as said.
        """
        if not _is_whole(params["points"], POINTS_MAX):
            raise RuleInvalid("A bonus gives from 1 to 1,000,000 points.")
        if not _is_whole(params["nth"], NTH_MAX):
            raise RuleInvalid("Which order it is lies from 1 to 10,000.")
        if type(params["repeats"]) is not bool:
            raise RuleInvalid("A bonus repeats or does not: true or false.")
        if params["per"] not in PERIODS:
            raise RuleInvalid(f"Orders are counted per {', '.join(PERIODS)}.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """The points, when it is that order."""
        params = rule.params
        number = _number(rule, occasion)
        is_it = number % params["nth"] == 0 if params["repeats"] else number == params["nth"]
        return part(rule, "nth", params["points"] if number and is_it else 0, number=number)

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """It is another order."""
        return "not.count", {"number": _number(rule, occasion), "nth": rule.params["nth"]}


def _number(rule: Rule, occasion: Occasion) -> int:
    """Which order of the period this is; 0 when it does not count."""
    if not occasion.counts:
        return 0
    per = rule.params["per"]
    if (number := occasion.known.get(per)) is None:
        first, last = SPANS[per](occasion.on_date)
        number = 1 + sum([day.orders for day in occasion.days if first <= day.on_date <= last])
        occasion.known[per] = number
    return number


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


EFFECT = NthOrder()
