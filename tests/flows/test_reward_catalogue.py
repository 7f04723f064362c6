"""For whom a reward is, what it costs whom, what it gives, and who changed it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from regulars import flows
from regulars.audience import conditions
from regulars.kit import ids
from regulars.program import coupons, experiences, rewards
from regulars.program.rewards import Price, Step, Steps
from regulars.records import ledger


def add(shop, code="mug", **more) -> rewards.Reward:
    fields = {
        "program_id": shop.plan.program.program_id,
        "reward_id": ids.key_of("test", code),
        "code": code,
        "name": {"en": code.title(), "zh": code},
        "description": {},
        "category": "",
        "type": "product",
        "price_points": 100,
        "cost_minor": 500,
        **more,
    }
    flows.save_reward(shop.conn, shop.plan, rewards.Reward(**fields), by="owner", at=shop.at)
    return look(shop, fields["reward_id"])


def look(shop, reward_id: UUID) -> rewards.Reward:
    return rewards.get(shop.conn, shop.plan.program.program_id, reward_id)


def redeem(shop, member, reward, number="X-1", **more) -> flows.Redeemed:
    with shop.conn.transaction():
        return flows.redeem_reward(
            shop.conn, shop.plan, member, reward.reward_id, external_id=number, at=shop.at, **more
        )


def refused(shop, kind, member, reward, number="X-9", **more):
    before = shop.balance(member)
    with pytest.raises(kind) as caught:
        redeem(shop, member, reward, number, **more)
    assert shop.balance(member) == before
    return caught.value.facts


def rich(shop, name="ann", amount=200_000) -> UUID:
    member = shop.join(name)
    shop.buy(member, f"SO-{name}", amount)
    return member


def wallet(shop, code, kind) -> ledger.Wallet:
    made = ledger.Wallet(
        program_id=shop.plan.program.program_id,
        wallet_id=0,
        code=code,
        unit={"en": code},
        kind=kind,
        expiry=ledger.Expiry(kind="days", count=90),
    )
    ledger.save_wallet(shop.conn, made)
    shop.reload()
    return shop.plan.wallet_of(code)


def offer(shop, member, reward) -> dict:
    (found,) = [
        one
        for one in flows.offers(shop.conn, shop.plan, member, at=shop.at)
        if one["reward_id"] == str(reward.reward_id)
    ]
    return found


def test_case_051_a_member_the_condition_does_not_mean_is_told_for_whom_it_is(shop):
    regular, guest = rich(shop), shop.join("bob")
    flows.adjust_points(shop.conn, shop.plan, guest, 500, shown_reason="hello", actor="test", reference="A", at=shop.at)
    mug = add(shop, audience=flows.reward_audience(shop.plan, "member.orders_12m >= 1"))
    redeem(shop, regular, mug)
    facts = refused(shop, rewards.RewardNotAvailable, guest, mug)
    assert facts["reason"] == "audience"
    assert facts["for_whom"] == flows.for_whom(shop.plan, mug)
    assert all(facts["for_whom"].values())
    told = offer(shop, guest, mug)
    assert (told["can_redeem"], told["why_not"], told["for_whom"]) == (False, "audience", facts["for_whom"]["en"])


def of_a_tier_that_is_gone() -> dict:
    """`member.tier == "platinum"`, as it was saved while there was such a tier."""
    words = {"tier": (conditions.Word(code="platinum", stored=9),)}
    vocabulary = conditions.Vocabulary(currency="CNY", wallet_id=1, words=words)
    scope = conditions.Scope.SEGMENT
    return dict(conditions.parse('member.tier == "platinum"', scope=scope, vocabulary=vocabulary).tree)


def test_case_051_a_condition_on_a_tier_that_is_gone_means_nobody(shop):
    member = rich(shop)
    mug = replace(add(shop), audience=of_a_tier_that_is_gone())
    rewards.save(shop.conn, mug, at=shop.at)
    assert refused(shop, rewards.RewardNotAvailable, member, mug)["reason"] == "audience"


def test_a_condition_that_makes_no_sense_is_not_saved(shop):
    with pytest.raises(conditions.RuleInvalid):
        flows.reward_audience(shop.plan, 'member.teir == "gold"')


def test_case_051_a_reward_of_some_stores_is_had_there_only(shop):
    member = rich(shop)
    mug = add(shop, stores=("Shanghai 01",))
    assert refused(shop, rewards.RewardNotAvailable, member, mug)["reason"] == "store"
    assert refused(shop, rewards.RewardNotAvailable, member, mug, store="Beijing 02")["reason"] == "store"
    assert redeem(shop, member, mug, store="Shanghai 01").redemption.points == 100


def test_case_051_a_reward_is_had_from_its_start_until_its_end(shop):
    member = rich(shop)
    mug = add(shop, starts_at=shop.at + timedelta(hours=1), ends_at=shop.at + timedelta(hours=2))
    assert refused(shop, rewards.RewardNotAvailable, member, mug)["reason"] == "not-started"
    shop.at += timedelta(hours=1)
    redeem(shop, member, mug)
    shop.at += timedelta(hours=1)
    assert refused(shop, rewards.RewardNotAvailable, member, mug)["reason"] == "ended"


def test_points_and_money_go_and_both_come_back_to_their_lots(shop):
    gift = wallet(shop, "gift", ledger.WalletKind.GIFT_CARD)
    member = rich(shop)
    flows.load_wallet(shop.conn, shop.plan, member, "gift", 5000, reference="G", actor="test", at=shop.at)
    mug = add(shop, prices=(Price(points=40, money_minor=1500),))
    before = shop.balance(member), shop.balance_in(gift, member)
    done = redeem(shop, member, mug, quantity=2, money_minor=1500, money_wallet="gift")
    assert (done.answer["points"], done.answer["money_minor"], done.answer["paid_from"]) == (80, 3000, "gift")
    assert (shop.balance(member).available, shop.balance_in(gift, member).available) == (
        before[0].available - 80,
        2000,
    )
    for _ in range(2):
        told = flows.undo_redemption(shop.conn, shop.plan, member, done.redemption.redemption_id, at=shop.at)
        assert (told["points_restored"], told["money_restored_minor"], told["money_to_return_minor"]) == (80, 3000, 0)
        assert (shop.balance(member), shop.balance_in(gift, member)) == before
    assert shop.is_sound()


def test_money_paid_in_the_shop_is_named_when_it_must_be_returned(shop):
    member = rich(shop)
    mug = add(shop, prices=(Price(points=40, money_minor=1500),))
    done = redeem(shop, member, mug, money_minor=1500)
    assert (done.answer["money_minor"], done.answer["paid_from"]) == (1500, None)
    told = flows.undo_redemption(shop.conn, shop.plan, member, done.redemption.redemption_id, at=shop.at)
    assert (told["money_restored_minor"], told["money_to_return_minor"]) == (0, 1500)


def test_without_the_money_no_points_go(shop):
    wallet(shop, "gift", ledger.WalletKind.GIFT_CARD)
    member = rich(shop)
    mug = add(shop, prices=(Price(points=40, money_minor=1500),))
    assert refused(shop, ledger.InsufficientPoints, member, mug, money_minor=1500, money_wallet="gift") == {
        "spendable": 0,
        "cost": 1500,
        "pending": 0,
        "debt": 0,
    }
    refused(shop, ledger.WalletNotSpendable, member, mug, money_minor=1500, money_wallet="points")


def test_a_price_that_rises_with_what_was_had_is_shown_asked_and_kept(shop):
    member = rich(shop)
    mug = add(shop, steps=Steps(by="had", steps=(Step(units=2, percent=150),)))
    assert offer(shop, member, mug)["points"] == 100
    done = redeem(shop, member, mug, quantity=3, max_points=150)
    assert done.redemption.points == 350
    assert rewards.find(shop.conn, member, external_id="X-1").price["parts"] == [
        {"units": 2, "points": 100},
        {"units": 1, "points": 150},
    ]
    assert offer(shop, member, mug)["points"] == 150
    assert refused(shop, rewards.PriceChanged, member, mug, max_points=100) == {"old": 100, "new": 150}
    flows.undo_redemption(shop.conn, shop.plan, member, done.redemption.redemption_id, at=shop.at)
    assert offer(shop, member, mug)["points"] == 100
    assert shop.is_sound()


def test_a_price_that_moves_with_the_stock_follows_it_both_ways(shop):
    member = rich(shop)
    mug = add(shop, units_left=3, steps=Steps(by="left", steps=(Step(units=2, percent=200),)))
    first = redeem(shop, member, mug)
    second = redeem(shop, member, mug, "X-2")
    assert (first.redemption.points, second.redemption.points) == (100, 200)
    refused(shop, rewards.RewardSoldOut, member, mug, quantity=2)
    for done in (first, second):
        flows.undo_redemption(shop.conn, shop.plan, member, done.redemption.redemption_id, at=shop.at)
    assert offer(shop, member, mug)["points"] == 100


def test_a_gift_card_is_paid_in_and_taken_back_only_whole(shop):
    gift = wallet(shop, "gift", ledger.WalletKind.GIFT_CARD)
    member = rich(shop)
    card = add(shop, "card", type="gift_card", params={"wallet": "gift", "amount_minor": 2000})
    done = redeem(shop, member, card, quantity=2)
    assert shop.balance_in(gift, member).available == 4000
    flows.hold_points(shop.conn, shop.plan, member, 1, external_id="B", at=shop.at, wallet_code="gift")
    with pytest.raises(rewards.RewardUsed) as used, shop.conn.transaction():
        flows.undo_redemption(
            shop.conn, shop.plan, member, done.redemption.redemption_id, at=shop.at, force=True, actor="owner"
        )
    assert used.value.facts == {"missing": 1}
    assert rewards.find(shop.conn, member, external_id="X-1").state is rewards.State.FULFILLED
    assert shop.is_sound()


def test_a_gift_card_needs_a_wallet_that_takes_money(shop):
    with pytest.raises(rewards.RewardInvalid):
        add(shop, "card", type="gift_card", params={"wallet": "points", "amount_minor": 2000})
    with pytest.raises(ledger.WalletUnknown):
        add(shop, "card", type="gift_card", params={"wallet": "none", "amount_minor": 2000})


def test_cashback_goes_into_its_wallet(shop):
    cash = wallet(shop, "cash", ledger.WalletKind.CASHBACK)
    member = rich(shop)
    redeem(shop, member, add(shop, "back", type="cashback", params={"wallet": "cash", "amount_minor": 700}))
    assert shop.balance_in(cash, member).available == 700
    assert shop.is_sound()


def spring(shop, **more) -> coupons.Pool:
    terms = coupons.Terms(name={"en": "Spring"}, benefit=coupons.Benefit(kind="free_shipping"), **more)
    pool = coupons.new(shop.plan.program.program_id, "spring", terms, state=coupons.PoolState.LIVE)
    return coupons.save(shop.conn, pool, by="test", at=shop.at)


def test_coupons_are_issued_to_the_member_and_withdrawn_while_unused(shop):
    member, program_id = rich(shop), shop.plan.program.program_id
    spring(shop, is_transferable=True)
    reward = add(shop, "coupon", type="coupon", params={"pool": "spring"})
    first = redeem(shop, member, reward, quantity=2)
    assert len(first.redemption.code.split(" ")) == 2
    assert {one.shown for one in coupons.wallet(shop.conn, program_id, [member])} == set(
        first.redemption.code.split(" ")
    )
    undo = {"at": shop.at, "force": True, "actor": "owner"}
    flows.undo_redemption(shop.conn, shop.plan, member, first.redemption.redemption_id, **undo)
    assert {one.is_void for one in coupons.wallet(shop.conn, program_id, [member])} == {True}
    second = redeem(shop, member, reward, "X-2").redemption
    coupon = coupons.named(shop.conn, program_id, [coupons.normal(second.code)])
    friend = shop.join("fay")
    flows.transfer_coupon(shop.conn, shop.plan, member, friend, second.code, by="test", at=shop.at)
    with pytest.raises(rewards.RewardUsed), shop.conn.transaction():
        flows.undo_redemption(shop.conn, shop.plan, member, second.redemption_id, **undo)
    assert coupons.normal(second.code) in coupon


def test_a_coupon_needs_a_live_pool_of_personal_codes(shop):
    member = rich(shop)
    with pytest.raises(rewards.RewardInvalid):
        add(shop, "coupon", type="coupon", params={"pool": "none"})
    pool = spring(shop)
    reward = add(shop, "coupon", type="coupon", params={"pool": "spring"})
    coupons.set_state(shop.conn, pool, coupons.PoolState.PAUSED, by="test", at=shop.at)
    assert refused(shop, rewards.RewardNotAvailable, member, reward) == {"reason": "coupon"}


def test_a_ticket_is_a_seat_and_nobody_pays_for_waiting(shop):
    evening = experiences.Experience(
        program_id=shop.plan.program.program_id, experience_id=ids.key_of("test", "evening"), code="tasting",
        name={"en": "Tasting"}, description={}, starts_at=shop.at + timedelta(days=9),
        ends_at=shop.at + timedelta(days=9, hours=3), capacity=1, state=experiences.State.OPEN,
    )  # fmt: skip
    with pytest.raises(rewards.RewardInvalid):
        add(shop, "ticket", type="event_ticket", params={"experience": "tasting"})
    experiences.save(shop.conn, evening, by="test", at=shop.at)
    ticket = add(shop, "ticket", type="event_ticket", params={"experience": "tasting"})
    ann, bob = rich(shop), rich(shop, "bob")
    refused(shop, rewards.RedemptionQuantityOutOfRange, ann, ticket, quantity=2)
    done = redeem(shop, ann, ticket).redemption
    assert refused(shop, rewards.RewardNotAvailable, ann, ticket) == {"reason": "has-seat"}
    refused(shop, rewards.RewardSoldOut, bob, ticket)
    assert experiences.booking(shop.conn, bob, evening.experience_id) is None
    undo = {"at": shop.at, "force": True, "actor": "owner"}
    flows.undo_redemption(shop.conn, shop.plan, ann, done.redemption_id, **undo)
    last = redeem(shop, bob, ticket).redemption
    shop.at = evening.starts_at
    assert flows.attend_experience(shop.conn, shop.plan, evening.experience_id, last.code, at=shop.at).booking
    with pytest.raises(rewards.RewardUsed), shop.conn.transaction():
        flows.undo_redemption(shop.conn, shop.plan, bob, last.redemption_id, **{**undo, "at": shop.at})


def test_a_partners_codes_are_given_in_their_order_each_once_and_never_again(shop):
    ann, bob = rich(shop), rich(shop, "bob")
    cinema = add(shop, "cinema", type="partner_code")
    assert refused(shop, rewards.RewardSoldOut, ann, cinema) == {}
    assert rewards.add_codes(shop.conn, cinema, ["C-1", "C-2", " C-2 ", "C-3"]) == 3
    assert rewards.add_codes(shop.conn, cinema, ["C-3", "C-4"]) == 1
    first = redeem(shop, ann, cinema, quantity=2)
    assert first.redemption.code == "C-1 C-2"
    flows.undo_redemption(shop.conn, shop.plan, ann, first.redemption.redemption_id, at=shop.at, force=True)
    assert redeem(shop, bob, cinema, quantity=2).redemption.code == "C-3 C-4"
    refused(shop, rewards.RewardSoldOut, ann, cinema, "X-2")
    assert look(shop, cinema.reward_id).units_left == 0


def test_a_donation_counts_up(shop):
    ann, bob = rich(shop), rich(shop, "bob")
    trees = add(shop, "trees", type="donation")
    redeem(shop, ann, trees, quantity=3)
    gone = redeem(shop, bob, trees)
    redeem(shop, bob, trees, "X-2")
    flows.undo_redemption(shop.conn, shop.plan, bob, gone.redemption.redemption_id, at=shop.at, force=True)
    found = rewards.totals(shop.conn, trees)
    assert (found.members, found.units, found.points, found.cost_minor) == (2, 4, 400, 2000)


def test_a_sweepstake_commits_before_and_reveals_after(shop):
    members = [rich(shop, name) for name in ("ann", "bob", "cid")]
    ends_at = shop.at + timedelta(days=7)
    bike = add(shop, "bike", type="sweepstake", params={"winners": 2}, ends_at=ends_at)
    committed = rewards.draw_of(shop.conn, bike)
    assert (len(committed.seed_hash), committed.seed) == (64, None)
    for n, member in enumerate(members):
        redeem(shop, member, bike, quantity=n + 1)
    leaver = redeem(shop, members[0], bike, "X-2")
    flows.undo_redemption(shop.conn, shop.plan, members[0], leaver.redemption.redemption_id, at=shop.at, force=True)
    with pytest.raises(rewards.DrawNotOpen):
        flows.draw_winners(shop.conn, shop.plan, bike, outside="", by="owner", at=shop.at)
    shop.at = ends_at
    drawn = flows.draw_winners(shop.conn, shop.plan, bike, outside="7 12 23", by="owner", at=shop.at)
    entries = rewards.entries_of(shop.conn, bike)
    assert (drawn.entries, drawn.seed_hash) == (6, committed.seed_hash)
    assert drawn.winners == rewards.winners(entries, seed=drawn.seed, outside="7 12 23", count=2)
    with pytest.raises(rewards.AlreadyDrawn):
        flows.draw_winners(shop.conn, shop.plan, bike, outside="", by="owner", at=shop.at)
    entry = rewards.find(shop.conn, members[1], external_id="X-1")
    with pytest.raises(rewards.AlreadyDrawn), shop.conn.transaction():
        flows.undo_redemption(shop.conn, shop.plan, members[1], entry.redemption_id, at=shop.at, force=True)
    longer = flows.save_reward(
        shop.conn, shop.plan, replace(bike, ends_at=ends_at + timedelta(days=1)), by="owner", at=shop.at
    )
    assert refused(shop, rewards.RewardNotAvailable, members[0], longer)["reason"] == "drawn"
    assert shop.is_sound()


def test_every_change_is_noted_and_one_can_be_taken_back(shop):
    mug = add(shop, units_left=10)
    dearer = replace(mug, price_points=150, name={"en": "Large mug"}, units_left=30)
    flows.save_reward(shop.conn, shop.plan, dearer, by="lin", at=shop.at, seen=mug)
    flows.save_reward(shop.conn, shop.plan, replace(look(shop, mug.reward_id), cost_minor=700), by="wu", at=shop.at)
    assert [
        (c.version, c.changed_by) for c in rewards.history(shop.conn, shop.plan.program.program_id, mug.reward_id)
    ] == [
        (3, "wu"),
        (2, "lin"),
        (1, "owner"),
    ]
    assert rewards.history(shop.conn, shop.plan.program.program_id, mug.reward_id)[1].changes == {
        "name": ({"en": "Mug", "zh": "mug"}, {"en": "Large mug"}),
        "price_points": (100, 150),
        "units_left": (10, 30),
    }
    flows.revert_reward(shop.conn, shop.plan, look(shop, mug.reward_id), 2, by="lin", at=shop.at)
    after = look(shop, mug.reward_id)
    assert (after.price_points, after.name["en"], after.cost_minor, after.units_left) == (100, "Mug", 700, 10)
    assert after.version == 4
    with pytest.raises(rewards.RewardInvalid):
        flows.revert_reward(shop.conn, shop.plan, after, 1, by="lin", at=shop.at)


def test_the_same_again_is_no_change(shop):
    mug = add(shop, steps=Steps(by="had", steps=(Step(units=2, percent=150),)), stores=("A",))
    assert flows.save_reward(shop.conn, shop.plan, mug, by="lin", at=shop.at, seen=mug).version == 1
    assert len(rewards.history(shop.conn, shop.plan.program.program_id, mug.reward_id)) == 1


def test_a_change_over_somebody_elses_is_refused_and_what_was_sold_stays_sold(shop):
    member = rich(shop)
    seen = add(shop, units_left=10)
    redeem(shop, member, seen, quantity=3)
    flows.save_reward(shop.conn, shop.plan, replace(seen, units_left=15), by="lin", at=shop.at, seen=seen)
    assert look(shop, seen.reward_id).units_left == 12
    with pytest.raises(rewards.RewardChanged) as changed:
        flows.save_reward(shop.conn, shop.plan, replace(seen, price_points=1), by="wu", at=shop.at, seen=seen)
    assert changed.value.facts == {"version": 2}


def test_a_category_must_be_there(shop):
    with pytest.raises(rewards.RewardInvalid):
        add(shop, category="tea")
    rewards.save_category(
        shop.conn, rewards.Category(program_id=shop.plan.program.program_id, code="tea", name={"en": "Tea"})
    )
    assert add(shop, category="tea").category == "tea"
