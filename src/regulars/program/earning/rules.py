"""Pure decisions of earning: what is eligible, what each rule gives, how an award spreads over lines."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from regulars.records import activities

from .effects import EFFECTS
from .limits import Left, Use, Used, limit, why_limited
from .model import Award, Occasion, Part, Rule

_KIND_NAMES = {
    activities.LineKind.DELIVERY: "delivery",
    activities.LineKind.GIFT_CARD: "gift_card",
    activities.LineKind.FEE: "fee",
}


def eligible_minor(line: activities.Line, exclude: Sequence[str]) -> int:
    """The part of a line that earns, in minor units: net of what the rule excludes."""
    if line.kind is not activities.LineKind.PRODUCT and _KIND_NAMES[line.kind] in exclude:
        return 0
    amount = line.amount_minor
    if "tax" in exclude:
        amount -= line.tax_minor
    if "discount" not in exclude:
        amount += line.discount_minor
    return amount


def in_force(rules: Sequence[Rule], on: date) -> list[Rule]:
    """The rules that apply on a local day, in the order they apply."""
    return sorted((rule for rule in rules if rule.in_force(on)), key=_order)


def _order(rule: Rule) -> tuple[int, int]:
    return EFFECTS[rule.effect].ORDER, rule.rule_id


def award(
    order: activities.Order,
    rules: Sequence[Rule],
    *,
    on: date,
    birth_on: date | None,
    tier_name: Any,
    tier_factor: float,
    used: Used = MappingProxyType({}),
    left: Left = MappingProxyType({}),
) -> Award:
    """What an order earns under rules that are in force (`in_force`), and why.

    What was paid with points does not earn: the eligible amount shrinks in that ratio. `used` and `left` are what
    the member got before and what the budgets still hold, for rules with limits.
    """
    base = [rule for rule in rules if rule.effect == "earn_rate"]
    exclude = base[0].params["exclude"] if base else _EXCLUDE
    by_line = [eligible_minor(line, exclude) for line in order.lines]
    if order.points_paid_minor and order.total_minor:
        paid = order.total_minor - order.points_paid_minor
        by_line = spread(sum(by_line) * paid // order.total_minor, by_line)
    eligible = sum(by_line)
    occasion = Occasion(
        eligible_minor=eligible, on_date=on, birth_on=birth_on, tier_name=tier_name, tier_factor=tier_factor
    )
    parts: list[Part] = []
    uses: list[Use] = []
    base_points = 0
    for rule in rules:
        part = EFFECTS[rule.effect].apply(rule, occasion, base_points)
        if part is not None:
            if rule.limits is not None:
                part, use = limit(part, rule.rule_id, rule.limits, on, used, left)
                uses += [use] if use else []
            parts.append(part)
            if rule.effect == "earn_rate":
                base_points += part.points
    points = sum(map(attrgetter("points"), parts))
    return Award(
        points=points,
        parts=tuple(parts),
        eligible_minor=eligible,
        line_eligible_minor=tuple(by_line),
        line_points=tuple(spread(points, by_line)),
        none=None if points else _why_none(eligible, base, parts),
        uses=tuple(uses),
    )


_EXCLUDE: Sequence[str] = EFFECTS["earn_rate"].DEFAULTS["exclude"]


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out in the ratio of the weights, in whole numbers that add up to it exactly.

    Each share is the difference of rounded-down running totals, so no share is off by one or more.
    """
    whole = sum(weights)
    if whole == 0:
        return [total if index == 0 else 0 for index in range(len(weights))]
    shares, seen, given = [], 0, 0
    for weight in weights:
        seen += weight
        upto = total * seen // whole
        shares.append(upto - given)
        given = upto
    return shares


def _why_none(eligible: int, base: Sequence[Rule], parts: Sequence[Part]) -> tuple[str, dict[str, Any]]:
    if cut := why_limited(parts):
        return cut
    if not base:
        return "none.rules", {}
    if eligible == 0:
        return "none.excluded", {}
    return "none.amount", {"basis_minor": eligible, "per_minor": base[0].params["per_minor"]}
