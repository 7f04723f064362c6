"""A reward on its way: who did what with it, and when it can still be taken back."""

from datetime import timedelta

import pytest

from regulars import flows
from regulars.program import rewards
from regulars.program.rewards import Move, State

from .test_redeem_reward import redeem, rich


def go(shop, member, redemption, move, **more) -> bool:
    shop.at += timedelta(minutes=1)
    return flows.fulfill_redemption(
        shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at, move=move, actor="wu", **more
    )


def test_a_parcel_goes_its_way_and_every_step_is_told(shop):
    member = rich(shop)
    redemption = redeem(shop, member, "tote-bag", actor="key:till").redemption
    assert go(shop, member, redemption, Move.PREPARE)
    assert go(shop, member, redemption, Move.SHIP, carrier="SF Express", tracking="SF-123", note="with a card")
    assert not go(shop, member, redemption, Move.SHIP)
    assert go(shop, member, redemption, Move.DELIVER)
    found = rewards.find(shop.conn, member, redemption_id=redemption.redemption_id)
    assert (found.state, found.carrier, found.tracking) == (State.FULFILLED, "SF Express", "SF-123")
    assert [(one.step, one.actor, one.tracking, one.note) for one in rewards.way(shop.conn, found)] == [
        ("redeemed", "key:till", "", ""),
        ("prepare", "wu", "", ""),
        ("ship", "wu", "SF-123", "with a card"),
        ("deliver", "wu", "", ""),
    ]


def test_what_waits_in_the_shop_is_collected(shop):
    member = rich(shop)
    redemption = redeem(shop, member, "tote-bag").redemption
    assert go(shop, member, redemption, Move.COLLECT)
    with pytest.raises(rewards.AlreadyFulfilled):
        go(shop, member, redemption, Move.SHIP)


def test_case_066_what_was_sent_is_not_undone_by_a_machine(shop):
    member = rich(shop)
    redemption = redeem(shop, member, "tote-bag").redemption
    go(shop, member, redemption, Move.SHIP)
    with pytest.raises(rewards.AlreadyFulfilled):
        flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    assert shop.balance(member).available == 100
    told = flows.undo_redemption(
        shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at, force=True, actor="wu", note="lost"
    )
    assert (told["state"], shop.balance(member).available) == ("undone", 1000)
    last = rewards.way(shop.conn, redemption)[-1]
    assert (last.step, last.actor, last.note) == ("undo", "wu", "lost")
    with pytest.raises(rewards.AlreadyUndone):
        go(shop, member, redemption, Move.DELIVER)
    assert shop.is_sound()


def test_what_is_being_prepared_can_still_be_cancelled(shop):
    member = rich(shop)
    redemption = redeem(shop, member, "tote-bag").redemption
    go(shop, member, redemption, Move.PREPARE)
    flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    assert shop.balance(member).available == 1000


def test_a_move_that_is_offered_can_be_made_and_no_other():
    refusals = (rewards.AlreadyFulfilled, rewards.AlreadyUndone)
    for state in State:
        for move in Move:
            if move in rewards.moves_from(state):
                assert rewards.after(state, move) not in (None, state)
                continue
            try:
                answer = rewards.after(state, move)
            except refusals:
                continue
            assert answer is None


def test_the_queue_is_found_by_state_reward_and_page(shop):
    member = rich(shop, amount=1_000_000)
    made = [redeem(shop, member, "free-delivery", f"X-{n}").redemption for n in range(5)]
    go(shop, member, made[0], Move.PREPARE)
    go(shop, member, made[1], Move.HAND_OUT)
    ask = {"conn": shop.conn, "program_id": shop.plan.program.program_id, "states": rewards.OPEN}
    first = rewards.redemptions(**ask, limit=3)
    place = (first[-1].redeemed_at, first[-1].redemption_id)
    rest = rewards.redemptions(**ask, limit=3, before=place)
    assert [one.external_id for one in [*first, *rest]] == ["X-4", "X-3", "X-2", "X-0"]
    assert rewards.counted(shop.conn, shop.plan.program.program_id) == {
        State.ISSUED: 3,
        State.PREPARING: 1,
        State.FULFILLED: 1,
    }
