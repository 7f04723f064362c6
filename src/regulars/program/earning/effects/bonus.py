"""Fixed points when eligible spend reaches a threshold: spend 1,000 and get 100. Source: capability B1, J11."""

from collections.abc import Mapping
from typing import Any, get_args

from ..limits import Period, period_start
from ..model import Occasion, Part, Rule, RuleInvalid
from ..periods import SPANS
from ..reasons import part

POINTS_MAX = 1_000_000
SPEND_MAX = 10**12


class Bonus:
    """`points` once eligible spend reaches `spend_minor`, within one order or within a period `per`; with `repeats` for
    every step of that much.

    In a period, spend counts from the day the rule starts. What was given stays counted, whatever comes back later, so
    no threshold pays twice.
    """

    ORDER = 30
    OF_EVENTS = False
    COUNTS_DAYS = True
    DEFAULTS: Mapping[str, Any] = {"points": 100, "spend_minor": 100_000, "repeats": False, "per": "order"}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse points or a threshold that are not positive, or a period nobody knows.

        Raises:
            RuleInvalid: as said.
        """
        if not _is_whole(params["points"], POINTS_MAX):
            raise RuleInvalid("A bonus gives from 1 to 1,000,000 points.")
        if not _is_whole(params["spend_minor"], SPEND_MAX):
            raise RuleInvalid("A bonus needs the amount that earns it, above zero.")
        if type(params["repeats"]) is not bool:
            raise RuleInvalid("A bonus repeats or does not: true or false.")
        if params["per"] not in get_args(Period):
            raise RuleInvalid(f"Spend counts per {', '.join(get_args(Period))}.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:
        """The period the spend counts in."""
        per: Period = params["per"]
        return None if per == "order" else per

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """The points of every step that was reached and not yet paid."""
        params = rule.params
        spend = _spend(rule, occasion)
        steps = spend // params["spend_minor"]
        due = (steps if params["repeats"] else min(steps, 1)) - _paid(rule, occasion)
        about = {"basis_minor": spend, "per_minor": params["spend_minor"], "times": due}
        return part(rule, "bonus", due * params["points"], **about)

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """The threshold is not reached, or was paid before."""
        spend, threshold = _spend(rule, occasion), rule.params["spend_minor"]
        paid = _paid(rule, occasion)
        if paid and not rule.params["repeats"]:
            return "not.paid", {}
        return "not.spend", {"basis_minor": spend, "missing_minor": (paid + 1) * threshold - spend}


def _spend(rule: Rule, occasion: Occasion) -> int:
    """Eligible spend with this order, in the period."""
    per = rule.params["per"]
    if per == "order":
        return occasion.eligible_minor
    first, last = SPANS[per](occasion.on_date)
    first = max(first, rule.starts_on) if rule.starts_on else first
    before = sum([day.spend_minor for day in occasion.days if first <= day.on_date <= last])
    return before + occasion.eligible_minor


def _paid(rule: Rule, occasion: Occasion) -> int:
    """How many steps the member was given in the period."""
    per = rule.params["per"]
    if per == "order":
        return 0
    given = occasion.used.get((rule.rule_id, period_start(per, occasion.on_date)), 0)
    return -(-given // int(rule.params["points"]))


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


EFFECT = Bonus()
