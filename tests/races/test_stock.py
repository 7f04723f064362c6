"""Many want what few can have: nobody gets a unit that is not there, and no unit stays behind.

Source: quality/targets T3, T4; quality/cases 49; threats TM2.
"""

from datetime import UTC, datetime
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.kit import db
from regulars.program import rewards

from .crowd import ask_at_once, counted, try_at_once

CONNECTIONS = 8
NAIVE = """
from regulars.program import rewards
def claim(conn, reward, quantity):
    of = [reward.reward_id]
    left = conn.execute("select units_left from rewards.stock where reward_id = %s", of).fetchone()[0]
    if left < quantity:
        return False
    conn.execute("update rewards.stock set units_left = %s where reward_id = %s", [left - quantity, *of])
    return True
rewards.claim = claim
"""
"""The mistake that must be found: look first, then take."""


def _race(database: str, ports: list[int], callers: int) -> list:
    """So many members redeem the last item at one instant."""
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = shops.join(conn, shop.plan, callers, points=100)
        reward_id = shops.reward(conn, shop.plan, units_left=1)
    asked = [
        ("POST", f"/v1/rewards/{reward_id}/purchases", {"redemption_id": "R", "member_id": member_id})
        for member_id in member_ids
    ]
    return ask_at_once(ports, shop.key, asked)


def test_case_049_of_all_who_want_the_last_item_at_once_exactly_one_gets_it(database, webs, soak):
    callers = soak(600, 10_000)
    answers = _race(database, webs(1), callers)
    assert counted(answers) == {"201": 1, "409 reward-sold-out": callers - 1}
    with db.connect(database) as conn:
        assert conn.execute("select units_left from rewards.stock where units_left < 40").fetchall() == [(0,)]
        assert flows.verify_books(conn).is_sound


def test_case_049_a_claim_that_looks_first_sells_the_last_item_twice(database, webs):
    """The negative control, in the same harness."""
    ports = webs(1, program=NAIVE)
    sold = max(counted(_race(database, ports, 100))["201"] for _ in range(3))
    assert sold > 1


def _stock(database: str, members: int, units: int) -> tuple[flows.Plan, list[UUID], UUID]:
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = [UUID(member_id) for member_id in shops.join(conn, shop.plan, members, points=2000)]
        reward_id = shops.reward(conn, shop.plan, units_left=units)
    return shop.plan, member_ids, reward_id


def test_many_claims_on_a_hundred_units_take_all_of_them_and_no_more(database, soak):
    claims, units = soak(800, 10_000), 100
    plan, member_ids, reward_id = _stock(database, 1000, units)
    at = datetime.now(UTC)

    def redeem(conn: db.Conn, number: int) -> bool:
        member_id = member_ids[number % len(member_ids)]
        try:
            flows.redeem_reward(conn, plan, member_id, reward_id, external_id=f"R-{number}", at=at)
        except rewards.RewardSoldOut:
            return False
        return True

    assert sum(try_at_once(database, CONNECTIONS, claims, redeem)) == units
    with db.connect(database) as conn:
        assert rewards.get(conn, plan.program.program_id, reward_id).units_left == 0
        assert conn.execute("select count(*) from rewards.redemption").fetchone() == (units,)
        assert flows.verify_books(conn).is_sound


def test_claims_of_stock_alone_take_all_of_it_and_no_more(database):
    plan, _, reward_id = _stock(database, 1, 100)
    with db.connect(database) as conn:
        reward = rewards.get(conn, plan.program.program_id, reward_id)
    taken = try_at_once(database, CONNECTIONS, 10_000, lambda conn, _: rewards.claim(conn, reward, 1))
    assert sum(taken) == 100


def test_claims_that_look_first_take_more_than_there_is(database):
    """The negative control, in the same harness."""
    _, _, reward_id = _stock(database, 1, 100)
    of = [reward_id]

    def claim(conn: db.Conn, _: int) -> bool:
        left = conn.execute("select units_left from rewards.stock where reward_id = %s", of).fetchone()[0]
        if left < 1:
            return False
        conn.execute("update rewards.stock set units_left = %s where reward_id = %s", [left - 1, *of])
        return True

    taken = try_at_once(database, CONNECTIONS, 2000, claim)
    print(f"{sum(taken)} sold of 100")
    assert sum(taken) > 100
