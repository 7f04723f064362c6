"""What the data does not tell: what comes back and who takes which reward. Seeded by basket and household."""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulars.doors.cli.lanes import Redemption, Returned
from regulars.program import rewards
from regulars.records import activities

from .model import SOURCE, Basket
from .people import identifier
from .year import Calendar

RETURN_DAYS_MAX = 10
_SEED = 2017
_RETURNS_OF = 1009
_RETURNS = 15  # 1.5 % of baskets
_NEVER_RATIO = 0.25
_LOOKS_RATIO = 0.4
_UNDONE_RATIO = 0.06
_WAITING_DAYS = 12

TASTES: Mapping[str, float] = {
    "free-delivery": 1.0,
    "five-off": 3.0,
    "tote-bag": 1.0,
    "twenty-off": 9.0,
    "tasting": 4.0,
}
"""How much people like each reward of a new program, when they can have it."""


def return_of(basket: Basket, calendar: Calendar) -> tuple[date, Returned] | None:
    """The line that comes back of 1.5 % of the baskets, one to ten days later, and the local day it does."""
    if basket.basket_id % _RETURNS_OF >= _RETURNS:
        return None
    drawn = random.Random(_SEED + basket.basket_id)
    line = drawn.choice([line for line in basket.lines if line.amount_minor] or basket.lines)
    back_on = (basket.at + timedelta(days=drawn.randint(1, RETURN_DAYS_MAX))).date()
    back_at = datetime.combine(back_on, time(hour=drawn.randint(9, 19), minute=drawn.randint(0, 59)))
    at = calendar.moved(back_at)
    returned = activities.Return(
        source=SOURCE,
        external_id=f"R{basket.basket_id}",
        order_external_id=str(basket.basket_id),
        occurred_at=at,
        lines=(activities.ReturnedLine(line_id=line.line_id),),
    )
    return at.date(), Returned(identifier(basket.household), returned)


def wants_reward(number: int, on: date) -> bool:
    """Whether a household looks at the rewards on a day: on one weekday of its own, the keener the more often;
    some never do."""
    if (number + on.toordinal()) % 7:
        return False
    keen = random.Random(_SEED * 7 + number).random()
    return keen > _NEVER_RATIO and random.Random(f"{_SEED} {number} {on}").random() < keen * _LOOKS_RATIO


def redemption(
    number: int, on: date, spendable: int, rank: int, offered: Mapping[str, rewards.Reward], zone: ZoneInfo, until: date
) -> Redemption | None:
    """The reward a household takes on a day, or None when it can have none. What is not an instant reward is
    handed out some days later, or undone; what is younger than that on `until` still waits."""
    can_have = [reward for reward in offered.values() if reward.price_points <= spendable and reward.rank_min <= rank]
    if not can_have:
        return None
    drawn = random.Random(f"{_SEED} reward {number} {on}")
    reward = drawn.choices(can_have, weights=[TASTES.get(reward.code, 1.0) for reward in can_have])[0]
    at = datetime.combine(on, time(hour=drawn.randint(9, 20), minute=drawn.randint(0, 59)), tzinfo=zone)
    is_undone = drawn.random() < _UNDONE_RATIO
    decided_at = at + timedelta(days=drawn.randint(1, _WAITING_DAYS))
    is_waiting = rewards.TYPES[reward.type].IS_INSTANT or decided_at.date() > until
    return Redemption(
        member=identifier(number),
        reward_id=reward.reward_id,
        external_id=f"demo {on} {number}",
        occurred_at=at,
        decided_at=None if is_waiting else decided_at,
        is_undone=is_undone and not is_waiting,
    )


def by_code(catalogue: list[rewards.Reward]) -> dict[str, rewards.Reward]:
    """The rewards of a new program on offer, by code."""
    return {reward.code: reward for reward in catalogue if reward.is_live and reward.code in TASTES}
