"""What an outcome means in money: pure, from its counts and what was assumed."""

from .model import Asked, Outcome

_MICROS = 1_000_000


def cost_minor(outcome: Outcome, points: int, use_percent: int) -> int:
    """What so many points cost in minor units when that share of them is used."""
    return points * outcome.point_micros * outcome.unit * use_percent // (100 * _MICROS)


def reward_rate(outcome: Outcome) -> float:
    """The worth of all points, used or not, over the revenue that earned them; 0 without revenue."""
    if not outcome.revenue_minor:
        return 0.0
    return cost_minor(outcome, outcome.points, 100) / outcome.revenue_minor


def breakeven_uplift(outcome: Outcome, asked: Asked) -> float | None:
    """By what share revenue must grow for the growth's margin to pay for the points; the growth earns some as well.

    None where no margin was said, or where no growth can pay for it.

    With margin m and cost c of a unit of revenue it is c / (m - c).
    """
    if asked.margin_percent is None or not outcome.revenue_minor:
        return None
    margin = asked.margin_percent / 100
    cost = cost_minor(outcome, outcome.points, asked.use_percent) / outcome.revenue_minor
    return cost / (margin - cost) if margin > cost else None
