"""What each rule does about an order, and why the others do nothing."""

import pytest

from regulars import flows
from regulars.program import earning
from regulars.records import activities

from .test_rule_conditions import buy, lines, save

COFFEE = 'member.lines.filter(l, l.category == "coffee" && now - l.at < days(30)).size() >= 2'


def _run(shop, order, member, **more):
    found = flows.dry_run(shop.conn, shop.plan, order, member, at=shop.at, language="en", **more)
    return found, {one.rule.label["en"]: one for one in found.tried}


def _basket(shop, *of, number="basket"):
    return shop.order(number, lines=lines(*of), total_minor=sum(amount for _, amount in of))


def test_every_rule_says_what_it_gives_or_why_not(shop):
    save(shop, "multiply", label="Tea", params={"factor": 2}, lines='line.category == "tea"', condition=COFFEE)
    save(shop, "multiply", label="Books", params={"factor": 2}, lines='line.category == "book"')
    save(shop, "multiply", label="Gold", params={"factor": 2}, condition='member.tier == "gold"')
    save(shop, "bonus", label="Spend", params={"points": 50, "spend_minor": 10_000})
    ann = shop.join("ann")
    buy(shop, ann, "A", ("coffee", 300), ("coffee", 300))
    shop.later(1)
    found, by_name = _run(shop, _basket(shop, ("tea", 1_000)), ann)
    assert found.points == {shop.plan.wallet.wallet_id: 20}
    assert [(one.rule.label["en"], one.points) for one in found.tried[:2]] == [("Base rate", 10), ("Tea", 10)]
    assert by_name["Tea"].told.matched
    assert by_name["Books"].missed == ("not.lines", {})
    assert by_name["Gold"].missed == ("not.condition", {})
    assert by_name["Gold"].told.because == ("✗ tier is Gold (tier: Member)",)
    assert by_name["Spend"].missed == ("not.spend", {"basis_minor": 1_000, "missing_minor": 9_000})
    assert by_name["Tier bonus"].missed[0] == "not.tier"


def test_a_dry_run_agrees_with_the_order_and_writes_nothing(shop):
    save(shop, "multiply", label="Tea", params={"factor": 3}, lines='line.category == "tea"')
    ann = shop.join("ann")
    found, _ = _run(shop, _basket(shop, ("tea", 1_000), ("book", 500)), ann)
    assert shop.balance(ann).available == 0
    assert found.points[shop.plan.wallet.wallet_id] == buy(shop, ann, "A", ("tea", 1_000), ("book", 500)).points == 35


def test_a_draft_is_tried_as_if_it_were_in_force(shop):
    draft = save(shop, "multiply", label="Draft", params={"factor": 2}, state=earning.State.DRAFT)
    basket = _basket(shop, ("tea", 1_000))
    found, by_name = _run(shop, basket, None)
    assert (sum(found.points.values()), by_name["Draft"].missed) == (10, ("not.draft", {}))
    found, by_name = _run(shop, basket, None, trying={draft.rule_id})
    assert (sum(found.points.values()), by_name["Draft"].points) == (20, 10)
    assert earning.versions(shop.conn, shop.plan.program.program_id, draft.rule_id)[0].state is earning.State.DRAFT


@pytest.mark.parametrize("state", [earning.State.PAUSED, earning.State.RETIRED])
def test_a_rule_that_is_not_in_force_says_so(shop, state):
    rule = save(shop, "multiply", label="Off", params={"factor": 2})
    earning.change_state(shop.conn, shop.plan.program.program_id, rule.rule_id, state, by="test", at=shop.at)
    shop.reload()
    shop.later(1)
    _, by_name = _run(shop, _basket(shop, ("tea", 1_000)), None)
    assert by_name["Off"].missed == (f"not.{state}", {})


def test_a_past_order_is_asked_about_without_what_it_took_itself(shop):
    save(shop, "nth_order", label="First", params={"points": 50, "nth": 1, "repeats": False, "per": "ever"})
    save(
        shop,
        "multiply",
        label="Capped",
        params={"factor": 2},
        limits=earning.Limits(member_points_max=15, member_period="day", budget_points_max=15),
    )
    ann = shop.join("ann")
    done = buy(shop, ann, "A", ("tea", 2_000))
    assert done.points == 20 + 15 + 50
    (past,) = activities.member_purchases(shop.conn, ann, limit=1)
    shop.later(2)
    order = flows.past_order(shop.conn, past)
    found, by_name = _run(shop, order, ann, past=past)
    assert sum(found.points.values()) == done.points
    assert (by_name["First"].points, by_name["Capped"].points) == (50, 15)
    found, by_name = _run(shop, _basket(shop, ("tea", 2_000)), ann)
    assert by_name["First"].missed == ("not.count", {"number": 2, "nth": 1})
    assert by_name["Capped"].missed[0] == "not.budget"


def test_a_past_order_is_asked_about_with_the_tier_of_then(shop):
    save(shop, "multiply", label="Gold", params={"factor": 2}, condition='member.tier == "gold"')
    ann = shop.join("ann")
    buy(shop, ann, "A", ("tea", 1_000))
    shop.later(1)
    buy(shop, ann, "B", ("tea", 2_000_000))
    shop.later(1)
    past = next(one for one in activities.member_purchases(shop.conn, ann, limit=9) if one.external_id == "A")
    found, by_name = _run(shop, flows.past_order(shop.conn, past), ann, past=past)
    assert found.tier.rank == shop.plan.ladder.tiers[0].rank
    assert by_name["Gold"].missed == ("not.condition", {})
    found, by_name = _run(shop, _basket(shop, ("tea", 1_000)), ann)
    assert by_name["Gold"].points > 0


def test_what_did_not_earn_of_a_past_order_still_does_not(shop):
    ann = shop.join("ann")
    taxed = activities.Line(line_id="1", amount_minor=1_000, tax_minor=400)
    done = shop.buy(ann, "A", lines=(taxed,), total_minor=1_000)
    (past,) = activities.member_purchases(shop.conn, ann, limit=1)
    found, _ = _run(shop, flows.past_order(shop.conn, past), ann, past=past)
    assert sum(found.points.values()) == done.points == 6
