"""Two members of one household at the till at the same moment, on connections of their own; and others who join."""

from concurrent.futures import ThreadPoolExecutor

from tests.flows.conftest import Shop, open_shop

from regulars import flows
from regulars.kit import db
from regulars.program import rewards
from regulars.records import ledger

ROUNDS = 15


def _shop_and_spend(dsn: str, plan: flows.Plan, at, member, reward_id, name: str) -> int:
    """Earn 100 and try to spend 300 in each round; answers how often that went."""
    spent = 0
    with db.connect(dsn) as conn:
        shop = Shop(conn, plan, at)
        for number in range(ROUNDS):
            shop.buy(member, f"{name}-{number}", 1_000)
            conn.commit()
            try:
                flows.redeem_reward(conn, plan, member, reward_id, external_id=f"{name}-{number}", at=at)
                conn.commit()
                spent += 1
            except ledger.InsufficientPoints:
                conn.rollback()
    return spent


def test_two_members_earn_into_and_spend_from_one_pool_at_the_same_time(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        people = [shop.join(f"m{number}") for number in range(4)]
        shop.buy(people[0], "SO-0", 50_000)
        flows.found_household(conn, shop.plan, "H", people[:2], at=shop.at)
        household = flows.show_household(conn, shop.plan, "H", at=shop.at)
        assert household["balance"]["available"] == 500
        reward_id = next(r for r in rewards.catalogue(conn, 1) if r.code == "free-delivery").reward_id
        conn.commit()

        def join(member) -> None:
            with db.connect(database) as other:
                Shop(other, shop.plan, shop.at).buy(member, f"SO-{member}", 30_000)
                flows.join_household(other, shop.plan, "H", member, at=shop.at)
                other.commit()

        with ThreadPoolExecutor(4) as pool:
            work = [
                pool.submit(_shop_and_spend, database, shop.plan, shop.at, member, reward_id, f"w{place}")
                for place, member in enumerate(people[:2])
            ]
            joined = [pool.submit(join, member) for member in people[2:]]
            spent = sum(one.result() for one in work)
            assert [one.result() for one in joined] == [None, None]
        earned = 500 + 2 * 300 + 2 * ROUNDS * 10
        left = flows.show_household(conn, shop.plan, "H", at=shop.at)["balance"]["available"]
        assert spent >= 3
        assert left == earned - 300 * spent
        assert shop.is_sound()
