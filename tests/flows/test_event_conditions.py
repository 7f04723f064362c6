"""Rules about events: conditions over their attributes, and days in a row."""

from datetime import timedelta

import pytest

from regulars import flows
from regulars.audience import conditions
from regulars.records import activities

from .test_rule_conditions import save


def tell(shop, member, number, kind="check_in", *, days=0, hours=0, **data):
    event = activities.Event(
        source="app", external_id=number, type=kind, occurred_at=shop.at + timedelta(days=days, hours=hours), data=data
    )
    return flows.EventIntake(event=event, member=member)


def take(shop, *intakes):
    told = flows.record_events(shop.conn, shop.plan, intakes, at=shop.at)
    return [one.points for one in told]


def test_a_rule_asks_for_attributes_of_the_event(shop):
    save(
        shop, "event_points", params={"event": "review", "points": 30},
        condition='event.stars >= 4 && event.has_photo == "yes"',
    )  # fmt: skip
    ann = shop.join("ann")
    assert take(
        shop,
        tell(shop, ann, "1", "review", stars=5, has_photo=True),
        tell(shop, ann, "2", "review", stars=5, has_photo=False),
        tell(shop, ann, "3", "review", stars=3, has_photo=True),
        tell(shop, ann, "4", "review", has_photo=True),
    ) == [30, 0, 0, 0]


def test_why_an_event_earned_nothing_is_told(shop):
    save(shop, "event_points", label="Reviews", params={"event": "review", "points": 30}, condition="event.stars >= 4")
    ann = shop.join("ann", language="en")
    (told,) = flows.record_events(shop.conn, shop.plan, [tell(shop, ann, "1", "review", stars=1)], at=shop.at)
    assert told.answer["reasons"][0]["text"] == "No points for “Review”: the conditions of Reviews are not met"


def test_a_declared_type_brings_its_own_fields(shop):
    attributes = (
        activities.Attribute(name="level", type=activities.AttributeType.ENUM, options=("bronze", "gold")),
        activities.Attribute(name="held_on", type=activities.AttributeType.DATE),
        activities.Attribute(name="fee", type=activities.AttributeType.MONEY),
    )
    kind = activities.EventType(code="workshop", name={"en": "Workshop"}, attributes=attributes)
    activities.declare_event_type(shop.conn, shop.plan.program.program_id, kind, at=shop.at)
    save(
        shop, "event_points", params={"event": "workshop", "points": 9},
        condition='event.level == "gold" && event.held_on < today && event.fee >= 9.50',
    )  # fmt: skip
    ann = shop.join("ann")
    given = {"level": "gold", "held_on": "2026-03-01", "fee": 950}
    assert take(
        shop,
        tell(shop, ann, "1", "workshop", **given),
        tell(shop, ann, "2", "workshop", **{**given, "fee": 949}),
        tell(shop, ann, "3", "workshop", **{**given, "held_on": "2026-03-10"}),
        tell(shop, ann, "4", "workshop", **{**given, "level": "bronze"}),
    ) == [9, 0, 0, 0]
    with pytest.raises(conditions.RuleInvalid, match="Did you mean 'gold'"):
        save(shop, "event_points", params={"event": "workshop"}, condition='event.level == "golt"')
    with pytest.raises(activities.UnknownEventType):
        save(shop, "event_points", params={"event": "nothing"})


def test_what_a_member_bought_before_decides_about_an_event(shop):
    save(
        shop, "event_points", params={"event": "review", "points": 30},
        condition="member.lines.exists(l, l.amount >= 5)",
    )  # fmt: skip
    ann, bob = shop.join("ann"), shop.join("bob")
    shop.buy(ann, "A", 1_000, at=shop.at - timedelta(hours=1))
    assert take(shop, tell(shop, ann, "1", "review"), tell(shop, bob, "2", "review")) == [30, 0]


def test_seven_days_in_a_row_pay_once_and_again_after_seven_more(shop):
    save(shop, "streak", params={"event": "check_in", "days": 3, "points": 50})
    ann = shop.join("ann")
    shop.later(10)
    days = [-9, -8, -8, -7, -6, -5, -4, -2, -1, 0]
    told = [take(shop, tell(shop, ann, str(n), days=day, hours=-(n % 2))) for n, day in enumerate(days)]
    assert [points for (points,) in told] == [0, 0, 0, 50, 0, 0, 50, 0, 0, 50]


def test_a_streak_that_is_not_repeated_pays_once_in_each_run(shop):
    save(shop, "streak", params={"event": "check_in", "days": 2, "points": 50, "repeats": False})
    ann = shop.join("ann")
    shop.later(10)
    days = [-9, -8, -7, -6, -4, -3]
    assert take(shop, *(tell(shop, ann, str(n), days=day) for n, day in enumerate(days))) == [0, 50, 0, 0, 0, 50]


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_days_in_a_row_are_the_same_however_events_come_in_batches(shop, size):
    save(shop, "streak", params={"event": "check_in", "days": 3, "points": 50})
    ann = shop.join("ann")
    shop.later(10)
    intakes = [tell(shop, ann, str(n), days=n - 9) for n in range(9)]
    told = [points for start in range(0, 9, size) for points in take(shop, *intakes[start : start + size])]
    assert told == [0, 0, 50] * 3


def test_case_086a_no_rule_sets_off_another(shop):
    """A rule gives points and nothing else: no event comes of an award, so nothing can go round in a loop."""
    for kind in ("review", "check_in"):
        save(shop, "event_points", params={"event": kind, "points": 30})
    ann = shop.join("ann")
    assert take(shop, tell(shop, ann, "1", "review"), tell(shop, ann, "2")) == [30, 30]
    recorded = activities.member_events(shop.conn, shop.plan.program.program_id, ann, limit=9)
    assert sorted(event.external_id for event in recorded) == ["1", "2"]
    assert shop.balance(ann).available == 60
