"""Codes, draws, prices that move with the stock, and parcels, while many want them at once; each with the mistake that
must be found.

Source: quality/targets T4; capability B3, B9.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.faults import shops

from regulars import flows
from regulars.kit import db
from regulars.program import rewards

from .crowd import try_at_once

CONNECTIONS = 8
AT = datetime.now(UTC)


def _shop(database: str, members: int, **more) -> tuple[flows.Plan, list[UUID], rewards.Reward]:
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = [UUID(one) for one in shops.join(conn, shop.plan, members, points=5000)]
        reward_id = shops.reward(conn, shop.plan, units_left=None)
        reward = rewards.get(conn, shop.plan.program.program_id, reward_id)
        reward = flows.save_reward(conn, shop.plan, replace(reward, category="", **more), by="test", at=AT)
    return shop.plan, member_ids, reward


def _redeem(plan, member_ids, reward) -> Callable[[db.Conn, int], rewards.Redemption | None]:
    def redeem(conn: db.Conn, number: int) -> rewards.Redemption | None:
        member_id = member_ids[number % len(member_ids)]
        try:
            done = flows.redeem_reward(conn, plan, member_id, reward.reward_id, external_id=f"R-{number}", at=AT)
        except rewards.RewardSoldOut:
            return None
        return done.redemption

    return redeem


def _codes(database: str) -> tuple[list[str], int]:
    """Every code that somebody got, and how many are left."""
    plan, member_ids, reward = _shop(database, 100, type="partner_code")
    with db.connect(database) as conn:
        rewards.add_codes(conn, reward, [f"C-{n:04}" for n in range(200)])
    got = try_at_once(database, CONNECTIONS, 400, _redeem(plan, member_ids, reward))
    with db.connect(database) as conn:
        left = rewards.get(conn, reward.program_id, reward.reward_id).units_left
    return [one.code for one in got if one is not None], left


def test_every_code_is_handed_out_once(database):
    codes, left = _codes(database)
    assert (sorted(codes), left) == ([f"C-{n:04}" for n in range(200)], 0)
    with db.connect(database) as conn:
        assert flows.verify_books(conn).is_sound


def test_codes_that_are_looked_at_first_are_handed_out_twice(database, monkeypatch):
    """The negative control, in the same harness."""

    def claim(conn: db.Conn, reward: rewards.Reward, quantity: int) -> list[str]:
        of = [reward.reward_id]
        given, left = conn.execute("select given, units_left from rewards.stock where reward_id = %s", of).fetchone()
        if left < quantity:
            return []
        conn.execute(
            "update rewards.stock set given = %s, units_left = %s where reward_id = %s",
            [given + 1, left - 1, *of],
        )
        code = "select code from rewards.partner_code where reward_id = %s and place = %s"
        return [conn.execute(code, [*of, given + 1]).fetchone()[0]]

    monkeypatch.setattr(rewards, "claim_codes", claim)
    codes, _ = _codes(database)
    print(f"{len(codes)} codes handed out, {len(set(codes))} different")
    assert len(set(codes)) < len(codes)


def _draw_over_an_entry(database: str) -> tuple[int, int]:
    """Somebody enters while the winners are drawn: entries that stand, and entries that were drawn from."""
    ends_at = AT + timedelta(days=1)
    plan, member_ids, reward = _shop(database, 2, type="sweepstake", params={"winners": 1}, ends_at=ends_at)
    _redeem_one = _redeem(plan, member_ids, reward)
    with db.connect(database, autocommit=True) as conn, conn.transaction():
        _redeem_one(conn, 0)
    drawn: list[int] = []

    def draw() -> None:
        with db.connect(database, autocommit=True) as conn, conn.transaction():
            drawn.append(flows.draw_winners(conn, plan, reward, outside="", by="test", at=ends_at).entries)

    with db.connect(database, autocommit=True) as conn:
        with conn.transaction():
            _redeem_one(conn, 1)
            other = threading.Thread(target=draw)
            other.start()
            other.join(timeout=1)
        other.join(timeout=30)
        return len(rewards.entries_of(conn, reward)), drawn[0]


def test_a_draw_waits_for_the_entry_that_is_being_made(database):
    assert _draw_over_an_entry(database) == (2, 2)


def test_an_entry_that_only_looks_whether_it_was_drawn_is_not_drawn_from(database, monkeypatch):
    """The negative control, in the same harness."""
    look = "select drawn_at is not null from rewards.draw where reward_id = %s"
    monkeypatch.setattr(rewards, "is_drawn", lambda conn, reward: conn.execute(look, [reward.reward_id]).fetchone()[0])
    assert _draw_over_an_entry(database) == (2, 1)


def _by_stock(database: str) -> list[int]:
    """What members paid for 100 units whose price doubles with the last fifty and trebles with the last ten."""
    steps = rewards.Steps(by="left", steps=(rewards.Step(units=50, percent=200), rewards.Step(units=10, percent=300)))
    plan, member_ids, reward = _shop(database, 100, units_left=100, steps=steps)
    got = try_at_once(database, CONNECTIONS, 150, _redeem(plan, member_ids, reward))
    return sorted(one.points for one in got if one is not None)


def test_every_unit_costs_what_it_costs_at_its_place_in_the_stock(database):
    assert _by_stock(database) == [100] * 50 + [200] * 40 + [300] * 10


def test_a_price_that_is_read_before_the_stock_stands_still_is_wrong(database, monkeypatch):
    """The negative control, in the same harness."""
    look = "select units_left from rewards.stock where reward_id = %s"
    monkeypatch.setattr(
        rewards, "lock_units", lambda conn, reward: conn.execute(look, [reward.reward_id]).fetchone()[0]
    )
    assert _by_stock(database) != [100] * 50 + [200] * 40 + [300] * 10


@pytest.mark.parametrize("first", ["ship", "undo"])
def test_case_066_of_sending_and_undoing_at_once_one_happens(database, first):
    plan, member_ids, reward = _shop(database, 60)
    redeem = _redeem(plan, member_ids, reward)
    with db.connect(database, autocommit=True) as conn:
        made = []
        for n in range(60):
            with conn.transaction():
                made.append(redeem(conn, n))

    def decide(conn: db.Conn, number: int) -> str:
        one = made[number // 2]
        what = ("ship", "undo")[(number + (first == "undo")) % 2]
        try:
            if what == "undo":
                flows.undo_redemption(conn, plan, one.member_id, one.redemption_id, at=AT)
                return "undone"
            move = rewards.Move.SHIP
            done = flows.fulfill_redemption(conn, plan, one.member_id, one.redemption_id, at=AT, move=move)
        except (rewards.AlreadyFulfilled, rewards.AlreadyUndone):
            return "refused"
        return "shipped" if done else "refused"

    told = try_at_once(database, CONNECTIONS, 120, decide)
    with db.connect(database) as conn:
        states = rewards.counted(conn, plan.program.program_id)
        assert flows.verify_books(conn).is_sound
    assert told.count("shipped") == states.get(rewards.State.SHIPPED, 0)
    assert told.count("undone") == states.get(rewards.State.UNDONE, 0)
    assert sum(states.values()) == told.count("shipped") + told.count("undone") == 60
