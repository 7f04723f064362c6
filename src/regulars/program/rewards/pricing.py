"""What a redemption costs: one of several prices, moved by steps. Pure.

Every unit is priced by itself, so that two at once cost what one after the other costs. Source: capability B9.
"""

from collections.abc import Mapping, Sequence

from .model import PRICES_MAX, STEPS_MAX, Asked, Price, Reward, Steps
from .refusals import PriceChanged, RewardInvalid, RewardNotAvailable

POINTS_MAX = 10**9
MINOR_MAX = 10**9
PERCENT_MAX = 1000


def ways_to_pay(reward: Reward, rank: int) -> tuple[Price, ...]:
    """The prices a member of this tier rank may choose from: for each part in money the fewest points, least money
    first."""
    standard = Price(points=reward.price_points, money_minor=reward.price_minor, rank_min=reward.rank_min)
    best: dict[int, Price] = {}
    for price in (standard, *reward.prices):
        if price.rank_min <= rank:
            known = best.get(price.money_minor)
            if known is None or price.points < known.points:
                best[price.money_minor] = price
    return tuple(best[money] for money in sorted(best))


def percent_at(steps: Steps | None, *, had: int, left: int | None) -> int:
    """What percent of its points the next unit costs."""
    percent = 100
    if steps is None or (steps.by == "left" and left is None):
        return percent
    is_rising = steps.by == "had"
    for step in sorted(steps.steps, key=lambda step: step.units, reverse=not is_rising):
        if (had >= step.units) if is_rising else (left is not None and left <= step.units):
            percent = step.percent
    return percent


def at_percent(points: int, percent: int) -> int:
    """So many percent of these points, rounded up, at least 1."""
    return max(1, -(-points * percent // 100))


def asked(
    reward: Reward, quantity: int, *, rank: int, had: int = 0, left: int | None = None, money_minor: int | None = None
) -> Asked:
    """What so many units cost a member who had `had` of them, while `left` are in stock.

    `money_minor` chooses the price with this part in money; None the one with the least money.

    Raises:
        RewardNotAvailable: no price is open to this tier.
        PriceChanged: no price has this part in money.
    """
    ways = ways_to_pay(reward, rank)
    if not ways:
        raise RewardNotAvailable("This reward is for members of a higher tier.", facts={"reason": "tier"})
    chosen = ways[0] if money_minor is None else next((way for way in ways if way.money_minor == money_minor), None)
    if chosen is None:
        raise PriceChanged(
            "This reward is not offered for points and this amount.",
            facts={"old": money_minor, "new": ways[0].money_minor},
        )
    points = [
        at_percent(chosen.points, percent_at(reward.steps, had=had + n, left=None if left is None else left - n))
        for n in range(quantity)
    ]
    return Asked(points=sum(points), money_minor=chosen.money_minor * quantity, parts=_runs(points), price=chosen)


def _runs(points: Sequence[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for one in points:
        if found and found[-1][1] == one:
            found[-1] = (found[-1][0] + 1, one)
        else:
            found.append((1, one))
    return tuple(found)


def check_price(cost: Asked, expected_points: int | None) -> None:
    """Refuse when a unit costs more points than the member saw.

    Raises:
        PriceChanged: with both prices among its facts.
    """
    if expected_points is not None and cost.dearest_points > expected_points:
        raise PriceChanged(
            f"The price is now {cost.dearest_points} points.",
            facts={"old": expected_points, "new": cost.dearest_points},
        )


def as_kept(cost: Asked) -> Mapping[str, object]:
    """The price as a redemption keeps it."""
    return {
        "parts": [{"units": units, "points": points} for units, points in cost.parts],
        "points": cost.price.points,
        "money_minor": cost.price.money_minor,
    }


def check_pricing(reward: Reward) -> None:
    """Refuse prices that make no sense.

    Raises:
        RewardInvalid: out of range, a way to pay that nobody would choose, or steps without order.
    """
    standard = Price(points=reward.price_points, money_minor=reward.price_minor, rank_min=reward.rank_min)
    for price in (standard, *reward.prices):
        if not 1 <= price.points <= POINTS_MAX:
            raise RewardInvalid("A reward costs from 1 to a thousand million points.")
        if not 0 <= price.money_minor <= MINOR_MAX:
            raise RewardInvalid("The part in money is from 0 to a thousand million minor units.")
    if len(reward.prices) > PRICES_MAX:
        raise RewardInvalid(f"A reward has at most {PRICES_MAX} further prices.")
    keys = [(price.money_minor, price.rank_min) for price in (standard, *reward.prices)]
    if len(set(keys)) < len(keys):
        raise RewardInvalid("Two prices have the same part in money and are for the same tier.")
    if reward.steps is not None:
        _check_steps(reward.steps, has_stock=reward.units_left is not None)


def _check_steps(steps: Steps, *, has_stock: bool) -> None:
    units = [step.units for step in steps.steps]
    if steps.by not in ("had", "left") or not 1 <= len(units) <= STEPS_MAX or len(set(units)) < len(units):
        raise RewardInvalid(f"Steps are from 1 to {STEPS_MAX}, each from another number of units on.")
    if not all(1 <= step.units <= 10**7 and 1 <= step.percent <= PERCENT_MAX for step in steps.steps):
        raise RewardInvalid(f"A step is from 1 unit on and asks from 1 to {PERCENT_MAX} percent.")
    if steps.by == "left" and not has_stock:
        raise RewardInvalid("A price that moves with what is left needs a stock.")
    if steps.days is not None and (steps.by != "had" or not 1 <= steps.days <= 3650):
        raise RewardInvalid("Days count what a member had: from 1 to 3650.")
