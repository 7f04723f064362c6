"""Rules that ask something: of the purchase, its lines, its member and what they bought before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from regulars import flows
from regulars.audience import conditions
from regulars.program import earning, tiers
from regulars.records import activities


def save(shop, effect, *, label="Extra", rule_id=None, **wanted):
    rule = flows.save_rule(
        shop.conn,
        shop.plan,
        flows.RuleWanted(effect=effect, label={"en": label, "zh": "加赠"}, **wanted),
        by="test",
        at=shop.at,
        rule_id=rule_id,
    )
    shop.reload()
    return rule


def lines(*of):
    return tuple(
        activities.Line(line_id=str(number), amount_minor=amount, category=category)
        for number, (category, amount) in enumerate(of, 1)
    )


def buy(shop, member, number, *of, at=None):
    return shop.buy(member, number, at=at, lines=lines(*of), total_minor=sum(amount for _, amount in of))


def test_a_factor_on_some_lines_multiplies_what_those_earned(shop):
    save(shop, "multiply", params={"factor": 3}, lines='line.category == "tea"')
    ann = shop.join("ann")
    assert buy(shop, ann, "A", ("tea", 1_000), ("coffee", 2_500)).points == 35 + 20
    assert buy(shop, ann, "B", ("coffee", 2_500)).points == 25
    (purchase,) = [p for p in activities.member_purchases(shop.conn, ann, limit=9) if p.external_id == "A"]
    of_line = [line.points for line in activities.lines(shop.conn, purchase)]
    assert of_line == [30, 25]


def test_what_comes_back_of_a_multiplied_line_takes_its_own_points(shop):
    save(shop, "multiply", params={"factor": 3}, lines='line.category == "tea"')
    ann = shop.join("ann")
    buy(shop, ann, "A", ("tea", 1_000), ("coffee", 2_500))
    shop.give_back("R", "A", lines=(activities.ReturnedLine(line_id="1"),))
    assert shop.balance(ann).available == 25


def test_gold_members_who_bought_coffee_twice_get_double_tea_at_most_500_a_day(shop):
    save(
        shop,
        "multiply",
        params={"factor": 2},
        condition='member.tier == "gold" && member.lines.filter(l, l.category == "coffee" && now - l.at < days(30))'
        ".size() >= 2",
        lines='line.category == "tea"',
        limits=earning.Limits(member_points_max=500, member_period="day"),
    )
    ann, bob = shop.join("ann"), shop.join("bob")
    buy(shop, ann, "up", ("shoes", 600_000))  # reaches gold
    for member, name in ((ann, "a"), (bob, "b")):
        buy(shop, member, f"{name}1", ("coffee", 500))
    shop.later(1)
    assert buy(shop, ann, "a2", ("tea", 10_000)).points == 150  # 1.5 for gold: one coffee is not enough
    buy(shop, ann, "a3", ("coffee", 500))
    shop.later(1)
    assert buy(shop, ann, "a4", ("tea", 10_000)).points == 250
    assert buy(shop, bob, "b2", ("tea", 10_000)).points == 100
    assert buy(shop, ann, "a5", ("tea", 50_000)).points == 750 + 400  # the rest of 500 a day
    shop.later(40)
    assert buy(shop, ann, "a6", ("tea", 10_000)).points == 150


def test_orders_of_one_batch_are_a_past_for_each_other(shop):
    save(shop, "bonus", params={"points": 7, "spend_minor": 1}, condition="member.orders.size() == 2")
    ann = shop.join("ann")
    orders = [shop.order(str(n), 1_000, at=shop.at - timedelta(minutes=9 - n)) for n in range(4)]
    told = shop.take([flows.Intake(order=order, member=ann) for order in orders])
    assert [one.points for one in told] == [10, 10, 17, 10]


def test_a_late_order_sees_what_came_before_it_in_time(shop):
    save(shop, "bonus", params={"points": 7, "spend_minor": 1}, condition="member.orders.size() == 0")
    ann = shop.join("ann")
    assert shop.buy(ann, "today", 1_000).points == 17
    assert shop.buy(ann, "earlier", 1_000, at=shop.at - timedelta(days=3)).points == 17
    assert shop.buy(ann, "between", 1_000, at=shop.at - timedelta(days=1)).points == 10


def test_of_an_exclusive_group_only_the_best_gives_and_says_before_what(shop):
    save(shop, "multiply", label="Double", params={"factor": 2}, group="weekend")
    save(shop, "multiply", label="Triple", params={"factor": 3}, group="weekend")
    save(shop, "bonus", label="Five", params={"points": 5, "spend_minor": 1}, group="weekend", priority=9)
    answer = shop.buy(shop.join("ann"), "A", 1_000).answer
    assert answer["points"] == 30
    assert answer["reasons"][-1]["text"] == "Triple ×3 (version 1), instead of Double, Five"


def test_where_the_first_counts_priority_decides(shop):
    save(shop, "multiply", label="Double", params={"factor": 2}, group="g", picks="first")
    save(shop, "bonus", label="Five", params={"points": 5, "spend_minor": 1}, group="g", picks="first", priority=9)
    assert shop.buy(shop.join("ann"), "A", 1_000).points == 15


def test_of_a_group_the_one_that_still_may_give_does(shop):
    most = earning.Limits(member_points_max=4, member_period="ever")
    save(shop, "bonus", label="Nine", params={"points": 9, "spend_minor": 1}, group="g", limits=most)
    save(shop, "bonus", label="Five", params={"points": 5, "spend_minor": 1}, group="g")
    assert shop.buy(shop.join("ann"), "A", 1_000).points == 15


def test_members_read_why_in_the_words_of_the_rule(shop):
    because = {"en": "Tea weekend", "zh": "茶周末"}
    save(shop, "multiply", params={"factor": 2}, because=because)
    chinese = shop.join("ann", language="zh")
    assert shop.buy(chinese, "A", 1_000).answer["reasons"][-1]["text"] == "茶周末 ×2（第 1 版）"


def test_without_a_condition_that_holds_there_is_a_reason(shop):
    base = shop.plan.rules[0]
    save(
        shop, "earn_rate", label="Base rate", rule_id=base.rule_id, params=base.params,
        condition='activity.channel == "web"',
    )  # fmt: skip
    ann = shop.join("ann")
    answer = shop.buy(ann, "A", 1_000).answer
    assert (answer["points"], answer["reasons"][0]["text"]) == (0, "No points: the conditions of Base rate are not met")
    assert shop.buy(ann, "B", 1_000, channel="web").points == 10


@pytest.mark.parametrize(
    ("wanted", "code", "line", "column"),
    [
        ({"condition": "activity.total >="}, "rule-invalid", 1, 18),
        ({"condition": 'activity.total > 1 &&\n member.tier == "platnum"'}, "rule-invalid", 2, 17),
        ({"lines": "line.amount > 1 && line.colour > 2"}, "rule-invalid", 1, 25),
    ],
)
def test_case_079_a_syntax_error_is_refused_with_its_place(shop, wanted, code, line, column):
    with pytest.raises(conditions.RuleInvalid) as refused:
        save(shop, "multiply", **wanted)
    facts = refused.value.facts
    assert (refused.value.code, facts["line"], facts["column"]) == (code, line, column)
    assert {"expected", "suggestion", "caret"} & set(facts)
    assert len(shop.plan.rules) == 3


@pytest.mark.parametrize("text", ["(" * 100_000 + "true" + ")" * 100_000, "!" * 25 + "true", "true && " * 501 + "true"])
def test_case_081_a_rule_that_is_too_deep_or_too_large_is_refused(shop, text):
    with pytest.raises(conditions.RuleTooComplex) as refused:
        save(shop, "multiply", condition=text)
    assert refused.value.code == "rule-too-complex"


def test_case_082_loops_in_loops_are_refused_at_save(shop):
    inner = "activity.lines.exists(a, activity.lines.exists(b, activity.lines.exists(c, a.amount > c.amount)))"
    with pytest.raises(conditions.RuleInvalid) as refused:
        save(shop, "multiply", condition=inner)
    assert refused.value.code in ("rule-too-expensive", "rule-invalid")
    assert len(shop.plan.rules) == 3


def test_case_083_a_rule_that_cannot_be_asked_is_left_out_and_listed(shop):
    rule = save(
        shop, "bonus", params={"points": 50, "spend_minor": 1}, condition="activity.lines.exists(l, l.amount > 0)"
    )
    ann = shop.join("ann")
    many = shop.buy(ann, "many", *[100] * 501)
    assert (many.outcome, many.points) == ("created", 501)
    assert shop.buy(ann, "few", 100).points == 51
    (broken,) = earning.errors(shop.conn, shop.plan.program.program_id)
    assert (broken.rule_id, broken.version, broken.code) == (rule.rule_id, 1, "rule-too-expensive")
    assert (broken.member_id, broken.activity_id) == (ann, many.order_id)


def test_case_083_a_condition_whose_words_are_gone_is_left_out_and_listed(shop):
    save(shop, "bonus", params={"points": 50, "spend_minor": 1}, condition='member.tier != "silver"')
    ann = shop.join("ann")
    assert shop.buy(ann, "before", 1_000).points == 60
    steel = [replace(one, name={"en": "Steel"}) if one.tier_id == 2 else one for one in shop.plan.ladder.tiers]
    tiers.save(shop.conn, replace(shop.plan.ladder, tiers=tuple(steel)))
    shop.reload()
    assert shop.buy(ann, "after", 1_000).points == 10
    (broken,) = earning.errors(shop.conn, shop.plan.program.program_id)
    assert "silver" in broken.detail


def test_case_084_what_is_missing_does_not_match_and_breaks_nothing(shop):
    save(
        shop,
        "bonus",
        params={"points": 50, "spend_minor": 1},
        condition='activity.store == "A" && member.birth_on.month == 3',
    )
    ann, bob = shop.join("ann"), shop.join("bob", birth_on=date(1990, 3, 1))
    assert shop.buy(ann, "A", 1_000).points == 10
    assert shop.buy(bob, "B", 1_000, store="A").points == 70
    assert earning.errors(shop.conn, shop.plan.program.program_id) == []
