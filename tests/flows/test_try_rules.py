"""A dry run tells what each rule did to an order, and why the others did nothing, and writes nothing."""

from datetime import timedelta

import pytest

from regulars import flows
from regulars.audience import conditions
from regulars.program import earning
from regulars.records import activities

from .test_rule_conditions import buy, lines, save


def trial(shop, order, member=None, **more):
    return flows.try_rules(shop.conn, shop.plan, order, member, at=shop.at, language="en", **more)


def told(found):
    return {tried.weighed.rule.label["en"]: (tried.weighed.points, tried.text) for tried in found.rules}


def test_every_rule_says_what_it_did_or_why_not(shop):
    save(shop, "multiply", label="Tea", lines='line.category == "tea"')
    save(shop, "multiply", label="Gold only", condition='member.tier == "gold"')
    save(shop, "bonus", label="Big basket", params={"spend_minor": 50_000, "points": 100})
    save(shop, "nth_order", label="Fifth", params={"nth": 5, "points": 9})
    save(shop, "multiply", label="Next year", starts_on=shop.today.replace(year=2027))
    save(shop, "multiply", label="Last year", ends_on=shop.today.replace(year=2025))
    save(shop, "multiply", label="Draft", state=earning.State.DRAFT)
    save(shop, "event_points", label="Check-in")
    ann = shop.join("ann")
    order = shop.order("T", total_minor=1_000, lines=lines(("coffee", 1_000)))
    found = told(trial(shop, order, ann))
    assert found == {
        "Base rate": (10, "¥10.00 × 1 per ¥1.00 (Base rate, version 1)"),
        "Tea": (0, "No line of the order counts for it"),
        "Gold only": (0, "Its conditions are not met"),
        "Birthday month": (0, "It is not around the birthday"),
        "Tier bonus": (0, "The tier Member multiplies nothing"),
        "Big basket": (0, "¥490.00 more have to be spent"),
        "Fifth": (0, "This is order number 1, not number 5"),
        "Next year": (0, "It is not in force yet on this day"),
        "Last year": (0, "It had ended before this day"),
        "Draft": (0, "It is a draft"),
        "Check-in": (0, "It is about events"),
    }
    assert activities.member_purchases(shop.conn, ann, limit=9) == []


def test_a_condition_is_explained_atom_by_atom(shop):
    save(shop, "multiply", label="Gold", condition='member.tier == "gold" && activity.total >= 5')
    found = trial(shop, shop.order("T", 1_000), shop.join("ann"))
    (gold,) = [one.weighed for one in found.rules if one.weighed.rule.label["en"] == "Gold"]
    assert gold.condition is not None
    assert [part.verdict for part in gold.condition.part.parts] == ["no", "yes"]
    assert "Member" in gold.condition.because[0]


def test_limits_caps_and_groups_say_that_they_stand_in_the_way(shop):
    most = earning.Limits(member_points_max=5, member_period="day")
    save(shop, "bonus", label="Capped", params={"spend_minor": 1, "points": 5}, limits=most)
    save(shop, "multiply", label="Double", params={"factor": 2}, group="g")
    save(shop, "multiply", label="Triple", params={"factor": 3}, group="g")
    ann = shop.join("ann")
    shop.buy(ann, "A", 1_000)
    found = told(trial(shop, shop.order("T", 1_000), ann))
    assert found["Capped"] == (0, "It gives at most 5 points a day, and they are used up")
    assert found["Double"] == (0, "Triple gives more and excludes it")
    earning.save_caps(
        shop.conn, shop.plan.program.program_id, [earning.Cap(period="day", points_max=35)], by="test", at=shop.at
    )
    shop.reload()
    bob = shop.join("bob")
    shop.buy(bob, "B", 3_000)
    found = told(trial(shop, shop.order("T", 1_000), bob))
    assert found["Base rate"][1] == "Members get at most 35 points a day over all rules, and they are used up"


def test_a_draft_is_tried_in_the_place_of_its_rule(shop):
    draft = flows.RuleWanted(
        effect="multiply", label={"en": "Draft"}, params={"factor": 3}, lines='line.category == "tea"'
    )
    order = shop.order("T", total_minor=1_000, lines=lines(("tea", 1_000)))
    ann = shop.join("ann")
    assert told(trial(shop, order, ann, draft=draft))["Draft"][0] == 20
    rate = flows.RuleWanted(effect="earn_rate", label={"en": "Base rate"}, params={"points": 5})
    assert told(trial(shop, order, ann, draft=rate, draft_of=1))["Base rate"][0] == 50
    assert len(earning.rules(shop.conn, shop.plan.program.program_id)) == 3
    wrong = flows.RuleWanted(effect="multiply", label={"en": "Draft"}, condition="member.tear > 1")
    with pytest.raises(conditions.RuleInvalid, match="Did you mean 'tier'"):
        trial(shop, order, ann, draft=wrong)


def test_a_past_order_is_judged_as_it_was_then(shop):
    most = earning.Limits(member_points_max=50, member_period="day")
    save(shop, "nth_order", label="First", params={"nth": 1, "points": 50}, limits=most)
    save(
        shop,
        "bonus",
        label="Second coffee",
        params={"spend_minor": 1, "points": 7},
        condition="member.lines.size() == 1",
    )
    ann = shop.join("ann")
    first = buy(shop, ann, "first", ("coffee", 600_000)).points
    shop.later(1)
    second = buy(shop, ann, "second", ("coffee", 1_000)).points
    assert (first, second) == (6_050, 10 + 5 + 7)
    shop.later(1)
    for number, points in (("first", first), ("second", second)):
        found = flows.try_past_order(shop.conn, shop.plan, "shop", number, at=shop.at, language="en")
        assert (found.stored_points, found.awards[0][1].points) == (points, points)


def test_rules_of_the_moment_of_the_order_are_tried(shop):
    ann = shop.join("ann")
    shop.buy(ann, "A", 1_000)
    shop.later(2)
    base = shop.plan.rules[0]
    save(shop, "earn_rate", label="Base rate", rule_id=base.rule_id, params={"points": 9}, effective_at=shop.at)
    found = flows.try_past_order(shop.conn, shop.plan, "shop", "A", at=shop.at, language="en")
    assert found.awards[0][1].points == 10
    assert trial(shop, shop.order("T", 1_000, at=shop.at - timedelta(days=1))).awards[0][1].points == 10
    assert trial(shop, shop.order("T", 1_000)).awards[0][1].points == 90


def test_an_order_nobody_knows_is_refused(shop):
    with pytest.raises(activities.OrderNotFound):
        flows.try_past_order(shop.conn, shop.plan, "shop", "none", at=shop.at, language="en")
