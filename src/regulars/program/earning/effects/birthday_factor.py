"""More points around a birthday: ×2 on the day by default. Source: capability B5, C6; edge case 36."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from regulars.kit.clock import days_in_month

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid


class BirthdayFactor:
    """Multiplies base points by `factor`, on the `day` of the birthday or in its whole `month`.

    Who was born on 29 February has it on the 28th in common years.
    """

    ORDER = 10
    OF_EVENTS = False
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {"factor": 2, "when": "month"}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse a factor that takes points away, or a time nobody knows.

        Raises:
            RuleInvalid: as said.
        """
        if not 1 < params["factor"] <= 100:
            raise RuleInvalid("A factor lies above 1 and is at most 100.")
        if params["when"] not in {"day", "month"}:
            raise RuleInvalid("A birthday factor holds on the 'day' or in the 'month'.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:
        """What the factor adds to the base points."""
        if occasion.birth_on is None or not is_birthday(occasion.birth_on, occasion.on_date, rule.params["when"]):
            return None
        return extra(rule, base_points, rule.params["factor"], {"code": "factor", "version": rule.version})

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:
        """Not around the birthday, or nothing to multiply."""
        birth_on = occasion.birth_on
        if birth_on is None or not is_birthday(birth_on, occasion.on_date, rule.params["when"]):
            return "not.birthday", {}
        return "not.base", {"base_points": base_points}


def is_birthday(birth_on: date, on: date, when: str) -> bool:
    """Whether `on` is the birthday, or lies in its month."""
    if when == "month":
        return birth_on.month == on.month
    day = min(birth_on.day, days_in_month(on.year, birth_on.month))
    return (birth_on.month, day) == (on.month, on.day)


@lru_cache(maxsize=1024)
def _share(factor: float) -> tuple[int, int]:
    """What a factor adds to one point, as an exact fraction."""
    share = Fraction(str(factor)) - 1
    return share.numerator, share.denominator


def extra(rule: Rule, base_points: int, factor: float, reason: Mapping[str, Any]) -> Part | None:
    """What a factor adds to base points, rounded down: ×1.5 on 25 adds 12."""
    numerator, denominator = _share(factor)
    points = base_points * numerator // denominator
    if points <= 0:
        return None
    shown = {**reason, "rule": rule.rule_id, "factor": f"{factor:g}", "points": points}
    return Part(points, {"label": rule.said, **shown})


EFFECT = BirthdayFactor()
