"""Gifts in both directions at once, on connections of their own. More workers with REGULARS_SOAK=1."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from uuid import UUID

from tests.flows.conftest import open_shop

from regulars import flows
from regulars.kit import db
from regulars.records import ledger

WORKERS = 64 if os.environ.get("REGULARS_SOAK") else 16
GIFTS_EACH = 12


def _work(dsn: str, plan: flows.Plan, at, people: list[UUID], seed: int) -> int:
    """Gifts of one worker; answers how many there were. A deadlock would be an error of its own."""
    dice = random.Random(seed)
    done = 0
    with db.connect(dsn) as conn:
        for number in range(GIFTS_EACH):
            giver, to = dice.sample(people, 2)
            gift = flows.Gift(gift_id=f"{seed}-{number}", giver_id=giver, to=to, points=dice.randint(1, 40))
            try:
                flows.give_points(conn, plan, gift, at=at)
                conn.commit()
                done += 1
            except ledger.InsufficientPoints:
                conn.rollback()
    return done


def test_case_062_gifts_in_both_directions_at_once_neither_deadlock_nor_change_the_sum(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        giving = ledger.Giving(transfer_max=10_000, day_max=1_000_000, member_days_min=0)
        ledger.save_wallet(conn, replace(shop.plan.wallet, giving=giving))
        shop.reload()
        people = [shop.join(f"m{number}") for number in range(3)]
        for number, member in zip(count(1), people, strict=False):
            shop.buy(member, f"SO-{number}", 20_000)
        conn.commit()
        with ThreadPoolExecutor(WORKERS) as pool:
            work = [pool.submit(_work, database, shop.plan, shop.at, people, seed) for seed in range(WORKERS)]
            done = sum(one.result() for one in work)
        assert done > WORKERS
        assert sum(shop.balance(member).available for member in people) == 600
        assert conn.execute("select count(*) from ledger.entry where kind = 12 and part = 0").fetchone() == (done,)
        assert shop.is_sound()
