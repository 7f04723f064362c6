"""Rules live in versions: what was decided stays, what comes is decided by the version of its moment."""

from datetime import timedelta

import pytest

from regulars import flows
from regulars.program import earning

from .test_rule_conditions import save

RATE = {"points": 5}


def standing(shop, rule_id):
    versions = earning.versions(shop.conn, shop.plan.program.program_id, rule_id)
    return earning.standing(versions, shop.at, shop.today)


def move(shop, rule_id, state, **more):
    found = earning.change_state(
        shop.conn, shop.plan.program.program_id, rule_id, earning.State(state), by="test", at=shop.at, **more
    )
    shop.reload()
    return found


def test_case_086_a_change_never_reaches_back(shop):
    ann = shop.join("ann")
    with pytest.raises(earning.EffectivePast) as refused:
        save(shop, "earn_rate", rule_id=1, params=RATE, effective_at=shop.at - timedelta(seconds=1))
    assert refused.value.code == "rule-effective-past"
    with pytest.raises(earning.EffectivePast):
        move(shop, 1, "paused", effective_at=shop.at - timedelta(seconds=1))
    assert len(earning.versions(shop.conn, shop.plan.program.program_id, 1)) == 1
    save(shop, "earn_rate", rule_id=1, params=RATE, effective_at=shop.at)
    assert shop.buy(ann, "before", 1_000, at=shop.at - timedelta(seconds=1)).points == 10
    assert shop.buy(ann, "after", 1_000).points == 50
    assert shop.buy(ann, "before", 1_000, at=shop.at - timedelta(seconds=1)).outcome == "replayed"


def test_a_change_of_tomorrow_waits_and_the_rule_says_so(shop):
    ann = shop.join("ann")
    save(shop, "earn_rate", rule_id=1, params=RATE, effective_at=shop.at + timedelta(days=1))
    assert (standing(shop, 1), shop.buy(ann, "A", 1_000).points) == ("live", 10)
    shop.later(1)
    assert shop.buy(ann, "B", 1_000).points == 50
    assert shop.buy(ann, "late", 1_000, at=shop.at - timedelta(hours=1)).points == 10


def test_a_new_rule_of_tomorrow_is_scheduled(shop):
    rule = save(shop, "multiply", effective_at=shop.at + timedelta(days=1))
    assert (standing(shop, rule.rule_id), shop.buy(shop.join("ann"), "A", 1_000).points) == ("scheduled", 10)
    shop.later(1)
    assert (standing(shop, rule.rule_id), shop.buy(shop.join("bob"), "B", 1_000).points) == ("live", 20)


def test_a_rule_goes_from_draft_to_live_to_paused_and_back_and_is_retired_for_good(shop):
    ann = shop.join("ann")
    rule = save(shop, "multiply", state=earning.State.DRAFT)
    told = [(standing(shop, rule.rule_id), shop.buy(ann, "0", 1_000).points)]
    for number, state in enumerate(("live", "paused", "live", "retired"), 1):
        shop.later(1)
        move(shop, rule.rule_id, state)
        told.append((standing(shop, rule.rule_id), shop.buy(ann, str(number), 1_000).points))
    assert told == [("draft", 10), ("live", 20), ("paused", 10), ("live", 20), ("retired", 10)]
    for again in ("live", "draft"):
        with pytest.raises(earning.RuleRetired):
            move(shop, rule.rule_id, again)
    with pytest.raises(earning.RuleRetired):
        save(shop, "multiply", rule_id=rule.rule_id)
    assert [one.state for one in earning.versions(shop.conn, shop.plan.program.program_id, rule.rule_id)] == [
        "retired", "live", "paused", "live", "draft",
    ]  # fmt: skip


def test_a_draft_of_a_live_rule_changes_nothing_until_it_goes_live(shop):
    ann = shop.join("ann")
    limits = earning.Limits(budget_points_max=25)
    save(shop, "earn_rate", rule_id=1, params={"points": 1}, limits=limits)
    save(shop, "earn_rate", rule_id=1, params=RATE, state=earning.State.DRAFT)
    assert [shop.buy(ann, name, 1_000).points for name in "ABC"] == [10, 10, 5]
    move(shop, 1, "live")
    assert shop.buy(ann, "D", 1_000).points == 50


def test_a_rule_that_nobody_knows_and_a_step_that_is_none_are_refused(shop):
    with pytest.raises(earning.RuleNotFound):
        move(shop, 99, "paused")
    with pytest.raises(earning.RuleInvalid):
        move(shop, 1, "draft")
    assert move(shop, 1, "live").version == 1


def test_caps_hold_over_all_rules_in_batches_and_apart(shop):
    caps = [earning.Cap(period="day", points_max=45), earning.Cap(period="month", points_max=60)]
    earning.save_caps(shop.conn, shop.plan.program.program_id, caps, by="test", at=shop.at)
    save(shop, "multiply", label="Double", params={"factor": 2})
    ann = shop.join("ann")
    orders = [shop.order(name, 1_000, at=shop.at - timedelta(minutes=9 - n)) for n, name in enumerate("ABC")]
    told = shop.take([flows.Intake(order=order, member=ann) for order in orders])
    assert [one.points for one in told] == [20, 20, 5]
    assert told[2].answer["reasons"][0]["text"].endswith(", at most 45 points a day over all rules")
    none = shop.buy(ann, "D", 1_000)
    assert none.answer["reasons"][0]["text"] == (
        "No points: members get at most 45 points a day over all rules, and they are used up"
    )
    shop.later(1)
    assert shop.buy(ann, "E", 1_000).points == 15
    shop.later(31)
    assert shop.buy(ann, "F", 1_000).points == 20
    assert shop.buy(shop.join("bob"), "G", 1_000).points == 20


@pytest.mark.parametrize(
    "caps",
    [
        [earning.Cap(period="order", points_max=5)],
        [earning.Cap(period="day", points_max=0)],
        [earning.Cap(period="day", points_max=5), earning.Cap(period="day", points_max=6)],
    ],
)
def test_caps_without_sense_are_refused(shop, caps):
    with pytest.raises(earning.RuleInvalid):
        earning.save_caps(shop.conn, shop.plan.program.program_id, caps, by="test", at=shop.at)
    assert earning.caps(shop.conn, shop.plan.program.program_id) == []


def test_spend_of_a_month_is_rewarded_once_for_every_step_and_never_twice(shop):
    save(shop, "bonus", label="Month", params={"points": 100, "spend_minor": 10_000, "repeats": True, "per": "month"})
    ann = shop.join("ann")
    assert [shop.buy(ann, name, 6_000).points for name in "ABCD"] == [60, 160, 60, 160]
    shop.give_back("R", "D")
    assert shop.buy(ann, "E", 6_000).points == 60  # the step was paid before
    shop.later(31)
    assert shop.buy(ann, "F", 25_000).points == 450


def test_the_first_and_every_third_order_are_rewarded(shop):
    save(shop, "nth_order", label="First", params={"points": 50, "nth": 1})
    save(shop, "nth_order", label="Third", params={"points": 7, "nth": 3, "repeats": True})
    ann = shop.join("ann")
    told = [shop.buy(ann, str(n), 100 if n != 2 else 0).points for n in range(8)]
    assert told == [51, 1, 0, 8, 1, 1, 8, 1]
