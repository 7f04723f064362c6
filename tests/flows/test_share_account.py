"""Households: one account for several members, in and out, with every lot, hold and debt."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.conftest import Shop

from regulars import flows
from regulars.flows import counterparts, share_account
from regulars.program import rewards
from regulars.records import activities, ledger, members

MARCH, APRIL = date(2027, 3, 31), date(2027, 4, 30)


@pytest.fixture
def pair(shop: Shop):
    """Ann has 300 points that end with March 2027, Ben has 200."""
    ann, ben = shop.join("ann", name="Ann"), shop.join("ben", name="Ben")
    shop.buy(ann, "SO-1", 30_000)
    shop.buy(ben, "SO-2", 20_000)
    return ann, ben


def found(shop: Shop, *people, name: str = "H") -> flows.Pooled:
    return flows.found_household(shop.conn, shop.plan, name, people, at=shop.at)


def leave(shop: Shop, member, name: str = "H") -> flows.Pooled:
    return flows.leave_household(shop.conn, shop.plan, name, member, at=shop.at)


def join(shop: Shop, member, name: str = "H") -> flows.Pooled:
    return flows.join_household(shop.conn, shop.plan, name, member, at=shop.at)


def dissolve(shop: Shop, to=None) -> flows.Pooled:
    return flows.dissolve_household(shop.conn, shop.plan, "H", at=shop.at, to=to)


def pool(shop: Shop, member) -> ledger.Balance:
    """What the account has that keeps the member's points."""
    return shop.balance(members.accounts(shop.conn, [member])[member])


def titles(shop: Shop, account) -> list[tuple[str, int]]:
    lines = ledger.lines(shop.conn, account, wallet=shop.plan.wallet, limit=50)
    lines = counterparts.named(shop.conn, shop.plan.program.program_id, lines)
    return [
        (ledger.sentence(line, language="en", wallet=shop.plan.wallet, currency="CNY").title, line.points)
        for line in lines
    ]


def test_who_founds_a_household_brings_their_points_with_their_ends(shop, pair):
    ann, ben = pair
    shared = found(shop, ann, ben)
    assert shared.outcome == "done"
    assert [one["member_id"] for one in shared.answer["members"]] == sorted([str(ann), str(ben)])
    assert pool(shop, ann).expiring == pool(shop, ben).expiring == ((MARCH, 500),)
    assert (shop.balance(ann).available, shop.balance(ben).available) == (0, 0)
    assert titles(shop, ann)[0] == ("Moved into the shared account", -300)
    assert sorted(titles(shop, shared.household.household_id)) == [
        ("A** brought their points into the shared account", 300),
        ("B** brought their points into the shared account", 200),
    ]
    assert shop.is_sound()


def test_the_same_household_again_is_told_and_another_under_its_name_refused(shop, pair):
    ann, ben = pair
    first = found(shop, ann, ben)
    assert found(shop, ben, ann) == flows.Pooled(outcome="replayed", household=first.household, answer=first.answer)
    with pytest.raises(activities.EventConflict):
        found(shop, ann)
    cay = shop.join("cay")
    shop.buy(cay, "SO-9", 7_000)
    with pytest.raises(flows.AlreadyInHousehold):
        found(shop, cay, ann, name="H-2")
    assert shop.balance(cay).available == 70
    with pytest.raises(members.HouseholdNotFound):
        join(shop, cay, name="H-2")
    with pytest.raises(flows.NobodyToShare):
        found(shop, name="H-3")
    with pytest.raises(flows.NobodyToShare):
        found(shop, ann, ann, name="H-3")


def test_pending_owed_and_held_points_move_too(founded):
    shop = founded(return_window_days=14)
    ann, ben = shop.join("ann"), shop.join("ben")
    shop.buy(ann, "SO-1", 30_000)
    shop.later(days=15)
    shop.buy(ann, "SO-2", 5_000)
    shop.buy(ben, "SO-3", 10_000)
    flows.hold_points(shop.conn, shop.plan, ann, 120, external_id="cart", at=shop.at)
    found(shop, ann, ben)
    balance = pool(shop, ben)
    assert (balance.available, balance.pending, balance.held) == (180, 150, 120)
    assert balance.activating == ((date(2026, 4, 8), 150),)
    assert shop.is_sound()
    captured = flows.capture_hold(shop.conn, shop.plan, ann, "cart", at=shop.at, points=100)
    assert captured.answer["balance"]["available"] == 200
    assert pool(shop, ann).held == 0
    assert shop.is_sound()


def test_a_debt_that_is_brought_is_paid_from_the_pool(shop, pair):
    ann, ben = pair
    flows.redeem_reward(shop.conn, shop.plan, ann, reward(shop, "free-delivery"), external_id="RD", at=shop.at)
    shop.give_back("R-1", "SO-1")
    assert shop.balance(ann).debt == 300
    found(shop, ben)
    join(shop, ann)
    assert (pool(shop, ben).available, pool(shop, ben).debt, pool(shop, ben).spendable) == (0, 100, 0)
    shop.buy(ben, "SO-3", 15_000)
    assert (pool(shop, ann).available, pool(shop, ann).debt) == (50, 0)
    assert shop.is_sound()


def reward(shop: Shop, code: str):
    return next(one for one in catalogue(shop) if one.code == code).reward_id


def catalogue(shop: Shop):
    return rewards.catalogue(shop.conn, shop.plan.program.program_id)


def test_members_of_a_household_earn_into_and_spend_from_one_account(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    assert shop.buy(ann, "SO-3", 10_000).answer["balance"]["available"] == 600
    assert shop.buy(ben, "SO-4", 10_000).answer["balance"]["available"] == 700
    redeemed = flows.redeem_reward(
        shop.conn, shop.plan, ben, reward(shop, "free-delivery"), external_id="RD", at=shop.at
    )
    assert redeemed.answer["balance"]["available"] == 400
    flows.adjust_points(
        shop.conn, shop.plan, ann, -100, shown_reason="Correction", actor="op", reference="A-1", at=shop.at
    )
    flows.hold_points(shop.conn, shop.plan, ben, 50, external_id="cart", at=shop.at)
    paid = flows.Intake(order=shop.order("SO-5", 5_000), member=ben, hold_ids=("cart",))
    assert shop.take([paid])[0].answer["points_paid"] == 50
    assert pool(shop, ann).available == 299
    flows.undo_redemption(shop.conn, shop.plan, ben, redeemed.redemption.redemption_id, at=shop.at)
    assert pool(shop, ann).available == 599
    offers = flows.offers(shop.conn, shop.plan, ann, at=shop.at)
    assert {one["points"]: one["can_redeem"] for one in offers}[500] is True
    assert shop.is_sound()


def test_the_same_basket_name_of_two_members_is_two_baskets(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    for member, points in ((ann, 100), (ben, 150)):
        done = flows.hold_points(shop.conn, shop.plan, member, points, external_id="cart", at=shop.at)
        assert (done.outcome, done.hold.points) == ("created", points)
    assert flows.release_hold(shop.conn, shop.plan, ben, "cart", at=shop.at).hold.points == 150
    assert pool(shop, ann).held == 100
    assert shop.is_sound()


def test_a_return_is_taken_from_where_the_points_are_today(shop, pair):
    """Before joining, during, and after leaving."""
    ann, ben = pair
    found(shop, ann, ben)
    shop.buy(ann, "SO-3", 10_000)
    assert shop.give_back("R-1", "SO-1", amount_minor=10_000).answer["balance"]["available"] == 500
    assert shop.give_back("R-2", "SO-3", amount_minor=5_000).answer["balance"]["available"] == 450
    leave(shop, ann)
    shop.buy(ann, "SO-4", 10_000)
    assert shop.balance(ann).available == 100
    assert shop.give_back("R-3", "SO-3").answer["balance"]["available"] == 400
    assert shop.give_back("R-4", "SO-4", amount_minor=5_000).answer["balance"]["available"] == 50
    assert (pool(shop, ben).available, pool(shop, ben).debt, shop.balance(ann).debt) == (400, 0, 0)
    assert shop.is_sound()


def test_the_return_of_an_order_from_before_joining_is_taken_from_the_own_account_after_leaving(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    leave(shop, ann)
    shop.buy(ann, "SO-4", 50_000)
    answer = shop.give_back("R-1", "SO-1").answer
    assert (answer["points_taken_back"], answer["balance"]["available"]) == (300, 200)
    assert pool(shop, ben).available == 500


def test_what_was_redeemed_from_the_pool_goes_back_into_it_after_leaving(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    redeemed = flows.redeem_reward(
        shop.conn, shop.plan, ann, reward(shop, "free-delivery"), external_id="RD", at=shop.at
    )
    leave(shop, ann)
    flows.undo_redemption(shop.conn, shop.plan, ann, redeemed.redemption.redemption_id, at=shop.at)
    assert (shop.balance(ann).available, pool(shop, ben).available) == (0, 500)
    assert shop.is_sound()


def test_who_leaves_gives_back_what_was_set_aside(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    flows.hold_points(shop.conn, shop.plan, ann, 100, external_id="cart", at=shop.at)
    leave(shop, ann)
    assert (pool(shop, ben).available, pool(shop, ben).held, shop.balance(ann).available) == (500, 0, 0)
    with pytest.raises(flows.HoldUnknown):
        flows.capture_hold(shop.conn, shop.plan, ann, "cart", at=shop.at)
    with pytest.raises(members.MemberNotFound):
        leave(shop, ann)
    with pytest.raises(flows.LastMember):
        leave(shop, ben)


def test_a_ninth_member_finds_no_place(shop):
    people = [shop.join(f"m{number}") for number in range(9)]
    found(shop, *people[:7])
    assert join(shop, people[7]).outcome == "done"
    assert join(shop, people[7]).outcome == "replayed"
    with pytest.raises(flows.HouseholdFull) as full:
        join(shop, people[8])
    assert full.value.facts == {"limit": 8}
    leave(shop, people[0])
    assert join(shop, people[8]).outcome == "done"


def test_a_household_is_dissolved_into_even_parts_with_their_ends(shop):
    three = [shop.join(name) for name in ("ann", "ben", "cay")]
    shop.buy(three[0], "SO-1", 10_000)
    shop.later(days=30)
    shop.buy(three[1], "SO-2", 10_000)
    shared = found(shop, *three)
    flows.hold_points(shop.conn, shop.plan, three[2], 30, external_id="cart", at=shop.at)
    assert dissolve(shop).answer["state"] == "dissolved"
    parts = [shop.balance(member).expiring for member in shared.household.member_ids]
    assert parts == [((MARCH, 34), (APRIL, 33)), ((MARCH, 33), (APRIL, 34)), ((MARCH, 33), (APRIL, 33))]
    assert shop.balance(shared.household.household_id).available == 0
    assert dissolve(shop).outcome == "replayed"
    with pytest.raises(members.HouseholdNotFound):
        join(shop, three[0])
    assert shop.is_sound()


def test_what_is_left_goes_to_the_member_that_is_named(shop, pair):
    ann, ben = pair
    shared = found(shop, ann, ben)
    with pytest.raises(members.MemberNotFound):
        dissolve(shop, to=shop.join("cay"))
    dissolve(shop, to=ben)
    assert (shop.balance(ann).available, shop.balance(ben).available) == (0, 500)
    assert titles(shop, ben)[0] == ("Your share of the shared account that was closed", 500)
    assert titles(shop, shared.household.household_id)[0] == ("The shared account was closed: paid out to B**", -500)


def test_the_return_of_an_order_of_a_dissolved_household_is_the_buyers(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    shop.buy(ann, "SO-3", 10_000)
    dissolve(shop)
    assert shop.balance(ann).available == 300
    assert shop.give_back("R-1", "SO-3").answer["balance"]["available"] == 200
    assert shop.is_sound()


def test_a_gift_within_a_household_is_none(shop, pair):
    ann, ben = pair
    found(shop, ann, ben)
    with pytest.raises(flows.InvalidRecipient):
        flows.give_points(shop.conn, shop.plan, flows.Gift(gift_id="G", giver_id=ann, to=ben, points=1), at=shop.at)


def test_a_new_day_and_the_clock_of_holds_reach_the_shared_account(founded):
    shop = founded(return_window_days=14, expiry=ledger.Expiry(kind="days", count=60))
    ann, ben = shop.join("ann"), shop.join("ben")
    found(shop, ann, ben)
    shop.buy(ann, "SO-1", 30_000)
    assert pool(shop, ben).pending == 300
    shop.later(days=14)
    assert [closed.activated_points for closed in shop.close_day()] == [300, 0]
    flows.hold_points(shop.conn, shop.plan, ben, 100, external_id="cart", at=shop.at)
    shop.later(days=1)
    assert flows.release_due_holds(shop.conn, shop.plan, at=shop.at) == 1
    assert (pool(shop, ann).available, pool(shop, ann).held) == (300, 0)
    shop.later(days=20)
    assert sum(closed.announced_points for closed in shop.close_day()) == 300
    shop.later(days=26)
    assert sum(closed.expired_points for closed in shop.close_day()) == 300
    assert shop.is_sound()


LOTS = st.dictionaries(
    st.builds(ledger.Lot, expires_on=st.dates(date(2026, 1, 1), date(2027, 1, 1))), st.integers(1, 500), max_size=6
)


@given(lots=LOTS, owed=st.integers(0, 50), count=st.integers(1, 8))
def test_nothing_is_lost_in_a_split_and_nobody_gets_a_point_more_than_another(lots, owed, count):
    whole = [*lots.items(), *([(ledger.DEBT, -owed)] if owed else [])]
    parts = share_account.split_evenly(whole, count)
    back: dict[ledger.Lot, int] = {}
    for part in parts:
        for lot, points in part:
            back[lot] = back.get(lot, 0) + points
    assert back == dict(whole)
    sums = [sum(points for _, points in part if points > 0) for part in parts]
    assert max(sums) - min(sums) <= 1
