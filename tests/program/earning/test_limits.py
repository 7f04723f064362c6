"""The most a rule gives: to a member in a period, to all together; in one batch and over many, exactly."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars import flows
from regulars.kit.clock import EVER
from regulars.program import earning
from regulars.records import activities, ledger, members

NOW = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)  # a Wednesday in Shanghai


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("order", date(2026, 3, 11)),
        ("day", date(2026, 3, 11)),
        ("week", date(2026, 3, 9)),
        ("month", date(2026, 3, 1)),
        ("year", date(2026, 1, 1)),
        ("ever", EVER),
    ],
)
def test_a_period_begins_on_its_first_day(period, first):
    assert earning.period_start(period, date(2026, 3, 11)) == first


class Shop:
    """A program whose base rate has limits."""

    def __init__(self, conn, limits: earning.Limits) -> None:
        self.conn = conn
        plan = flows.found_program(
            conn, code="shop", name={"en": "Shop"}, currency="CNY", time_zone="Asia/Shanghai", language="en", at=NOW,
            return_window_days=0,
        )  # fmt: skip
        rule = plan.rules[0]
        earning.save(
            conn, plan.program.program_id, effect=rule.effect, params=rule.params, label=rule.label, by="test", at=NOW,
            rule_id=rule.rule_id, limits=limits,
        )  # fmt: skip
        self.plan = flows.load(conn, plan.program.program_id)
        self.rule_id = rule.rule_id
        self.number = 0

    def join(self, name: str):
        identifier = members.Identifier(members.IdentifierKind.EXTERNAL, name)
        enrollment = members.Enrollment(identifiers=(identifier,), enrolled_at=NOW)
        return flows.enroll_member(self.conn, self.plan, [enrollment], at=NOW)[0][0]

    def order(self, member, points: int, *, days: int = 0) -> flows.Intake:
        self.number += 1
        line = activities.Line(line_id="1", amount_minor=points * 100)
        order = activities.Order(
            source="shop", external_id=f"o{self.number}", currency="CNY", total_minor=points * 100,
            occurred_at=NOW - timedelta(days=days, seconds=1000 - self.number), lines=(line,),
        )  # fmt: skip
        return flows.Intake(order=order, member=member)

    def take(self, *intakes: flows.Intake) -> list[int]:
        return [one.points for one in flows.record_activities(self.conn, self.plan, intakes, at=NOW)]

    def left(self) -> int:
        return earning.budgets(self.conn, self.plan.program.program_id, self.plan.rules)[self.rule_id]


def test_a_member_gets_at_most_so_much_a_day_in_one_batch_and_over_several(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="day"))
    mei, lin = shop.join("mei"), shop.join("lin")
    assert shop.take(shop.order(mei, 70), shop.order(mei, 50), shop.order(lin, 60), shop.order(mei, 5)) == [
        70,
        30,
        60,
        0,
    ]
    assert shop.take(shop.order(mei, 10), shop.order(lin, 60)) == [0, 40]
    assert shop.take(shop.order(mei, 70, days=1)) == [70], "yesterday has its own limit"


def test_an_order_has_a_limit_of_its_own(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="order"))
    mei = shop.join("mei")
    assert shop.take(shop.order(mei, 170), shop.order(mei, 120), shop.order(mei, 20)) == [100, 100, 20]
    assert conn.execute("select count(*) from earning.usage").fetchone() == (0,)


def test_a_budget_is_given_to_the_last_point_and_no_further(conn):
    shop = Shop(conn, earning.Limits(budget_points_max=150))
    mei, lin = shop.join("mei"), shop.join("lin")
    assert shop.take(shop.order(mei, 70), shop.order(lin, 70)) == [70, 70]
    assert shop.left() == 10
    assert shop.take(shop.order(mei, 70), shop.order(lin, 70)) == [10, 0]
    assert shop.left() == 0


def test_a_return_frees_neither_the_limit_nor_the_budget(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="ever", budget_points_max=500))
    mei = shop.join("mei")
    intake = shop.order(mei, 100)
    shop.take(intake)
    returned = activities.Return(
        source="shop", external_id="r", order_external_id=intake.order.external_id, occurred_at=NOW
    )
    flows.refund_order(conn, shop.plan, returned, at=NOW)
    assert (shop.take(shop.order(mei, 50)), shop.left()) == ([0], 400)


def test_the_limit_and_its_reason_are_told_in_words(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="day"))
    mei = shop.join("mei")
    first, second = flows.record_activities(conn, shop.plan, [shop.order(mei, 170), shop.order(mei, 10)], at=NOW)
    assert first.answer["reasons"][0]["text"] == (
        "¥170.00 × 1 per ¥1.00 (Base rate, version 2), at most 100 points a day"
    )
    assert [one["text"] for one in second.answer["reasons"]] == [
        "No points: Base rate gives at most 100 points a day, and they are used up"
    ]
    assert (
        ledger.none_sentence(
            "none.budget", {"label": {"zh": "双倍积分周", "en": "Double week"}}, language="zh", currency="CNY"
        )
        == "未得积分：双倍积分周的预算已用完"
    )


def test_a_quote_knows_the_limits_and_takes_nothing_of_them(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="day", budget_points_max=130))
    mei = shop.join("mei")
    shop.take(shop.order(mei, 60))
    quoted = flows.quote_order(conn, shop.plan, shop.order(mei, 80).order, mei, at=NOW)
    assert (quoted.decision.award.points, shop.left()) == (40, 70)


def test_the_same_orders_in_any_split_get_the_same(conn):
    shop = Shop(conn, earning.Limits(member_points_max=100, member_period="week", budget_points_max=230))
    people = [shop.join(name) for name in ("a", "b", "c")]
    orders = [shop.order(people[index % 3], 17 + index) for index in range(18)]
    with conn.transaction(force_rollback=True):
        together = shop.take(*orders)
    one_by_one = [shop.take(order)[0] for order in orders]
    by_member = {
        member: (
            sum(p for o, p in zip(orders, together, strict=True) if o.member == member),
            sum(p for o, p in zip(orders, one_by_one, strict=True) if o.member == member),
        )
        for member in people
    }
    assert sum(together) == sum(one_by_one) == 230
    assert all(max(pair) <= 100 for pair in by_member.values())


@pytest.mark.parametrize(
    "limits",
    [
        earning.Limits(member_points_max=0),
        earning.Limits(budget_points_max=-1),
        earning.Limits(member_points_max=5, member_period="fortnight"),
    ],
)
def test_limits_that_make_no_sense_are_refused(conn, limits):
    with pytest.raises(earning.RuleInvalid):
        Shop(conn, limits)
