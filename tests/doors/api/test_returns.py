"""Returns over HTTP: cases 31 to 46 of the catalog of bad input."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from regulars import flows
from regulars.records import ledger

from .conftest import ago, kept_refusal, refusal


def _return(shop, order_id, return_id="R-1", **more):
    body = {"return_id": return_id, "occurred_at": ago(seconds=10), **more}
    return shop.post(f"/v1/orders/{order_id}/returns", body)


def _refused(shop, order_id, body, status, code, pointer):
    path = f"/v1/orders/{order_id}/returns"
    return kept_refusal(shop, path, {"return_id": "R-9", "occurred_at": ago(seconds=10), **body}, status, code, pointer)


def test_case_031_a_return_that_comes_first_waits_for_its_order(shop):
    order = shop.order()
    body = {"return_id": "R-1", "amount_minor": 4000, "occurred_at": ago(seconds=10)}
    path = f"/v1/orders/{order['order_id']}/returns"
    first, again = shop.post(path, body), shop.post(path, body)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == {
        "return_id": "R-1",
        "order_id": order["order_id"],
        "status": "waiting-for-purchase",
        "points_reversed": 0,
    }
    assert again.content == first.content
    assert shop.post("/v1/orders", order).status_code == 201
    assert shop.balance(order["member"]["id"])["available"] == 60
    later = shop.post(path, body)
    assert (later.status_code, later.json()["points_reversed"]) == (200, 40)


def test_case_032_more_than_is_left_is_refused(shop):
    order_id = shop.buy()["order_id"]
    _return(shop, order_id, amount_minor=4000)
    body = _refused(shop, order_id, {"amount_minor": 6001}, 422, "refund-exceeds-purchase", "/amount_minor")
    assert body["remaining_minor"] == 6000


def test_case_032_more_pieces_than_a_line_has_are_refused(shop):
    order_id = shop.buy(lines=[{"line_id": "a", "quantity": 2, "amount_minor": 10000}])["order_id"]
    lines = [{"line_id": "a", "quantity": 3}]
    body = _refused(shop, order_id, {"lines": lines}, 422, "refund-exceeds-purchase", "/lines/0")
    assert body["remaining_quantity"] == 2


def test_case_033_the_same_return_again_is_told_again(shop):
    told = shop.buy()
    moment = ago(seconds=10)
    first = _return(shop, told["order_id"], occurred_at=moment)
    before = shop.picture()
    again = _return(shop, told["order_id"], occurred_at=moment)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    assert shop.picture() == before


def test_a_return_id_with_other_content_is_refused(shop):
    order_id = shop.buy()["order_id"]
    assert _return(shop, order_id, return_id="R-9", amount_minor=100).status_code == 201
    _refused(shop, order_id, {"amount_minor": 200}, 409, "event-conflict", None)


def test_case_034_a_second_whole_return_is_refused(shop):
    order_id = shop.buy()["order_id"]
    assert _return(shop, order_id).status_code == 201
    _refused(shop, order_id, {}, 409, "already-refunded", None)


def test_case_036_points_already_spent_become_debt_that_the_next_ones_pay(shop):
    told = shop.buy()
    member_id = told["member_id"]
    taken = {"reference": "spent", "member_id": member_id, "points": -70, "reason": "Spent"}
    assert shop.post("/v1/adjustments", taken, key=shop.admin).status_code == 201
    answer = _return(shop, told["order_id"])
    assert answer.status_code == 201
    body = answer.json()
    assert (body["policy"], body["points_reversed"], body["points_owed"]) == ("debt", 100, 70)
    balance = shop.balance(member_id)
    assert (balance["available"], balance["debt"]) == (0, 70)
    shop.buy(member_id)
    balance = shop.balance(member_id)
    assert (balance["available"], balance["debt"]) == (30, 0)
    assert shop.books().is_sound


def test_case_036_a_program_may_forgive(shop):
    with shop.connect() as conn:
        conn.execute(
            "update ledger.wallet set debt_policy = 'forgive' where wallet_id = %s", [shop.plan.wallet.wallet_id]
        )
    told = shop.buy()
    taken = {"reference": "spent", "member_id": told["member_id"], "points": -70, "reason": "Spent"}
    shop.post("/v1/adjustments", taken, key=shop.admin)
    body = _return(shop, told["order_id"]).json()
    assert (body["policy"], body["points_forgiven"], body["points_owed"]) == ("forgive", 70, 0)
    assert shop.balance(told["member_id"])["debt"] == 0


def test_case_037_points_that_expired_are_not_taken_twice(shop):
    member_id = shop.member(enrolled_at="2020-01-01T00:00:00Z")
    told = shop.buy(member_id, occurred_at="2021-03-01T12:00:00Z")
    body = _return(shop, told["order_id"]).json()
    assert (body["policy"], body["points_expired"], body["points_taken_back"]) == ("refund-of-expired", 100, 0)
    line = shop.get(f"/v1/members/{member_id}/statement").json()["lines"][0]
    assert (line["type"], line["points"]) == ("clawback", 0)
    assert "already expired" in line["title"]
    assert shop.books().is_sound


def test_case_038_a_return_leaves_the_tier_until_its_review(shop):
    told = shop.buy(total_minor=120_000)
    assert [effect["name"] for effect in told["effects"]] == ["Silver"]
    assert _return(shop, told["order_id"]).status_code == 201
    tier = shop.get(f"/v1/members/{told['member_id']}/statement").json()["tier"]
    assert (tier["name"], tier["reached"], tier["needed_to_keep"]) == ("Silver", 0, 100_000)


def test_case_039_points_an_order_was_paid_with_return_with_their_own_expiry(shop):
    member_id = shop.member(enrolled_at="2025-01-01T00:00:00Z")
    old = shop.buy(member_id, total_minor=50_000, occurred_at=ago(days=200))
    before = shop.balance(member_id)
    held = {"hold_id": "basket", "member_id": member_id, "points": 400}
    assert shop.post("/v1/holds", held).status_code == 201
    told = shop.buy(member_id, total_minor=10_000, hold_ids=["basket"])
    assert (told["points_paid"], told["eligible_minor"], told["points"]) == (400, 9600, 96)
    body = _return(shop, told["order_id"]).json()
    assert (body["points_restored"], body["points_reversed"]) == (400, 96)
    assert shop.balance(member_id) == before
    assert before["expiring"] == [{"expires_on": old["expires_on"], "points": 500}]
    assert shop.books().is_sound


def test_case_041_a_return_in_another_currency_is_refused(shop):
    order_id = shop.buy()["order_id"]
    _refused(shop, order_id, {"currency": "EUR"}, 422, "currency-mismatch", "/currency")


def test_case_042_a_line_the_order_does_not_have_is_refused(shop):
    order_id = shop.buy()["order_id"]
    _refused(shop, order_id, {"lines": [{"line_id": "7"}]}, 422, "unknown-line", "/lines/0/line_id")


def test_case_043_a_hundred_small_returns_take_what_one_takes(shop):
    lines = [{"line_id": "a", "quantity": 100, "amount_minor": 9999}]
    told = shop.buy(lines=lines, total_minor=9999)
    assert told["points"] == 99
    reversed_points = 0
    for number in range(100):
        answer = _return(shop, told["order_id"], return_id=f"R-{number}", lines=[{"line_id": "a", "quantity": 1}])
        assert answer.status_code == 201, answer.text
        reversed_points += answer.json()["points_reversed"]
        assert reversed_points <= 99
    assert reversed_points == 99
    balance = shop.balance(told["member_id"])
    assert (balance["available"], balance["debt"]) == (0, 0)
    assert shop.books().is_sound


def test_case_044_a_chargeback_months_later_flags_the_member(shop):
    member_id = shop.member(enrolled_at="2025-01-01T00:00:00Z")
    told = shop.buy(member_id, occurred_at=ago(days=183))
    assert shop.get(f"/v1/members/{member_id}").json()["flags"] == []
    answer = _return(shop, told["order_id"], reason="chargeback")
    assert (answer.status_code, answer.json()["reason"]) == (201, "chargeback")
    assert shop.get(f"/v1/members/{member_id}").json()["flags"] == ["chargeback"]


def test_case_046_a_return_while_points_expire_conserves_the_sum(shop):
    told = [shop.buy() for _ in range(12)]
    in_two_years = (datetime.now(UTC) + timedelta(days=730)).date()

    def close() -> int:
        expired = 0
        with shop.connect() as conn:
            while True:
                done = flows.close_day(conn, shop.plan, today=in_two_years, at=datetime.now(UTC))
                conn.commit()
                expired += done.expired_points
                if done.is_done:
                    return expired

    with ThreadPoolExecutor(8) as threads:
        job = threads.submit(close)
        answers = list(threads.map(lambda one: _return(shop, one["order_id"]), told))
        expired = job.result()
    assert [answer.status_code for answer in answers] == [201] * 12
    with shop.connect() as conn:
        left = conn.execute(
            "select coalesce(sum(remaining), 0)::int from ledger.lot where wallet_id = %s", [shop.plan.wallet.wallet_id]
        ).fetchone()[0]
        moved = dict(
            conn.execute(
                "select kind, sum(points)::int from ledger.entry where wallet_id = %s group by kind",
                [shop.plan.wallet.wallet_id],
            ).fetchall()
        )
    assert moved[ledger.Movement.EARN] == 1200
    assert moved.get(ledger.Movement.EXPIRE, 0) == -expired
    assert 1200 - expired + moved[ledger.Movement.CLAWBACK] == left
    assert shop.books().is_sound


def test_a_preview_says_what_would_happen_and_writes_nothing(shop):
    told = shop.buy(lines=[{"line_id": "a", "quantity": 3, "amount_minor": 10000}])
    before = shop.picture()
    body = {"return_id": "R-1", "lines": [{"line_id": "a", "quantity": 1}], "occurred_at": ago(seconds=5)}
    path = f"/v1/orders/{told['order_id']}/returns"
    preview = shop.post(f"{path}?preview=true", body)
    assert (preview.status_code, preview.json()["points_reversed"]) == (200, 33)
    assert shop.picture() == before
    done = shop.post(path, body)
    assert (done.status_code, done.json()) == (201, preview.json())


def test_cancelling_returns_everything_once(shop):
    told = shop.buy()
    path = f"/v1/orders/{told['order_id']}/cancel"
    first, again = shop.post(path, {}), shop.post(path, {})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert (first.json()["points_reversed"], first.json()["remaining_minor"]) == (100, 0)
    refusal(shop.post("/v1/orders/nothing/cancel", {}), 404, "not-found")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"return_id": ""}, "invalid-text", "/return_id"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "invalid-timestamp", "/occurred_at"),
        ({"amount_minor": -1}, "amount-out-of-range", "/amount_minor"),
        ({"amount_minor": 1.5}, "validation-failed", "/amount_minor"),
        ({"lines": [{"line_id": "1", "quantity": 0}]}, "quantity-out-of-range", "/lines/0/quantity"),
        ({"line": []}, "unknown-field", "/line"),
    ],
)
def test_a_return_that_cannot_be_is_pointed_at(shop, body, code, pointer):
    order_id = shop.buy()["order_id"]
    before = shop.picture()
    answer = refusal(_return(shop, order_id, **body), 422, code)
    assert [flaw["pointer"] for flaw in answer["errors"]] == [pointer]
    assert shop.picture() == before


def test_an_order_that_was_cancelled_is_reinstated_and_cancelled_again(shop):
    member = shop.member()
    told = shop.buy(member)
    path = f"/v1/orders/{told['order_id']}"
    kept = refusal(shop.post(f"{path}/reinstate", {}), 409, "order-not-cancelled")
    assert kept["remaining_minor"] == 10_000
    first_cancel = shop.post(f"{path}/cancel", {"return_id": "C-1"})
    assert shop.balance(member)["available"] == 0
    first, again = shop.post(f"{path}/reinstate", {}), shop.post(f"{path}/reinstate", {})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert (first.json()["generation"], first.json()["points"]) == (2, 100)
    assert shop.balance(member)["available"] == 100
    shown = shop.get(path).json()
    assert (shown["generation"], shown["returned_minor"], shown["points"]) == (2, 0, 100)
    late = shop.post(f"{path}/cancel", {"return_id": "C-1"})
    assert (late.status_code, late.content) == (200, first_cancel.content), "a late repeat cancels nothing anew"
    second = shop.post(f"{path}/cancel", {})
    assert (second.status_code, second.json()["return_id"]) == (201, "cancel-2")
    assert shop.post(f"{path}/cancel", {}).content == second.content
    assert shop.balance(member)["available"] == 0
    refusal(shop.post("/v1/orders/nothing/reinstate", {}), 404, "not-found")
    assert shop.books().is_sound


def test_a_return_whose_money_is_settled_later_is_confirmed_or_fails(shop):
    member = shop.member()
    path = f"/v1/orders/{shop.buy(member)['order_id']}"
    first = {"return_id": "R-1", "amount_minor": 4_000, "occurred_at": ago(seconds=10), "status": "pending"}
    told, again = shop.post(f"{path}/returns", first), shop.post(f"{path}/returns", first)
    assert (told.status_code, again.status_code, again.content) == (201, 200, told.content)
    assert (told.json()["status"], told.json()["points_reversed"], told.json()["points_set_aside"]) == (
        "pending",
        0,
        40,
    )
    shown = shop.get(path).json()
    assert (shown["returned_minor"], shown["remaining_minor"]) == (0, 6_000)
    assert [(one["return_id"], one["status"]) for one in shown["returns"]] == [("R-1", "pending")]
    balance = shop.balance(member)
    assert (balance["available"], balance["held"]) == (60, 40)
    refusal(shop.post(f"{path}/returns", {**first, "status": "recorded"}), 409, "event-conflict")
    refusal(shop.post(f"{path}/returns/R-9/confirm", {}), 404, "not-found")
    done, once_more = (shop.post(f"{path}/returns/R-1/confirm", {}) for _ in range(2))
    assert (done.status_code, once_more.status_code, once_more.content) == (200, 200, done.content)
    assert once_more.headers["idempotent-replay"] == "true"
    assert (done.json()["status"], done.json()["points_reversed"]) == ("recorded", 40)
    assert refusal(shop.post(f"{path}/returns/R-1/fail", {}), 409, "already-decided")["state"] == "recorded"
    shop.post(f"{path}/returns", {**first, "return_id": "R-2"})
    assert shop.post(f"{path}/returns/R-2/fail", {}).json()["status"] == "failed"
    assert [one["status"] for one in shop.get(path).json()["returns"]] == ["failed", "recorded"]
    balance = shop.balance(member)
    assert (balance["available"], balance["held"]) == (60, 0)
    assert shop.books().is_sound


def test_a_pending_return_in_a_batch_pends(shop):
    member = shop.member()
    order_id = shop.buy(member)["order_id"]
    body = {"order_id": order_id, "return_id": "R-1", "occurred_at": ago(seconds=10), "status": "pending"}
    assert shop.batch(shop.line("return", body)).status_code == 200
    assert shop.balance(member)["held"] == 100
