"""One balance, spent from everywhere at once, is spent once.

Source: quality/targets T3; quality/cases 48; threats TM1.
"""

from datetime import UTC, datetime
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.kit import db
from regulars.records import ledger

from .crowd import ask_at_once, counted, try_at_once

COST, HAS = 100, 3750
CAN = HAS // COST


def _spender(database: str) -> tuple[shops.Shop, str, UUID]:
    """A shop, a member who has 3,750 points, a reward that costs 100."""
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_id = shops.join(conn, shop.plan, 1, points=HAS)[0]
        reward_id = shops.reward(conn, shop.plan, units_left=None, price_points=COST)
    return shop, member_id, reward_id


def test_case_048_a_balance_spent_from_two_servers_at_once_is_spent_exactly(database, webs, soak):
    shop, member_id, reward_id = _spender(database)
    callers = soak(200, 10_000)
    path = f"/v1/rewards/{reward_id}/purchases"
    asked = [("POST", path, {"redemption_id": f"R-{n}", "member_id": member_id}) for n in range(callers)]
    answers = ask_at_once(webs(2), shop.key, asked)
    assert counted(answers) == {"201": CAN, "409 insufficient-points": callers - CAN}
    with db.connect(database) as conn:
        today = shop.plan.program.local_date(datetime.now(UTC))
        found = ledger.balances(conn, [UUID(member_id)], wallet=shop.plan.wallet, today=today)[UUID(member_id)]
        assert found.spendable == HAS - CAN * COST
        assert flows.verify_books(conn).is_sound


def test_case_048_redemptions_over_many_connections_spend_a_balance_exactly(database, soak):
    shop, member_id, reward_id = _spender(database)
    at = datetime.now(UTC)

    def redeem(conn: db.Conn, number: int) -> bool:
        try:
            flows.redeem_reward(conn, shop.plan, UUID(member_id), reward_id, external_id=f"R-{number}", at=at)
        except ledger.InsufficientPoints:
            return False
        return True

    assert sum(try_at_once(database, 8, soak(200, 5000), redeem)) == CAN


def test_case_048_spending_that_looks_first_spends_more_than_there_is(database):
    """The negative control, in the same harness: the balance is a sum, and a burn is a row."""
    with db.connect(database) as conn:
        conn.execute("create table public.entry as select 3750::bigint as points")

    def burn(conn: db.Conn, _: int) -> bool:
        has = conn.execute("select sum(points) from public.entry").fetchone()[0]
        if has < COST:
            return False
        conn.execute("insert into public.entry values (%s)", [-COST])
        return True

    spent = sum(try_at_once(database, 8, 500, burn))
    print(f"{spent} burns of a balance for {CAN}")
    assert spent > CAN
