"""A pending return is confirmed and given up by many at the same instant: one of both happens, once."""

from tests.flows.conftest import NOW, open_shop
from tests.races.crowd import try_at_once

from regulars import flows
from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.records import activities, ledger


def _settle(conn: db.Conn, plan: flows.Plan, number: int) -> str:
    deed = flows.confirm_return if number % 2 else flows.fail_return
    try:
        return deed(conn, plan, "SO", "R", source="shop", at=NOW).answer["status"]
    except activities.ReturnDecided as refused:
        return f"refused: {refused.facts['state']}"


def test_of_confirming_and_failing_at_once_one_happens(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        member = shop.join("m")
        shop.buy(member, "SO", 10_000)
        shop.give_back("R", "SO", is_pending=True)
        conn.commit()
        told = try_at_once(database, 8, 24, lambda one, number: _settle(one, shop.plan, number))
        won = activities.return_named(conn, shop.plan.program.program_id, "shop", "SO", "R").status
        assert set(told) == {won, f"refused: {won}"}
        assert shop.balance(member).available == (0 if won == "recorded" else 100)
        assert (shop.balance(member).held, shop.balance(member).debt) == (0, 0)
        assert shop.is_sound()


def test_nobody_spends_what_is_set_aside_and_no_more_comes_back_than_was_bought(database):
    """Pending returns of the same goods and holds of the same points, all at once: the sum never exceeds either."""
    with db.connect(database) as conn:
        shop = open_shop(conn)
        member = shop.join("m")
        shop.buy(member, "SO", 10_000)
        conn.commit()
        plan = shop.plan

        def attempt(one: db.Conn, number: int) -> int:
            try:
                with one.transaction():
                    if number % 2:
                        flows.hold_points(one, plan, member, 30, external_id=f"H{number}", at=NOW)
                        return 0
                    returned = activities.Return(
                        source="shop", external_id=f"R{number}", order_external_id="SO", occurred_at=NOW,
                        amount_minor=3_000, is_pending=True,
                    )  # fmt: skip
                    return int(flows.refund_order(one, plan, returned, at=NOW).answer["amount_minor"])
            except Refusal:
                return 0

        back = sum(try_at_once(database, 8, 24, attempt))
        assert back == 9_000, "three of 30.00 fit into 100.00"
        balance = shop.balance(member)
        assert balance.available + balance.held == 100
        assert balance.available >= 0
        pending = activities.refunds(conn, activities.member_purchases(conn, member, limit=1)[0])
        for one in pending:
            flows.confirm_return(conn, plan, "SO", one.external_id, source="shop", at=NOW)
        spent = sum(h.points for h in ledger.holds.find(conn, [member]))
        after = shop.balance(member)
        assert after.available - after.debt == 100 - spent - 90
        assert shop.is_sound()
