"""Pure decisions of earning: what is eligible, what each rule gives, how an award spreads over lines."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from regulars.records import activities

from .asking import Subject
from .effects import EFFECTS
from .limits import Cap, Left, Used, why_limited
from .model import Award, Day, Occasion, Rule
from .spreading import spread
from .weighing import Given, Trace, Weighing

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
    """The rules that apply on a local day, in the order they apply: by effect, then the highest priority first."""
    return sorted((rule for rule in rules if rule.in_force(on)), key=_order)


def _order(rule: Rule) -> tuple[int, int, int]:
    return EFFECTS[rule.effect].ORDER, -rule.priority, rule.rule_id


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
    subject: Subject | None = None,
    days: Sequence[Day] = (),
    caps: Sequence[Cap] = (),
    trace: Trace | None = None,
) -> Award:
    """What an order earns under rules that are in force (`in_force`), and why.

    What was paid with points does not earn: the eligible amount shrinks in that ratio. `used` and `left` are what
    the member got before and what the budgets still hold, for rules with limits. `subject` is what conditions are
    asked about, and `days` what the member did before, where some rule needs them; `caps` hold over all rules.
    """
    weighing = Weighing(left, caps, trace)
    applying = weighing.applying(rules, subject)
    rates = [one for one in applying if one[0].effect == "earn_rate"]
    base = [rule for rule, _ in rates]
    by_line = _eligible(order, base[0].params["exclude"] if base else _EXCLUDE)
    eligible = sum(by_line)
    occasion = Occasion(
        eligible_minor=eligible,
        on_date=on,
        birth_on=birth_on,
        tier_name=tier_name,
        tier_factor=tier_factor,
        days=days,
        counts=order.total_minor > 0,
        used=used,
    )
    points = weighing.weigh(rates, occasion, by_line, 0)
    points += weighing.weigh([one for one in applying if one[0].effect != "earn_rate"], occasion, by_line, points)
    weighing.finish(occasion)
    return Award(
        points=points,
        parts=tuple([one.part for one in weighing.given]),
        eligible_minor=eligible,
        line_eligible_minor=tuple(by_line),
        line_points=tuple(_by_line(weighing.given, points, by_line)),
        none=None if points else _why_none(eligible, rules, base, weighing.given),
        uses=tuple(weighing.uses),
        errors=tuple(weighing.errors),
    )


_EXCLUDE: Sequence[str] = EFFECTS["earn_rate"].DEFAULTS["exclude"]


def _eligible(order: activities.Order, exclude: Sequence[str]) -> list[int]:
    """What earns of each line, less the part that was paid with points."""
    by_line = [eligible_minor(line, exclude) for line in order.lines]
    if order.points_paid_minor and order.total_minor:
        paid = order.total_minor - order.points_paid_minor
        return spread(sum(by_line) * paid // order.total_minor, by_line)
    return by_line


def _by_line(given: Sequence[Given], points: int, by_line: Sequence[int]) -> list[int]:
    """What each line earned: parts about some lines belong to those, the rest is shared by all."""
    masked = [one for one in given if one.mask is not None and one.part.points]
    if not masked:
        return spread(points, by_line)
    shares = spread(points - sum(one.part.points for one in masked), by_line)
    for one in masked:
        assert one.mask is not None
        weights = [amount if is_meant else 0 for amount, is_meant in zip(by_line, one.mask, strict=True)]
        if not any(weights):
            weights = [int(is_meant) for is_meant in one.mask]
        shares = [share + more for share, more in zip(shares, spread(one.part.points, weights), strict=True)]
    return shares


def _why_none(
    eligible: int, rules: Sequence[Rule], base: Sequence[Rule], given: Sequence[Given]
) -> tuple[str, dict[str, Any]]:
    if cut := why_limited([one.part for one in given]):
        return cut
    if not base:
        asked = next((rule for rule in rules if rule.effect == "earn_rate"), None)
        return ("none.condition", {"label": dict(asked.said)}) if asked else ("none.rules", {})
    if eligible == 0:
        return "none.excluded", {}
    return "none.amount", {"basis_minor": eligible, "per_minor": base[0].params["per_minor"]}
