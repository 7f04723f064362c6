"""Holds and redemptions over HTTP: cases 47 to 59 of the catalog of bad input."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from regulars import flows
from regulars.kit import ids
from regulars.program import rewards

from .conftest import refusal


def _reward(shop, **more) -> str:
    """A reward of 100 points."""
    reward = rewards.Reward(
        program_id=shop.plan.program.program_id,
        reward_id=ids.uuid7(),
        code=f"r-{next(shop.numbers)}",
        name={"en": "Mug", "zh": "马克杯"},
        description={},
        category="product",
        type="product",
        price_points=100,
        cost_minor=500,
    )
    reward = replace(reward, **more)
    with shop.connect() as conn:
        rewards.save(conn, reward, at=datetime.now(UTC))
    return str(reward.reward_id)


def _member(shop, points=1000) -> str:
    member_id = shop.member()
    shop.give(member_id, points)
    return member_id


def _redeem(shop, reward_id, member_id, redemption_id="RD-1", **more):
    body = {"redemption_id": redemption_id, "member_id": member_id, **more}
    return shop.post(f"/v1/rewards/{reward_id}/purchases", body)


def _refused(shop, answer, status, code, before):
    body = refusal(answer, status, code)
    assert body["kept"] == "none"
    assert shop.picture() == before
    return body


def test_redeeming_twice_is_once(shop):
    reward_id, member_id = _reward(shop, units_left=5), _member(shop)
    first, again = _redeem(shop, reward_id, member_id), _redeem(shop, reward_id, member_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    assert shop.balance(member_id)["available"] == 900
    refusal(_redeem(shop, reward_id, member_id, quantity=2), 409, "event-conflict")


def test_undoing_gives_points_and_unit_back_once(shop):
    reward_id, member_id = _reward(shop, units_left=1), _member(shop)
    assert _redeem(shop, reward_id, member_id).status_code == 201
    path = f"/v1/rewards/{reward_id}/purchases/RD-1/refund"
    first, again = shop.post(path, {"member_id": member_id}), shop.post(path, {"member_id": member_id})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert (first.json()["points_restored"], shop.balance(member_id)["available"]) == (100, 1000)
    assert _redeem(shop, reward_id, member_id, redemption_id="RD-2").status_code == 201
    assert shop.books().is_sound


def test_what_was_handed_out_cannot_be_undone_by_a_machine(shop):
    reward_id, member_id = _reward(shop), _member(shop)
    _redeem(shop, reward_id, member_id)
    path = f"/v1/rewards/{reward_id}/purchases/RD-1"
    refusal(shop.post(f"{path}/fulfill", {"member_id": member_id}), 403, "forbidden")
    done = [shop.post(f"{path}/fulfill", {"member_id": member_id}, key=shop.admin) for _ in range(2)]
    assert [answer.status_code for answer in done] == [200, 200]
    assert done[0].json() == {"redemption_id": "RD-1", "state": "fulfilled"}
    body = refusal(shop.post(f"{path}/refund", {"member_id": member_id}), 409, "already-fulfilled")
    assert body["kept"] == "existing:RD-1"
    assert shop.balance(member_id)["available"] == 900


def test_what_was_undone_cannot_be_handed_out(shop):
    reward_id, member_id = _reward(shop), _member(shop)
    _redeem(shop, reward_id, member_id)
    path = f"/v1/rewards/{reward_id}/purchases/RD-1"
    shop.post(f"{path}/refund", {"member_id": member_id})
    refusal(shop.post(f"{path}/fulfill", {"member_id": member_id}, key=shop.admin), 409, "already-decided")


def test_case_047_too_few_points_change_nothing(shop):
    reward_id, member_id = _reward(shop), _member(shop, 40)
    before = shop.picture()
    body = _refused(shop, _redeem(shop, reward_id, member_id), 409, "insufficient-points", before)
    assert {name: body[name] for name in ("spendable", "cost", "pending", "debt")} == {
        "spendable": 40, "cost": 100, "pending": 0, "debt": 0,
    }  # fmt: skip


def test_case_047_pending_points_are_told_and_not_spent(waiting_shop):
    shop = waiting_shop
    reward_id, member_id = _reward(shop), shop.member()
    shop.buy(member_id, total_minor=50_000)
    before = shop.picture()
    body = _refused(shop, _redeem(shop, reward_id, member_id), 409, "insufficient-points", before)
    assert (body["spendable"], body["pending"]) == (0, 500)


def test_case_048_two_hundred_at_once_spend_a_balance_exactly(shop):
    """The same with 10,000 callers is a benchmark, not a test."""
    reward_id, member_id = _reward(shop), _member(shop, 3750)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda n: _redeem(shop, reward_id, member_id, redemption_id=f"RD-{n}"), range(200)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(409)) == (37, 163)
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"insufficient-points"}
    assert shop.balance(member_id)["available"] == 50
    assert shop.books().is_sound


def test_case_049_two_hundred_at_once_for_the_last_unit_sell_one(shop):
    reward_id = _reward(shop, units_left=1)
    people = [_member(shop, 100) for _ in range(20)]
    with ThreadPoolExecutor(50) as threads:
        answers = list(
            threads.map(lambda n: _redeem(shop, reward_id, people[n % 20], redemption_id=f"RD-{n}"), range(200))
        )
    won = [answer for answer in answers if answer.status_code == 201]
    assert len(won) == 1
    assert {(a.status_code, a.json()["code"]) for a in answers if a not in won} <= {
        (409, "reward-sold-out"), (409, "insufficient-points"),
    }  # fmt: skip
    assert sum(shop.balance(person)["available"] for person in people) == 1900
    assert shop.books().is_sound


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"starts_at": datetime.now(UTC) + timedelta(days=1)}, "not-started"),
        ({"ends_at": datetime.now(UTC) - timedelta(days=1)}, "ended"),
        ({"rank_min": 2}, "tier"),
        ({"is_live": False}, "not-live"),
    ],
)
def test_case_051_a_reward_that_is_not_for_now_or_not_for_them_is_refused(shop, change, reason):
    reward_id, member_id = _reward(shop, **change), _member(shop)
    before = shop.picture()
    body = _refused(shop, _redeem(shop, reward_id, member_id), 409, "reward-not-available", before)
    assert body["reason"] == reason


def test_case_052_a_members_limit_is_told_with_its_end(shop):
    reward_id, member_id = _reward(shop, member_limit=2, limit_days=30), _member(shop)
    assert _redeem(shop, reward_id, member_id, quantity=2).status_code == 201
    before = shop.picture()
    answer = _redeem(shop, reward_id, member_id, redemption_id="RD-2")
    body = _refused(shop, answer, 409, "redemption-limit-reached", before)
    assert body["limit"] == 2
    ends = datetime.fromisoformat(body["resets_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < ends <= timedelta(days=30)


def test_case_053_a_price_that_rose_is_refused_unless_it_is_covered(shop):
    reward_id, member_id = _reward(shop, price_points=120), _member(shop)
    before = shop.picture()
    body = _refused(shop, _redeem(shop, reward_id, member_id, max_points=100), 409, "price-changed", before)
    assert (body["old"], body["new"]) == (100, 120)
    assert _redeem(shop, reward_id, member_id, max_points=120).status_code == 201


@pytest.mark.parametrize("quantity", [0, -1, 10**6, 101, 10**30])
def test_case_054_an_odd_quantity_is_refused(shop, quantity):
    reward_id, member_id = _reward(shop), _member(shop)
    before = shop.picture()
    _refused(shop, _redeem(shop, reward_id, member_id, quantity=quantity), 422, "quantity-out-of-range", before)


def _hold(shop, member_id, hold_id="H-1", points=300, **more):
    return shop.post("/v1/holds", {"hold_id": hold_id, "member_id": member_id, "points": points, **more})


def _capture(shop, member_id, hold_id="H-1", **more):
    return shop.post(f"/v1/holds/{hold_id}/capture", {"member_id": member_id, **more})


def _release(shop, member_id, hold_id="H-1"):
    return shop.post(f"/v1/holds/{hold_id}/release", {"member_id": member_id})


def test_holding_twice_is_once_and_is_told_the_same(shop):
    member_id = _member(shop)
    first = _hold(shop, member_id)
    shop.give(member_id, 50)
    again = _hold(shop, member_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    balance = shop.balance(member_id)
    assert (balance["available"], balance["held"]) == (750, 300)
    body = refusal(_hold(shop, member_id, points=301), 409, "event-conflict")
    assert body["kept"] == "existing:H-1"


def test_case_056_capturing_twice_is_once_and_releasing_then_is_refused(shop):
    member_id = _member(shop)
    _hold(shop, member_id)
    first, again = _capture(shop, member_id), _capture(shop, member_id)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    before = shop.picture()
    body = refusal(_release(shop, member_id), 409, "hold-already-captured")
    assert body["kept"] == "existing:H-1"
    assert shop.picture() == before
    assert shop.balance(member_id)["available"] == 700


def test_case_057_more_than_is_held_is_refused_and_a_part_releases_the_rest(shop):
    member_id = _member(shop)
    _hold(shop, member_id)
    before = shop.picture()
    body = _refused(shop, _capture(shop, member_id, points=301), 422, "capture-exceeds-hold", before)
    assert body["held"] == 300
    told = _capture(shop, member_id, points=120).json()
    assert (told["state"], told["captured_points"]) == ("captured", 120)
    balance = shop.balance(member_id)
    assert (balance["available"], balance["held"]) == (880, 0)
    assert shop.books().is_sound


def test_case_058_the_end_of_a_hold_and_its_capture_at_one_instant_have_one_winner(shop):
    people = [_member(shop) for _ in range(12)]
    for person in people:
        assert _hold(shop, person, minutes=1).status_code == 201

    def end() -> int:
        with shop.connect() as conn:
            return flows.release_due_holds(conn, shop.plan, at=datetime.now(UTC) + timedelta(minutes=2), limit=4)

    with ThreadPoolExecutor(8) as threads:
        ends = [threads.submit(end) for _ in range(3)]
        answers = list(threads.map(lambda person: _capture(shop, person), people))
        released = sum(one.result() for one in ends)
    captured = [answer.status_code for answer in answers].count(200)
    assert captured + released == 12
    for person, answer in zip(people, answers, strict=True):
        if answer.status_code == 200:
            assert shop.balance(person)["available"] == 700
        else:
            refusal(answer, 409, "hold-expired")
            assert shop.balance(person)["available"] == 1000
    assert shop.books().is_sound


def test_case_059_a_sixth_open_hold_is_refused(shop):
    member_id = _member(shop)
    for number in range(5):
        assert _hold(shop, member_id, hold_id=f"H-{number}", points=10).status_code == 201
    before = shop.picture()
    body = _refused(shop, _hold(shop, member_id, hold_id="H-5", points=10), 409, "too-many-holds", before)
    assert body["limit"] == 5
    assert _release(shop, member_id, hold_id="H-0").status_code == 200
    assert _hold(shop, member_id, hold_id="H-5", points=10).status_code == 201


def test_an_order_refused_for_its_hold_can_be_sent_again(shop):
    member_id = _member(shop)
    _hold(shop, member_id)
    _release(shop, member_id)
    order = shop.order(member_id, hold_ids=["H-1"])
    before = shop.picture()
    body = refusal(shop.post("/v1/orders", order), 409, "hold-expired")
    assert body["kept"].startswith("inbox:")
    assert shop.picture() == before
    assert _hold(shop, member_id, hold_id="H-2").status_code == 201
    assert shop.post("/v1/orders", {**order, "hold_ids": ["H-2"]}).status_code == 201


def test_a_hold_pays_for_one_order_only(shop):
    member_id = _member(shop)
    _hold(shop, member_id)
    orders = [shop.order(member_id, hold_ids=["H-1"]) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda order: shop.post("/v1/orders", order), orders))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"hold-already-captured"}
    assert shop.books().is_sound


def test_an_adjustment_is_made_once_and_only_by_the_office(shop):
    member_id = shop.member()
    body = {"reference": "T-1", "member_id": member_id, "points": 80, "reason": "Sorry for the delay"}
    refusal(shop.post("/v1/adjustments", body), 403, "forbidden")
    first = shop.post("/v1/adjustments", body, key=shop.admin)
    shop.give(member_id, 5)
    again = shop.post("/v1/adjustments", body, key=shop.admin)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    refusal(shop.post("/v1/adjustments", {**body, "points": 81}, key=shop.admin), 409, "event-conflict")
    refusal(shop.post("/v1/adjustments", {**body, "reason": " "}, key=shop.admin), 422, "validation-failed")
    lines = shop.get(f"/v1/members/{member_id}/statement").json()["lines"]
    assert [(line["title"], line["points"]) for line in lines] == [("A gift", 5), ("Sorry for the delay", 80)]


def test_a_quote_is_what_the_order_then_earns_and_writes_nothing(shop):
    member_id = _member(shop)
    basket = {"currency": "CNY", "total_minor": 12000, "lines": [{"amount_minor": 8000}, {"amount_minor": 4000}]}
    before = shop.picture()
    quote = shop.post("/v1/quotes", {**basket, "member_id": member_id})
    assert quote.status_code == 200, quote.text
    assert shop.picture() == before
    body = quote.json()
    assert [line["points"] for line in body["lines"]] == [80, 40]
    told = shop.buy(member_id, **basket)
    assert (told["points"], told["reasons"], told["expires_on"]) == (
        body["points"],
        body["reasons"],
        body["expires_on"],
    )
    assert {offer["can_redeem"] for offer in body["rewards"]} == {True, False}


def test_a_quote_for_a_guest_has_no_rewards(shop):
    body = shop.post("/v1/quotes", {"currency": "CNY", "total_minor": 50, "as_of": "2026-01-01T00:00:00Z"}).json()
    assert (body["points"], body["rewards"]) == (0, [])
    assert [reason["code"] for reason in body["reasons"]] == ["none.amount"]
