"""A crowd that completes the same cancelled order again at the same instant gets it once."""

from tests.flows.conftest import NOW, open_shop
from tests.races.crowd import try_at_once

from regulars import flows
from regulars.kit import db
from regulars.records import outbox


def test_of_many_at_once_one_reinstates_and_all_are_told_the_same(database):
    with db.connect(database) as conn:
        shop = open_shop(conn)
        member = shop.join("m")
        shop.buy(member, "SO", 10_000)
        shop.give_back("cancel", "SO")
        conn.commit()
        plan = shop.plan

        def attempt(one: db.Conn, _: int) -> flows.Reinstated:
            return flows.reinstate_order(one, plan, "SO", source="shop", at=NOW)

        done = try_at_once(database, 8, 24, attempt)
        assert [one.outcome for one in done].count("created") == 1
        assert {one.answer["generation"] for one in done} == {2}
        assert shop.balance(member).available == 100
        assert shop.is_sound()
        page = outbox.read(conn, plan.program.program_id, after=0, limit=100)
        assert [one.change.type for one in page.changes].count("order.recorded") == 2
