"""Orders become facts, points and tiers, each once."""

import random
from datetime import date, timedelta

from msgspec.structs import replace

from regulars import flows
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members


def test_one_yuan_is_one_point(shop):
    member = shop.join("ann")
    recorded = shop.buy(member, "SO-1", 24986)
    assert recorded.points == 249
    assert shop.balance(member).available == 249
    assert recorded.answer["reasons"][0]["text"] == "¥249.86 × 1 per ¥1.00 (Base rate, version 1)"
    assert shop.is_sound()


def test_the_same_order_twice_earns_once(shop):
    member = shop.join("ann")
    first = shop.buy(member, "SO-1", 10000)
    again = shop.buy(member, "SO-1", 10000)
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert again.answer == first.answer
    assert shop.balance(member).available == 100


def test_the_same_order_twice_in_one_batch_earns_once(shop):
    member = shop.join("ann")
    intake = flows.Intake(order=shop.order("SO-1", 10000), member=member)
    first, again = shop.take([intake, intake])
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert again.answer == first.answer
    assert shop.balance(member).available == 100


def test_an_id_with_other_content_is_a_conflict_that_names_the_fields(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10000)
    refusal = shop.buy(member, "SO-1", 20000)
    assert isinstance(refusal, activities.EventConflict)
    assert [flaw.pointer for flaw in refusal.flaws] == ["/total_minor"]
    assert shop.balance(member).available == 100


def test_a_refused_order_leaves_its_neighbors_alone(shop):
    member = shop.join("ann")
    good = flows.Intake(order=shop.order("SO-1", 10000), member=member)
    wrong = flows.Intake(order=replace(shop.order("SO-2", 10000), total_minor=99), member=member)
    nobody = flows.Intake(
        order=shop.order("SO-3", 10000), member=members.Identifier(members.IdentifierKind.PHONE, "+8613800138000")
    )
    results = shop.take([wrong, good, nobody])
    assert [getattr(r, "code", r.__class__.__name__) for r in results] == [
        "total-mismatch",
        "Recorded",
        "unknown-member",
    ]
    assert shop.balance(member).available == 100


def test_delivery_gift_cards_and_tax_do_not_earn(shop):
    member = shop.join("ann")
    lines = (
        activities.Line(line_id="1", amount_minor=11300, tax_minor=1300),
        activities.Line(line_id="2", amount_minor=1000, kind=activities.LineKind.DELIVERY),
        activities.Line(line_id="3", amount_minor=50000, kind=activities.LineKind.GIFT_CARD),
    )
    recorded = shop.buy(member, "SO-1", lines=lines, total_minor=62300)
    assert recorded.points == 100
    assert recorded.answer["eligible_minor"] == 10000


def test_an_order_that_earns_nothing_says_why(shop):
    member = shop.join("ann")
    small = shop.buy(member, "SO-1", 99)
    gift_card = activities.Line(line_id="1", amount_minor=5000, kind=activities.LineKind.GIFT_CARD)
    excluded = shop.buy(member, "SO-2", lines=(gift_card,), total_minor=5000)
    assert small.answer["reasons"][0]["text"] == "No points: the amount that earns is ¥0.99, below ¥1.00"
    assert excluded.answer["reasons"][0]["code"] == "none.excluded"
    assert (small.points, excluded.points) == (0, 0)


def test_points_double_in_the_birthday_month(shop):
    member = shop.join("ann", birth_on=date(1990, 3, 31))
    recorded = shop.buy(member, "SO-1", 12345)
    assert recorded.points == 246
    assert [reason["points"] for reason in recorded.answer["reasons"]] == [123, 123]


def test_points_wait_until_the_return_window_is_over(founded):
    shop = founded(return_window_days=14)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10000)
    assert (shop.balance(member).available, shop.balance(member).pending) == (0, 100)
    shop.later(14)
    assert (shop.balance(member).available, shop.balance(member).pending) == (100, 0)
    shop.close_day()
    assert (shop.balance(member).available, shop.balance(member).pending) == (100, 0)
    assert shop.is_sound()


def test_points_expire_after_their_last_day_and_not_before(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10000)
    assert shop.balance(member).expiring == ((date(2027, 3, 31), 100),)
    shop.later((date(2027, 3, 31) - shop.today).days)
    shop.close_day()
    assert shop.balance(member).available == 100
    shop.later(1)
    assert shop.balance(member).available == 0  # by predicate, before any job
    shop.close_day()
    line = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=1)[0]
    assert (line.movement, line.points, line.balance_points) == (ledger.Movement.EXPIRE, -100, 0)
    assert shop.is_sound()


def test_a_member_climbs_at_once_and_the_next_order_has_the_tiers_factor(shop):
    member = shop.join("ann")
    first = shop.buy(member, "SO-1", 100_000)
    second = shop.buy(member, "SO-2", 10_000)
    assert first.answer["effects"] == [{"type": "tier.upgraded", "tier": 2, "name": "Silver"}]
    assert (first.points, second.points) == (1000, 120)


def test_spend_counts_for_twelve_months(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 60_000)
    shop.later(366)
    recorded = shop.buy(member, "SO-2", 60_000)
    assert recorded.answer["tier"]["reached"] == 60_000
    assert recorded.answer["effects"] == []


def test_a_tier_is_kept_until_its_review_and_then_lost(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 100_000)
    shop.live(380)
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).tier.rank == 1
    shop.live(30)
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).tier.rank == 0
    assert [move.cause for move in tiers.moves(shop.conn, member, limit=5)] == ["review", "reached"]


def test_any_split_and_order_of_arrival_reaches_the_same(shop):
    shuffle = random.Random(7).shuffle
    reached = []
    for split in (1, 3, 40):
        member = shop.join(f"member-{split}")
        hours = list(range(1, 41))
        shuffle(hours)
        orders = [shop.order(f"{split}-{n}", 137 * n + 50, at=shop.at - timedelta(hours=n)) for n in hours]
        for start in range(0, 40, split):
            shop.take([flows.Intake(order=order, member=member) for order in orders[start : start + split]])
        standing = tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today)
        reached.append((standing.reached, standing.tier.rank))
    assert reached == [(137 * 820 + 50 * 40, 1)] * 3
    assert shop.is_sound()


def test_a_changed_rule_does_not_change_what_was_awarded(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 5000)
    rule = earning.rules(shop.conn, shop.plan.program.program_id)[0]
    earning.save(
        shop.conn,
        shop.plan.program.program_id,
        rule_id=rule.rule_id,
        effect=rule.effect,
        params={**rule.params, "points": 2},
        label=rule.label,
        by="test",
        at=shop.at,
    )
    shop.reload()
    assert shop.buy(member, "SO-2", 5000).points == 100
    shop.give_back("R-1", "SO-1")
    assert shop.balance(member).available == 100


def test_orders_of_an_unknown_member_wait_until_they_join(shop):
    phone = members.Identifier(members.IdentifierKind.PHONE, "+8613800138000")
    parked = shop.take([flows.Intake(order=shop.order("SO-1", 10000), member=phone, on_unknown="hold")])[0]
    assert (parked.outcome, parked.answer["status"]) == ("parked", "waiting-for-member")
    enrollment = members.Enrollment(identifiers=(phone,), enrolled_at=shop.at)
    member = flows.enroll_member(shop.conn, shop.plan, [enrollment], at=shop.at)[0][0]
    assert shop.balance(member).available == 100
    assert activities.waiting(shop.conn, shop.plan.program.program_id, limit=10) == []


def test_a_look_alike_is_recorded_and_shown_to_a_person(shop):
    member = shop.join("ann")
    till = {"store": "1", "till": "3", "receipt": "A-77"}
    shop.buy(member, "SO-1", 10000, **till)
    second = shop.buy(member, "SO-2", 10000, **till)
    assert second.answer["warnings"] == ["possible-duplicate"]
    assert len(activities.suspects(shop.conn, limit=10)) == 1
    assert shop.balance(member).available == 200


def test_a_frozen_member_earns_nothing(shop):
    member = shop.join("ann")
    members.set_status(shop.conn, shop.plan.program.program_id, member, members.Status.FROZEN)
    assert isinstance(shop.buy(member, "SO-1", 10000), members.MemberFrozen)
    assert activities.totals(shop.conn, shop.plan.program.program_id)["orders"] == 0


def test_another_member_with_the_same_order_in_one_batch_is_a_conflict(shop):
    ann, bob = shop.join("ann"), shop.join("bob")
    order = shop.order("SO-1", 10_000)
    first, second = shop.take([flows.Intake(order=order, member=ann), flows.Intake(order=order, member=bob)])
    assert (first.outcome, first.points) == ("created", 100)
    assert (second.code, second.flaws[0].pointer) == ("event-conflict", "/member")
    assert shop.balance(bob).available == 0


def test_a_repeat_of_an_order_refused_for_its_holds_is_the_first_of_its_id(shop):
    member = shop.join("ann")
    order = shop.order("SO-1", 10_000)
    other = shop.order("SO-1", 5_000)
    answers = shop.take(
        [
            flows.Intake(order=order, member=member, hold_ids=("none",)),
            flows.Intake(order=other, member=member),
            flows.Intake(order=order, member=member),
        ]
    )
    assert answers[0].code == "not-found"
    assert (answers[1].outcome, answers[1].points) == ("created", 50)
    assert answers[2].code == "event-conflict"


def test_orders_that_waited_are_recorded_when_their_member_joins_by_an_order(shop):
    name = members.Identifier(members.IdentifierKind.EXTERNAL, "zoe")
    first, second = shop.order("SO-1", 10_000), shop.order("SO-2", 5_000)
    assert shop.take([flows.Intake(order=first, member=name, on_unknown="hold")])[0].outcome == "parked"
    assert shop.take([flows.Intake(order=second, member=name, on_unknown="enroll")])[0].points == 50
    zoe = members.find(shop.conn, shop.plan.program.program_id, [name])[name]
    assert shop.balance(zoe).available == 150
    assert activities.waiting(shop.conn, shop.plan.program.program_id, limit=9) == []
