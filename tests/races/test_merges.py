"""A member buys on one connection while another merges them, takes them out again, and a third lets them share."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from psycopg import errors
from tests.flows.conftest import Shop, open_shop

from regulars import flows
from regulars.kit import db

ROUNDS = 12


def _each(dsn: str, steps: list[Callable[[Shop], object]], shop: Shop) -> None:
    """Each step in a transaction of its own, again after a deadlock, as the doors do it."""
    with db.connect(dsn) as conn:
        mine = Shop(conn, shop.plan, shop.at)
        for step in steps:
            while True:
                try:
                    step(mine)
                    conn.commit()
                    break
                except errors.DeadlockDetected:
                    conn.rollback()


def test_who_is_merged_and_shares_an_account_while_they_buy_loses_no_point(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        ann, bea, cay = (shop.join(name) for name in ("ann", "bea", "cay"))
        for number, member in enumerate((ann, bea, cay)):
            shop.buy(member, f"SO-{number}", 10_000)
        flows.found_household(conn, shop.plan, "H", [cay], at=shop.at)
        conn.commit()

        def buy(member, number: int) -> Callable[[Shop], object]:
            return lambda mine: mine.buy(member, f"{member}-{number}", 1_000)

        def merge(mine: Shop) -> None:
            flows.merge_members(mine.conn, mine.plan, bea, ann, at=mine.at)

        def unmerge(mine: Shop) -> None:
            flows.unmerge_members(mine.conn, mine.plan, bea, at=mine.at)

        def join(mine: Shop) -> None:
            flows.join_household(mine.conn, mine.plan, "H", ann, at=mine.at)

        def leave(mine: Shop) -> None:
            flows.leave_household(mine.conn, mine.plan, "H", ann, at=mine.at)

        work = [
            [buy(ann, number) for number in range(ROUNDS)],
            [buy(bea, number) for number in range(ROUNDS)],
            [merge, unmerge] * ROUNDS,
            [join, leave] * ROUNDS,
        ]
        with ThreadPoolExecutor(len(work)) as pool:
            done = [pool.submit(_each, database, steps, shop) for steps in work]
            assert [one.result() for one in done] == [None] * len(work)
        total = conn.execute("select sum(remaining) from ledger.lot").fetchone()
        assert total == (300 + 2 * ROUNDS * 10,)
        assert conn.execute("select count(*) from activities.purchase").fetchone() == (3 + 2 * ROUNDS,)
        assert shop.is_sound()
