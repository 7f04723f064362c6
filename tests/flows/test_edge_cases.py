"""The traps of commerce integration that are the ledger's, each with its number and its exact figures.

Crowds at one instant (1, 29) stand in tests/races, merging (32) also in test_merge_members.
"""

from dataclasses import replace as changed
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from regulars import flows
from regulars.kit.clock import EVER
from regulars.kit.errors import Refusal
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members


def line(number: str, amount: int, kind: activities.LineKind = activities.LineKind.PRODUCT, **more) -> activities.Line:
    return activities.Line(line_id=number, amount_minor=amount, kind=kind, **more)


def rated(shop, **params) -> None:
    """Another base rate from now on."""
    rule = shop.plan.rules[0]
    earning.save(
        shop.conn, shop.plan.program.program_id, effect=rule.effect, params={**rule.params, **params}, label=rule.label,
        by="test", at=shop.at, rule_id=rule.rule_id,
    )  # fmt: skip
    shop.reload()


def held(shop, member, points: int, name: str = "cart") -> None:
    flows.hold_points(shop.conn, shop.plan, member, points, external_id=name, at=shop.at)


def test_edge_01_the_same_order_again_is_the_first_answer_and_nothing_more(shop):
    member = shop.join("m")
    first, again = (shop.buy(member, "SO", 10_000) for _ in range(2))
    assert (first.outcome, again.outcome, first.answer) == ("created", "replayed", again.answer)
    assert shop.balance(member).available == 100


def test_edge_11_a_refund_takes_its_points_with_it_so_buying_and_returning_gains_nothing(shop):
    member = shop.join("m")
    for number in range(5):
        shop.buy(member, f"SO-{number}", 10_000)
        shop.give_back("R", f"SO-{number}")
    assert (shop.balance(member).available, shop.balance(member).debt) == (0, 0)
    assert shop.is_sound()


def test_edge_12_many_partial_refunds_take_what_one_whole_refund_takes(shop):
    parts, whole = shop.join("parts"), shop.join("whole")
    shop.buy(parts, "A", 3_333, 3_333, 3_334)
    shop.buy(whole, "B", 3_333, 3_333, 3_334)
    taken = [
        shop.give_back(f"R{number}", "A", lines=(activities.ReturnedLine(line_id=str(number)),)).answer[
            "points_reversed"
        ]
        for number in (1, 2, 3)
    ]
    assert sum(taken) == shop.give_back("R", "B").answer["points_reversed"] == 100
    assert (shop.balance(parts).available, shop.balance(whole).available) == (0, 0)


def test_edge_13_a_refund_gives_back_points_it_was_paid_with_and_never_asks_todays_rules(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 50_000)
    held(shop, member, 300)
    intake = flows.Intake(order=shop.order("SO", 10_000, points_paid_minor=300), member=member, hold_ids=("cart",))
    earned = shop.take([intake])[0].points
    rated(shop, points=50)
    answer = shop.give_back("R", "SO").answer
    assert (earned, answer["points_reversed"], answer["points_restored"]) == (97, 97, 300)
    assert shop.balance(member).available == 500
    assert shop.is_sound()


def test_edge_14_of_an_order_paid_partly_with_points_a_partial_refund_gives_back_its_share(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 50_000)
    held(shop, member, 301)
    shop.take([flows.Intake(order=shop.order("SO", 10_000), member=member, hold_ids=("cart",))])
    first = shop.give_back("R1", "SO", amount_minor=5_000).answer
    second = shop.give_back("R2", "SO", amount_minor=5_000).answer
    assert (first["points_restored"], second["points_restored"]) == (150, 151)


def test_edge_16_a_refund_after_the_points_were_spent_leaves_a_debt_that_blocks_spending(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 10_000)
    held(shop, member, 80)
    answer = shop.give_back("R", "SO").answer
    assert (answer["points_taken_back"], answer["points_owed"], answer["policy"]) == (100, 80, "debt")
    with pytest.raises(ledger.InsufficientPoints):
        held(shop, member, 1, "more")
    assert shop.buy(member, "SO-2", 5_000).answer["balance"]["debt"] == 30


def test_edge_17_expiry_takes_each_point_once_whatever_was_spent_before(founded):
    shop = founded(expiry=ledger.Expiry(kind="days", count=30))
    member = shop.join("m")
    shop.buy(member, "SO-1", 10_000)
    shop.later(10)
    shop.buy(member, "SO-2", 10_000)
    held(shop, member, 60)
    shop.close_day()
    shop.later(21)
    assert shop.balance(member).expiring == ((date(2026, 4, 19), 100),)
    assert sum(closed.expired_points for closed in shop.close_day()) == 40
    assert sum(closed.expired_points for closed in shop.close_day()) == 0
    flows.release_hold(shop.conn, shop.plan, member, "cart", at=shop.at)
    assert shop.balance(member).available == 100, "what was held of the first ended with it"
    assert shop.is_sound()


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        pytest.param(activities.LineKind.GIFT_CARD, 18, id="edge_18_gift_cards"),
        pytest.param(activities.LineKind.DELIVERY, 20, id="edge_20_delivery"),
        pytest.param(activities.LineKind.FEE, 22, id="edge_22_fees"),
    ],
)
def test_edge_18_20_22_what_is_not_goods_earns_nothing_and_takes_nothing_back(shop, kind, case):
    member = shop.join("m")
    lines = (line("1", 10_000), line("2", 5_000, kind))
    assert shop.buy(member, "SO", lines=lines, total_minor=15_000).points == 100, case
    answer = shop.give_back("R", "SO", lines=(activities.ReturnedLine(line_id="2"),)).answer
    assert (answer["points_reversed"], shop.balance(member).available) == (0, 100)


def test_edge_19_tax_is_no_base_unless_the_program_says_so(shop):
    member = shop.join("m")
    lines = (line("1", 11_300, tax_minor=1_300),)
    assert shop.buy(member, "NET", lines=lines, total_minor=11_300).points == 100
    rated(shop, exclude=["delivery", "gift_card", "fee", "discount"])
    assert shop.buy(member, "GROSS", lines=lines, total_minor=11_300).points == 113


def test_edge_21_the_base_is_what_is_paid_after_discounts(shop):
    member = shop.join("m")
    lines = (line("1", 8_000, discount_minor=2_000),)
    assert shop.buy(member, "SO", lines=lines, total_minor=8_000).points == 80


def test_edge_23_an_order_that_spends_and_earns_earns_on_the_rest(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 50_000)
    held(shop, member, 500)
    done = shop.take([flows.Intake(order=shop.order("SO", 1_500), member=member, hold_ids=("cart",))])[0]
    assert (done.points, done.answer["points_paid"], done.answer["balance"]["available"]) == (10, 500, 10)


def test_edge_24_another_currency_is_refused_before_it_is_counted_as_this_one(shop):
    member = shop.join("m")
    refused = shop.take([flows.Intake(order=replace(shop.order("SO", 1_700), currency="ZAR"), member=member)])[0]
    assert isinstance(refused, Refusal)
    assert refused.code == "currency-mismatch"


def test_edge_25_points_are_rounded_by_the_rule_never_by_the_currency(shop):
    member = shop.join("m")
    assert [shop.buy(member, f"{n}", amount).points for n, amount in enumerate((199, 200, 250))] == [1, 2, 2]
    rated(shop, rounding="nearest")
    assert [shop.buy(member, f"n{n}", amount).points for n, amount in enumerate((149, 150, 199))] == [1, 2, 2]


@pytest.mark.parametrize(
    ("currency", "minor", "points"), [("JPY", 1_000, 1_000), ("KWD", 12_345, 12), ("CNY", 12_345, 123)]
)
def test_edge_26_a_unit_of_money_is_what_its_currency_says(conn, currency, minor, points):
    plan = flows.found_program(
        conn, code="shop", name={"en": "Shop"}, currency=currency, time_zone="Asia/Tokyo", language="en",
        at=datetime.fromisoformat("2026-03-10T04:00:00Z"),
    )  # fmt: skip
    order = activities.Order(
        source="shop", external_id="SO", currency=currency, total_minor=minor, lines=(line("1", minor),),
        occurred_at=datetime.fromisoformat("2026-03-10T04:00:00Z"),
    )  # fmt: skip
    assert flows.quote_order(conn, plan, order, None, at=order.occurred_at).decision.award.points == points


def test_edge_27_five_points_per_two_fifty_on_three_is_five(shop):
    rated(shop, points=5, per_minor=250, whole_steps=True)
    assert shop.buy(shop.join("m"), "SO", 300).points == 5


def test_edge_28_a_hold_larger_than_the_basket_pays_no_more_than_the_basket(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 100_000)
    held(shop, member, 900)
    done = shop.take([flows.Intake(order=shop.order("SO", 500), member=member, hold_ids=("cart",))])[0]
    assert done.points == 0
    stored = activities.member_purchases(shop.conn, member, limit=1)[0]
    assert (stored.points_paid_minor, stored.total_minor) == (500, 500)


def test_edge_28_orders_in_any_order_of_arrival_end_the_same(shop):
    early, late = shop.join("early"), shop.join("late")
    days = [shop.at - timedelta(days=day) for day in (300, 200, 100)]
    for number, at in enumerate(days):
        shop.buy(early, f"e{number}", 40_000, at=at)
    for number, at in enumerate(reversed(days)):
        shop.buy(late, f"l{number}", 40_000, at=at)
    assert shop.balance(early) == shop.balance(late)
    standings = [tiers.standing(shop.conn, shop.plan.ladder, one, today=shop.today) for one in (early, late)]
    assert standings[0].tier == standings[1].tier


def test_edge_31_a_guests_order_waits_for_the_member_and_is_theirs_once_they_join(shop):
    who = members.Identifier(members.IdentifierKind.EMAIL, "mei@example.com")
    parked = shop.take([flows.Intake(order=shop.order("SO", 10_000), member=who, on_unknown="hold")])[0]
    assert parked.outcome == "parked"
    joined = flows.enroll_member(
        shop.conn, shop.plan, [members.Enrollment(identifiers=(who,), enrolled_at=shop.at)], at=shop.at
    )[0][0]
    assert shop.balance(joined).available == 100


def test_edge_32_after_a_merge_events_for_the_old_id_keep_working(shop):
    kept, gone = shop.join("kept"), shop.join("gone")
    shop.buy(gone, "SO", 10_000)
    flows.merge_members(shop.conn, shop.plan, gone, kept, at=shop.at)
    assert shop.buy(gone, "SO-2", 5_000).outcome == "created"
    assert shop.balance(kept).available == 150
    assert shop.is_sound()


@pytest.mark.parametrize(
    ("on", "points"), [("2027-02-28", 200), ("2027-03-01", 100), ("2028-02-29", 200), ("2028-02-28", 100)]
)
def test_edge_36_who_was_born_on_29_february_has_a_birthday_every_year_once(shop, on, points):
    rule = next(rule for rule in shop.plan.rules if rule.effect == "birthday_factor")
    earning.save(
        shop.conn, shop.plan.program.program_id, effect=rule.effect, params={"factor": 2, "when": "day"},
        label=rule.label, by="test", at=shop.at, rule_id=rule.rule_id,
    )  # fmt: skip
    shop.reload()
    member = shop.join("leap", birth_on=date(1996, 2, 29))
    shop.at = datetime.fromisoformat(f"{on}T04:00:00Z")
    assert shop.buy(member, on, 10_000).points == points


def test_edge_38_redeeming_never_lowers_a_tier(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 120_000)
    before = tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today)
    held(shop, member, 1_000)
    after = tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today)
    assert (before.tier.rank, after.tier.rank, before.reached) == (1, 1, after.reached)


def test_edge_39_a_return_below_the_threshold_keeps_the_tier_until_its_review(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 120_000)
    shop.give_back("R", "SO")
    standing = tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today)
    assert (standing.tier.rank, standing.reached, standing.review_on) == (1, 0, date(2027, 3, 31))
    for day in ("2027-03-01", "2027-04-01"):
        shop.at = datetime.fromisoformat(f"{day}T04:00:00Z")
        shop.close_day()
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).tier.rank == 0


def test_edge_47_an_order_that_is_not_done_yet_earns_pending_until_the_shop_says_so(shop):
    wallet = changed(shop.plan.wallet, waits_for_event=True)
    ledger.save_wallet(shop.conn, wallet)
    shop.reload()
    member = shop.join("m")
    told = shop.buy(member, "SO", 10_000).answer["balance"]
    assert (told["available"], told["pending"], told["waiting"]) == (0, 100, 100)
    flows.activate_points(shop.conn, shop.plan, source="shop", order_external_id="SO", at=shop.at)
    assert (shop.balance(member).available, shop.balance(member).pending) == (100, 0)
    assert ledger.lots_of(shop.conn, [member])[member, wallet.wallet_id][0][0].active_on == EVER
