"""More points on what was bought: ×2 on tea, this weekend, in one store. When, for whom and on which lines say the
conditions of the rule. Source: capability B5, C6.
"""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid
from .birthday_factor import extra


class Multiply:
    """Multiplies the base points of the lines that count for the rule by `factor`; factors add up, they do not multiply
    each other.
    """

    ORDER = 15
    OF_EVENTS = False
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {"factor": 2}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse a factor that takes points away.

        Raises:
            RuleInvalid: as said.
        """
        factor = params["factor"]
        if type(factor) not in (int, float) or not 1 < factor <= 100:
            raise RuleInvalid("A factor lies above 1 and is at most 100.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """What the factor adds to the base points."""
        return extra(rule, base_points, rule.params["factor"], {"code": "factor", "version": rule.version})

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """There is nothing to multiply."""
        return "not.base", {"base_points": base_points}


EFFECT = Multiply()
