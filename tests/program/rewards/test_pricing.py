"""What a redemption costs: several prices, and steps that move them. Source: capability B9."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from regulars.program import rewards
from regulars.program.rewards import Price, Step, Steps

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def reward(**more) -> rewards.Reward:
    fields = {
        "program_id": 1,
        "reward_id": UUID(int=1),
        "code": "mug",
        "name": {"en": "Mug"},
        "description": {},
        "category": "",
        "type": "product",
        "price_points": 1000,
        "cost_minor": 0,
        **more,
    }
    return rewards.Reward(**fields)


def test_the_price_with_the_least_money_is_asked_unless_another_is_chosen():
    mug = reward(prices=(Price(points=400, money_minor=1500),))
    assert rewards.asked(mug, 1, rank=0).points == 1000
    chosen = rewards.asked(mug, 2, rank=0, money_minor=1500)
    assert (chosen.points, chosen.money_minor, chosen.parts) == (800, 3000, ((2, 400),))
    with pytest.raises(rewards.PriceChanged) as refused:
        rewards.asked(mug, 1, rank=0, money_minor=1400)
    assert refused.value.facts == {"old": 1400, "new": 0}


def test_a_higher_tier_pays_its_own_price_and_never_more_than_a_lower_one():
    mug = reward(prices=(Price(points=800, rank_min=1), Price(points=900, rank_min=2)))
    assert [rewards.asked(mug, 1, rank=rank).points for rank in (0, 1, 2)] == [1000, 800, 800]


def test_the_price_rises_with_what_a_member_had_unit_by_unit():
    mug = reward(steps=Steps(by="had", steps=(Step(units=2, percent=150), Step(units=4, percent=300))))
    cost = rewards.asked(mug, 5, rank=0, had=0)
    assert cost.parts == ((2, 1000), (2, 1500), (1, 3000))
    assert (cost.points, cost.dearest_points) == (8000, 3000)


def test_the_price_moves_with_what_is_left():
    mug = reward(units_left=20, steps=Steps(by="left", steps=(Step(units=10, percent=120), Step(units=3, percent=200))))
    assert rewards.asked(mug, 3, rank=0, left=12).parts == ((2, 1000), (1, 1200))
    assert rewards.asked(mug, 2, rank=0, left=4).parts == ((1, 1200), (1, 2000))


@pytest.mark.parametrize("by", ["had", "left"])
def test_many_at_once_cost_what_one_after_the_other_costs(by):
    steps = Steps(by=by, steps=(Step(units=3, percent=133), Step(units=7, percent=55), Step(units=11, percent=250)))
    mug = reward(price_points=997, units_left=30, steps=steps)
    for quantity in range(1, 16):
        one_by_one = sum(rewards.asked(mug, 1, rank=0, had=n, left=30 - n).points for n in range(quantity))
        assert rewards.asked(mug, quantity, rank=0, had=0, left=30).points == one_by_one


def test_parts_of_a_point_are_rounded_up_and_nothing_is_free():
    assert rewards.at_percent(3, 50) == 2
    assert rewards.at_percent(1, 1) == 1


def test_a_dearer_unit_than_the_member_saw_is_refused():
    mug = reward(steps=Steps(by="had", steps=(Step(units=1, percent=150),)))
    cost = rewards.asked(mug, 2, rank=0, had=0)
    rewards.check_price(cost, 1500)
    with pytest.raises(rewards.PriceChanged) as refused:
        rewards.check_price(cost, 1000)
    assert refused.value.facts == {"old": 1000, "new": 1500}


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_points": 0},
        {"price_minor": -1},
        {"prices": (Price(points=0),)},
        {"prices": (Price(points=900),)},
        {"prices": (Price(points=900, money_minor=5), Price(points=800, money_minor=5))},
        {"steps": Steps(by="left", steps=(Step(units=1, percent=150),))},
        {"steps": Steps(by="had", steps=())},
        {"steps": Steps(by="had", steps=(Step(units=1, percent=0),))},
        {"steps": Steps(by="had", steps=(Step(units=1, percent=50), Step(units=1, percent=60)))},
        {"steps": Steps(by="left", days=3, steps=(Step(units=1, percent=50),)), "units_left": 5},
        {"params": {"amount_minor": 5}},
        {"type": "gift_card", "params": {"wallet": "gift", "amount_minor": 0}},
        {"type": "sweepstake", "params": {"winners": 1}},
        {"type": "sweepstake", "params": {"winners": 0}, "ends_at": NOW},
        {"name": {}},
        {"stores": ("",)},
    ],
)
def test_prices_and_parameters_without_sense_are_refused(wrong):
    with pytest.raises(rewards.RewardInvalid):
        rewards.check(reward(**wrong))
