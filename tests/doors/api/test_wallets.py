"""Several wallets over the API: their settings, what members have in each, what is paid in, what becomes usable."""

import pytest

from .conftest import refusal

CASHBACK = {
    "code": "cashback",
    "kind": "cashback",
    "unit": {"en": "cashback", "zh": "返现"},
    "expiry": {"kind": "days", "count": 90},
    "waits_for_event": True,
}
CARD = {"code": "card", "kind": "gift_card", "unit": {"en": "gift card", "zh": "礼品卡"}, "expiry": {"kind": "never"}}


def save(shop, body, **more):
    return shop.post("/v1/wallets", {**body, **more}, key=shop.admin)


def test_a_wallet_is_saved_by_its_code_and_shown_whole(shop):
    assert save(shop, CASHBACK).status_code == 201
    again = save(shop, CASHBACK)
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    changed = save(shop, CASHBACK, debt_max_points=500, giving={"transfer_max": 10, "day_max": 20})
    assert (changed.status_code, changed.headers.get("idempotent-replay")) == (200, None)
    first, second = shop.get("/v1/wallets", key=shop.admin).json()["wallets"]
    assert (first["code"], first["kind"], first["expiry"]["kind"]) == ("points", "points", "month_end")
    assert second == changed.json() == {
        **CASHBACK,
        "expiry": {
            "kind": "days", "count": 90, "month_day": "12-31", "carry_percent": 0, "carry_max": None,
            "grace_days": 30, "notice_days": 30,
        },
        "pending_days": None,
        "debt_policy": "debt",
        "debt_max_points": 500,
        "giving": {"transfer_max": 10, "day_max": 20, "member_days_min": 7},
        "point_value_micros": 10000,
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "points"},
        {"code": "Cash Back"},
        {"unit": {}},
        {"unit": {"fr": "points"}},
        {"expiry": {"kind": "days", "count": 0}},
        {"expiry": {"notice_days": 0}},
        {"expiry": {"kind": "days", "count": 9, "carry_percent": 10}},
        {"debt_max_points": -1},
        {"point_value_micros": -1},
    ],
)
def test_settings_that_cannot_work_change_nothing(shop, more):
    save(shop, CASHBACK)
    before = shop.get("/v1/wallets", key=shop.admin).json()
    refusal(save(shop, CASHBACK, **more), 422, "validation-failed")
    assert shop.get("/v1/wallets", key=shop.admin).json() == before


def test_only_the_office_sees_and_changes_wallets(shop):
    refusal(shop.get("/v1/wallets"), 403, "forbidden")
    refusal(shop.post("/v1/wallets", CASHBACK), 403, "forbidden")


def test_a_program_has_at_most_twenty_wallets(shop):
    for number in range(19):
        assert save(shop, CARD, code=f"card-{number}").status_code == 201
    refusal(save(shop, CARD, code="one-more"), 422, "validation-failed")


def test_money_is_paid_in_held_and_spent(shop):
    save(shop, CARD)
    member = shop.member()
    loads, body = f"/v1/members/{member}/wallets/card/loads", {"reference": "GC-1", "amount_minor": 20_000}
    first = shop.post(loads, body, key=shop.admin)
    again = shop.post(loads, body, key=shop.admin)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert first.json()["balance"]["available"] == 20_000
    hold = {"hold_id": "H", "member_id": member, "points": 4_000, "wallet": "card"}
    assert shop.post("/v1/holds", hold).json()["wallet"] == "card"
    refusal(shop.post("/v1/holds", {**hold, "wallet": "points"}), 409, "event-conflict")
    assert shop.buy(member, total_minor=4_000, hold_ids=["H"])["points"] == 40  # it is money: it earns
    told = shop.get(f"/v1/members/{member}/statement?wallet=card&language=zh").json()
    assert (told["wallet"], told["unit"], told["balance"]["available"]) == ("card", "礼品卡", 16_000)
    titles = {line["title"] for line in told["lines"]}
    assert {"为购物车 H 预占", "充值（GC-1）"} < titles
    assert [(one["wallet"], one["currency"], one["balance"]["available"]) for one in told["wallets"]] == [
        ("points", None, 40),
        ("card", "CNY", 16_000),
    ]
    assert shop.books().is_sound


@pytest.mark.parametrize(
    ("wallet", "body", "code"),
    [
        ("points", {"amount_minor": 1}, "wallet-not-loadable"),
        ("none", {"amount_minor": 1}, "unknown-wallet"),
        ("card", {"amount_minor": 0}, "amount-out-of-range"),
        ("card", {"amount_minor": 10**9 + 1}, "amount-out-of-range"),
        ("card", {"amount_minor": "1"}, "validation-failed"),
    ],
)
def test_what_cannot_be_paid_in_is_refused_and_changes_nothing(shop, wallet, body, code):
    save(shop, CARD)
    member = shop.member()
    before = shop.picture()
    answer = shop.post(f"/v1/members/{member}/wallets/{wallet}/loads", {"reference": "X", **body}, key=shop.admin)
    refusal(answer, 422, code)
    assert shop.picture() == before


def test_tills_pay_nothing_in(shop):
    save(shop, CARD)
    loads = f"/v1/members/{shop.member()}/wallets/card/loads"
    refusal(shop.post(loads, {"reference": "X", "amount_minor": 1}), 403, "forbidden")


def test_an_adjustment_names_its_wallet(shop):
    save(shop, CASHBACK)
    member = shop.member()
    body = {"reference": "A", "member_id": member, "points": 250, "reason": "x", "wallet": "cashback"}
    told = shop.post("/v1/adjustments", body, key=shop.admin).json()
    assert (told["wallet"], told["points"], told["balance"]["available"]) == ("cashback", 250, 250)
    assert shop.balance(member)["available"] == 0
    refusal(
        shop.post("/v1/adjustments", {**body, "reference": "B", "wallet": "no"}, key=shop.admin), 422, "unknown-wallet"
    )
    refusal(shop.get(f"/v1/members/{member}/statement?wallet=no"), 422, "unknown-wallet")


def test_an_order_is_completed_once_and_may_be_so_before_it_comes(shop):
    member = shop.member()
    early = shop.post("/v1/orders/SO-77/activate", {})
    assert (early.status_code, early.json()["status"]) == (202, "waiting-for-purchase")
    shop.buy(member, order_id="SO-77")
    again = shop.post("/v1/orders/SO-77/activate", {})
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    assert again.json() == {"order_id": "SO-77", "status": "recorded", "member_id": member, "wallets": []}
    shop.buy(member, order_id="SO-78")
    assert shop.post("/v1/orders/SO-78/activate", {}).status_code == 201


def test_a_statement_lists_what_was_announced(shop):
    save(shop, {**CASHBACK, "expiry": {"kind": "days", "count": 9}, "waits_for_event": False})
    member = shop.member()
    body = {"reference": "A", "member_id": member, "points": 250, "reason": "x", "wallet": "cashback"}
    shop.post("/v1/adjustments", body, key=shop.admin)
    told = shop.get(f"/v1/members/{member}/statement").json()["wallets"][1]
    ((end, points),) = [(one["expires_on"], one["points"]) for one in told["balance"]["expiring"]]
    assert (points, told["notices"]) == (250, [])  # so near that the adjustment itself told it
    with shop.connect() as conn:
        conn.execute(
            "insert into ledger.notice select member_id, wallet_id, expires_on, remaining, expires_on - 9 "
            "from ledger.lot where member_id = %s",
            [member],
        )
    (notice,) = shop.get(f"/v1/members/{member}/statement").json()["wallets"][1]["notices"]
    assert (notice["expires_on"], notice["points"]) == (end, 250)
