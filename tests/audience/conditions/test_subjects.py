"""Subjects: orders and days as rules see them, members as the database has them."""

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from regulars.audience import conditions
from regulars.audience.conditions.fields import RECORDS, RELATIONS
from regulars.program import tiers
from regulars.records import activities

from . import world


def test_an_order_has_the_day_and_hour_of_its_store():
    line = activities.Line(line_id="1", amount_minor=500, quantity=2, category="tea", kind=activities.LineKind.FEE)
    order = activities.Order(
        source="pos",
        external_id="o1",
        currency="CNY",
        total_minor=500,
        occurred_at=datetime(2026, 3, 31, 16, 30, tzinfo=UTC),
        lines=(line,),
        store="A",
    )
    assert conditions.activity(order, zone=ZoneInfo("Asia/Shanghai")) == {
        "at": datetime(2026, 3, 31, 16, 30, tzinfo=UTC),
        "local_date": date(2026, 4, 1),
        "local_hour": 0,
        "total": 500,
        "points_paid": 0,
        "source": "pos",
        "store": "A",
        "channel": None,
        "till": None,
        "lines": [{"kind": "fee", "sku": None, "title": None, "category": "tea", "quantity": 2, "amount": 500}],
    }


def test_an_order_has_every_field_of_the_catalogue():
    order = activities.Order(source="", external_id="", currency="", total_minor=0, occurred_at=world.AT, lines=())
    assert set(conditions.activity(order, zone=ZoneInfo("UTC"))) == {*RECORDS["activity"], "lines"}


def test_counters_are_sums_of_the_days_of_their_window():
    days = [
        tiers.Tally(date(2025, 3, 31), 1, 10, 100),
        tiers.Tally(date(2025, 4, 1), 2, 20, 200),
        tiers.Tally(date(2026, 3, 1), 4, 40, 400),
        tiers.Tally(date(2026, 3, 2), 8, 80, 800),
        tiers.Tally(date(2026, 3, 31), 16, 160, 1600),
        tiers.Tally(date(2026, 4, 1), 32, 320, 3200),
    ]
    found = conditions.counted(days, today=date(2026, 3, 31))
    assert (found["spend_1d"], found["spend_7d"]) == (16, 16)
    assert (found["spend_30d"], found["spend_90d"], found["spend_12m"], found["spend_total"]) == (24, 28, 30, 31)
    assert (found["earned_12m"], found["orders_total"]) == (300, 3100)


def test_counters_serve_every_counter_of_the_catalogue():
    known = set(conditions.counted([], today=world.TODAY))
    assert set(RECORDS["counters"]) <= known
    assert {name for name, field in RECORDS["member"].items() if field.source.startswith("tally.")} <= known


def _rows(rows, fields):
    return sorted(({name: row[name] for name in fields} for row in rows), key=repr)


def test_members_are_read_as_the_dice_made_them(conn, seed):
    thrown = world.throw(seed, 60)
    world.settle(conn, thrown)
    asks = [f"has(member.{name})" for name in RECORDS["member"]]
    asks += [f"member.{name}.exists(r, true)" for name in ("orders", "lines", "redemptions")]
    condition = conditions.parse(" || ".join(asks), scope=conditions.Scope.SEGMENT, vocabulary=world.VOCABULARY)
    ids = [one.member_id for one in thrown] + [uuid4()]
    found = conditions.members(conn, condition, ids, program_id=world.PROGRAM, at=world.AT, today=world.TODAY)
    counted = [one for one in thrown if one.program_id == world.PROGRAM and one.status != 3]
    assert set(found) == {one.member_id for one in counted}
    for one in counted:
        member, known = dict(found[one.member_id]["member"]), one.subject["member"]
        for name in ("orders", "lines", "redemptions"):
            fields = RECORDS[RELATIONS[f"member.{name}"].row]
            assert _rows(member.pop(name), fields) == _rows(known[name], fields)
        assert member == {key: value for key, value in known.items() if key in member}


def test_a_reason_is_given_for_a_member_of_the_database(conn):
    thrown = world.throw(5, 40)
    world.settle(conn, thrown)
    condition = conditions.parse(
        'member.orders.sum(o, o.net) > 1 || !(member.tier in ["gold"])',
        scope=conditions.Scope.SEGMENT,
        vocabulary=world.VOCABULARY,
    )
    asked = {"program_id": world.PROGRAM, "at": world.AT, "today": world.TODAY}
    statement, parameters = conditions.as_sql(condition, dialect="postgres", **asked)
    matched = {row[0] for row in conn.execute(statement, parameters)}
    subjects = conditions.members(conn, condition, [one.member_id for one in thrown], **asked)
    told = {key: conditions.explain(condition, subject, language="zh") for key, subject in subjects.items()}
    assert {key for key, one in told.items() if one.matched} == matched
    assert 0 < len(matched) < len(told)
