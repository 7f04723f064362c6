"""Points buy rewards; holds set them aside; people adjust them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulars import flows
from regulars.program import rewards
from regulars.records import activities, ledger


def reward(shop, code):
    return next(r for r in rewards.catalogue(shop.conn, shop.plan.program.program_id) if r.code == code)


def redeem(shop, member, code, number="X-1", **more):
    return flows.redeem_reward(
        shop.conn, shop.plan, member, reward(shop, code).reward_id, external_id=number, at=shop.at, **more
    )


def rich(shop, name="ann", amount=100_000):
    member = shop.join(name)
    shop.buy(member, f"SO-{name}", amount)
    return member


def test_a_reward_takes_its_price_once(shop):
    member = rich(shop)
    first = redeem(shop, member, "five-off")
    again = redeem(shop, member, "five-off")
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert again.answer == first.answer
    assert shop.balance(member).available == 500
    assert shop.is_sound()


def test_a_reward_beyond_the_balance_is_refused_with_the_figures(shop):
    member = rich(shop, amount=10_000)
    with pytest.raises(ledger.InsufficientPoints) as refused, shop.conn.transaction():
        redeem(shop, member, "five-off")
    assert refused.value.facts == {"spendable": 100, "cost": 500, "pending": 0, "debt": 0}
    assert shop.balance(member).available == 100


def test_the_last_unit_is_had_once_and_the_second_pays_nothing(shop):
    one, other = rich(shop, "ann"), rich(shop, "bob")
    rewards.save(shop.conn, replace(reward(shop, "tote-bag"), units_left=1), at=shop.at)
    redeem(shop, one, "tote-bag")
    with pytest.raises(rewards.RewardSoldOut), shop.conn.transaction():
        redeem(shop, other, "tote-bag", "X-2")
    assert shop.balance(other).available == 1000
    assert reward(shop, "tote-bag").units_left == 0


def test_a_limit_names_when_the_next_one_is_possible(shop):
    member = rich(shop, amount=1_000_000)
    redeem(shop, member, "tote-bag", quantity=2)
    with pytest.raises(rewards.RedemptionLimitReached) as refused, shop.conn.transaction():
        redeem(shop, member, "tote-bag", "X-2")
    expected = (shop.at + timedelta(days=365)).isoformat(timespec="seconds")
    assert refused.value.facts == {"limit": 2, "resets_at": expected}


def test_a_price_that_rose_since_it_was_shown_is_refused(shop):
    member = rich(shop)
    with pytest.raises(rewards.PriceChanged) as refused, shop.conn.transaction():
        redeem(shop, member, "five-off", max_points=400)
    assert refused.value.facts == {"old": 400, "new": 500}


def test_a_reward_of_a_higher_tier_says_so(shop):
    member = rich(shop, amount=400_000)
    with pytest.raises(rewards.RewardNotAvailable) as refused, shop.conn.transaction():
        redeem(shop, member, "tasting")
    assert refused.value.facts == {"reason": "tier"}


def test_undoing_gives_points_to_their_lots_and_the_unit_to_stock(shop):
    member = rich(shop)
    before = shop.balance(member)
    redemption = redeem(shop, member, "tote-bag").redemption
    for _ in range(2):
        flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    assert shop.balance(member) == before
    assert reward(shop, "tote-bag").units_left == 500
    assert shop.is_sound()


def test_what_was_handed_out_is_not_undone(shop):
    member = rich(shop)
    redemption = redeem(shop, member, "tote-bag").redemption
    assert flows.fulfill_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    with pytest.raises(rewards.AlreadyFulfilled):
        flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)


def test_the_points_that_end_first_are_spent_first(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 30_000)
    shop.later(31)
    shop.buy(member, "SO-2", 30_000)
    redeem(shop, member, "five-off")
    assert [points for _, points in shop.balance(member).expiring] == [100]
    assert shop.balance(member).expiring[0][0].month == 4


def test_held_points_cannot_be_spent_and_come_back(shop):
    member = rich(shop)
    flows.hold_points(shop.conn, shop.plan, member, 800, external_id="B-1", at=shop.at)
    assert (shop.balance(member).available, shop.balance(member).held) == (200, 800)
    with pytest.raises(ledger.InsufficientPoints), shop.conn.transaction():
        redeem(shop, member, "five-off")
    flows.release_hold(shop.conn, shop.plan, member, "B-1", at=shop.at)
    assert (shop.balance(member).available, shop.balance(member).held) == (1000, 0)
    assert shop.is_sound()


def test_a_partial_capture_releases_the_rest(shop):
    member = rich(shop)
    flows.hold_points(shop.conn, shop.plan, member, 800, external_id="B-1", at=shop.at)
    flows.capture_hold(shop.conn, shop.plan, member, "B-1", points=300, at=shop.at)
    assert (shop.balance(member).available, shop.balance(member).held) == (700, 0)
    assert shop.is_sound()


def test_a_hold_ends_by_the_clock(shop):
    member = rich(shop)
    flows.hold_points(shop.conn, shop.plan, member, 800, external_id="B-1", at=shop.at, minutes=15)
    shop.at += timedelta(minutes=15)
    assert flows.release_due_holds(shop.conn, shop.plan, at=shop.at) == 1
    assert flows.release_due_holds(shop.conn, shop.plan, at=shop.at) == 0
    assert shop.balance(member).available == 1000
    assert shop.is_sound()


def test_an_adjustment_is_made_once_and_needs_a_reason(shop):
    member = shop.join("ann")
    for _ in range(2):
        flows.adjust_points(
            shop.conn,
            shop.plan,
            member,
            50,
            shown_reason="Sorry for the wait",
            actor="agent",
            reference="a",
            at=shop.at,
        )
    assert shop.balance(member).available == 50
    with pytest.raises(flows.AdjustmentInvalid):
        flows.adjust_points(shop.conn, shop.plan, member, 50, shown_reason=" ", actor="a", reference="b", at=shop.at)


def test_an_adjustment_comes_once_whatever_the_day(shop):
    member = shop.join("ann")
    told = {"shown_reason": "sorry", "actor": "test", "reference": "A-1"}
    flows.adjust_points(shop.conn, shop.plan, member, 50, at=shop.at, **told)
    shop.later(1)
    assert flows.adjust_points(shop.conn, shop.plan, member, 50, at=shop.at, **told).points == 50
    with pytest.raises(activities.EventConflict), shop.conn.transaction():
        flows.adjust_points(shop.conn, shop.plan, member, 60, at=shop.at, **told)
    assert shop.balance(member).available == 50
