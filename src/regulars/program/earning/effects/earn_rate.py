"""Points per amount spent: 1 point per 1.00 by default. Source: capability B1; edge case 27."""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid
from ..reasons import part
from ..rounding import ROUNDINGS, rounded


class EarnRate:
    """`points` for every whole or part `per_minor` of eligible amount, rounded as named.

    With `whole_steps`, only whole steps of `per_minor` count: 5 points per 2.50 gives 5, not 6, for 3.00.
    `exclude` names what does not earn: tax, delivery, gift_card, fee, discount (then the price before discounts
    earns when it is absent from the list).
    """

    ORDER = 0
    OF_EVENTS = False
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {
        "points": 1,
        "per_minor": 100,
        "rounding": "down",
        "whole_steps": False,
        "exclude": ["tax", "delivery", "gift_card", "fee", "discount"],
    }

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse a rate that is not positive or a rounding nobody knows.

        Raises:
            RuleInvalid: as said.
        """
        if not (isinstance(params["points"], int) and 1 <= params["points"] <= 100_000):
            raise RuleInvalid("A base rate gives from 1 to 100,000 points.")
        if not (isinstance(params["per_minor"], int) and 1 <= params["per_minor"] <= 10**9):
            raise RuleInvalid("A base rate needs the amount it is paid for, above zero.")
        if params["rounding"] not in ROUNDINGS:
            raise RuleInvalid(f"Rounding is one of {', '.join(ROUNDINGS)}.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """Points for the eligible amount."""
        params = rule.params
        basis, per = occasion.eligible_minor, params["per_minor"]
        if params["whole_steps"]:
            points = basis // per * params["points"]
        else:
            points = rounded(basis * params["points"], per, params["rounding"])
        return part(rule, "base", points, basis_minor=basis, per_minor=per, points_per=params["points"])

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """The amount is too small."""
        return "not.amount", {"basis_minor": occasion.eligible_minor, "per_minor": rule.params["per_minor"]}


EFFECT = EarnRate()
