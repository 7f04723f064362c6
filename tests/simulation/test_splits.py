"""However orders are cut into batches, each earns the same, and everybody ends with the same."""

import random
from datetime import datetime

import pytest

from .play import Dice
from .shop import Shop
from .terms import PROGRAMS
from .world import World


@pytest.mark.parametrize("terms", PROGRAMS, ids=lambda terms: terms.name.replace(" ", "-"))
def test_any_split_into_batches_earns_the_same(conn, terms):
    start = datetime.fromisoformat(f"{terms.starts_on}T09:00:00+08:00")
    dice = random.Random(f"splits {terms.name}")
    world = World(terms, start)
    members = [f"m{n}" for n in range(6)]
    for who in members:
        world.enroll(who)
    throw = Dice(dice, world)
    baskets = sorted((throw._basket(dice.choice(members)) for _ in range(90)), key=lambda basket: basket.at)
    for place in dice.sample(range(40, 90), 12):
        baskets.insert(place, baskets[dice.randrange(40)])
    told = []
    for split in range(5):
        shop = Shop(conn, terms, start, f"split-{split}")
        for who in members:
            shop.enroll(who)
        answers, left = [], list(baskets)
        while left:
            size = (len(baskets), 1, 7, dice.randint(1, 40), 25)[split]
            answers += [answer[:2] for answer in shop.buy(left[:size])]
            left = left[size:]
        told.append((answers, [shop.balances(members, purse.code) for purse in terms.purses], shop.ranks()))
    assert all(one == told[0] for one in told)
    assert sum(answer[0] == "replayed" for answer in told[0][0]) >= 6
