"""Goods that come back without word of their order."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars import flows
from regulars.records import activities, ledger, members

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def plan(conn):
    return flows.found_program(
        conn,
        code="shop",
        name={"en": "Shop"},
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        at=NOW - timedelta(days=400),
        return_window_days=0,
    )


@pytest.fixture
def member_id(conn, plan):
    return bought(conn, plan, "A", days_ago=30, quantity=2, amount=2000)


def bought(conn, plan, order, *, days_ago, quantity, amount):
    ann = members.normal(members.IdentifierKind.EXTERNAL, "ann")
    line = activities.Line(line_id="1", sku="MUG", quantity=quantity, amount_minor=amount)
    placed = activities.Order(
        source="shop",
        external_id=order,
        currency="CNY",
        total_minor=amount,
        occurred_at=NOW - timedelta(days=days_ago),
        lines=(line,),
    )
    intake = flows.Intake(order=placed, member=ann, on_unknown="enroll")
    assert flows.record_activities(conn, plan, [intake], at=NOW)[0].outcome == "created"
    return members.find(conn, plan.program.program_id, [ann])[ann]


def back(conn, plan, member_id, quantity, *, name="C1", sku="MUG", days_ago=0, line_id="1"):
    goods = [flows.Goods(line_id=line_id, sku=sku, quantity=quantity)]
    at = NOW - timedelta(days=days_ago)
    return flows.return_goods(conn, plan, member_id, goods, source="shop", external_id=name, occurred_at=at, at=NOW)[0]


def spendable(conn, plan, member_id):
    return ledger.balances(conn, [member_id], wallet=plan.wallet, today=NOW.date())[member_id].spendable


def returned(conn, member_id):
    purchases = activities.member_purchases(conn, member_id, limit=10)
    return {purchase.external_id: purchase.returned_minor for purchase in purchases}


def test_the_latest_earlier_order_takes_the_goods_back(conn, plan, member_id):
    bought(conn, plan, "B", days_ago=10, quantity=2, amount=3000)
    assert spendable(conn, plan, member_id) == 50
    assert back(conn, plan, member_id, 1) == "created"
    assert returned(conn, member_id) == {"A": 0, "B": 1500}
    assert spendable(conn, plan, member_id) == 35


def test_an_order_placed_later_is_left_alone(conn, plan, member_id):
    bought(conn, plan, "B", days_ago=10, quantity=2, amount=3000)
    assert back(conn, plan, member_id, 1, days_ago=20) == "created"
    assert returned(conn, member_id) == {"A": 1000, "B": 0}


def test_more_pieces_than_the_latest_order_had_come_from_the_one_before_too(conn, plan, member_id):
    bought(conn, plan, "B", days_ago=10, quantity=2, amount=3000)
    assert back(conn, plan, member_id, 3) == "created"
    assert returned(conn, member_id) == {"A": 1000, "B": 3000}


def test_more_pieces_than_were_ever_bought_are_refused_and_change_nothing(conn, plan, member_id):
    refusal = back(conn, plan, member_id, 3)
    assert (refusal.code, refusal.facts) == ("return-unmatched", {"left": 2})
    assert returned(conn, member_id) == {"A": 0}
    assert spendable(conn, plan, member_id) == 20


def test_the_same_return_twice_takes_back_once(conn, plan, member_id):
    assert [back(conn, plan, member_id, 1), back(conn, plan, member_id, 1)] == ["created", "replayed"]
    assert returned(conn, member_id) == {"A": 1000}


def test_the_same_return_with_other_pieces_is_a_conflict(conn, plan, member_id):
    back(conn, plan, member_id, 1)
    assert back(conn, plan, member_id, 2).code == "event-conflict"
    assert returned(conn, member_id) == {"A": 1000}


def test_a_refused_line_can_be_returned_once_its_order_is_there(conn, plan, member_id):
    goods = [flows.Goods(line_id="1", sku="MUG", quantity=1), flows.Goods(line_id="2", sku="MUG", quantity=2)]
    told = {"source": "shop", "external_id": "C1", "occurred_at": NOW, "at": NOW}
    first = flows.return_goods(conn, plan, member_id, goods, **told)
    assert [first[0], first[1].code] == ["created", "return-unmatched"]
    bought(conn, plan, "B", days_ago=10, quantity=1, amount=900)
    assert flows.return_goods(conn, plan, member_id, goods, **told) == ["replayed", "created"]
    assert returned(conn, member_id) == {"A": 2000, "B": 900}
    assert flows.verify_books(conn).is_sound


def test_two_lines_of_one_return_never_take_the_same_piece(conn, plan, member_id):
    goods = [flows.Goods(line_id=str(n), sku="MUG", quantity=2) for n in (1, 2)]
    outcomes = flows.return_goods(
        conn, plan, member_id, goods, source="shop", external_id="C1", occurred_at=NOW, at=NOW
    )
    assert [outcomes[0], outcomes[1].code] == ["created", "return-unmatched"]
    assert returned(conn, member_id) == {"A": 2000}
