"""Wallets in the console: saved with what they mean, aimed at by rules, shown beside each other for a member."""

from uuid import UUID

import pytest
from django.test import Client

from regulars import flows
from regulars.doors.console import once
from regulars.program import earning
from regulars.records import access, activities, ledger

CASHBACK = {
    "unit_en": "cashback",
    "unit_zh": "返现",
    "code": "cashback",
    "kind": "cashback",
    "usable": "event",
    "ends": "days",
    "count": "90",
    "carry_percent": "0",
    "notice_days": "30",
    "grace_days": "30",
    "debt_policy": "debt",
    "debt_max": "12.50",
    "point_value": "0.01",
    "can_give": "on",
    "transfer_max": "5",
    "day_max": "10.5",
    "member_days_min": "7",
}


def wallet(shop, code: str) -> ledger.Wallet:
    return next(one for one in shop.reload().wallets.values() if one.code == code)


def test_a_wallet_of_money_is_added_with_its_amounts(operator: Client, shop) -> None:
    page = operator.post("/wallets/new", CASHBACK, follow=True)
    assert "Aim an earning rule at it" in page.content.decode().strip()
    made = wallet(shop, "cashback")
    assert (made.kind, made.unit) == (ledger.WalletKind.CASHBACK, {"en": "cashback", "zh": "返现"})
    assert (made.expiry, made.waits_for_event) == (ledger.Expiry(kind="days", count=90), True)
    assert made.debt_max_points == 1250
    assert made.giving == ledger.Giving(transfer_max=500, day_max=1050, member_days_min=7)


def test_settings_change_and_the_same_again_changes_nothing(operator: Client, shop) -> None:
    operator.post("/wallets/new", CASHBACK)
    form = {**CASHBACK, "usable": "days", "pending_days": "3", "ends": "date", "count": "0", "month_day": "03-31",
            "carry_percent": "25", "carry_max": "100", "debt_max": "", "can_give": ""}  # fmt: skip
    assert "Saved." in operator.post("/wallets/cashback/edit", form, follow=True).content.decode().strip()
    made = wallet(shop, "cashback")
    assert made.expiry == ledger.Expiry(
        kind="date", count=0, month_day="03-31", carry_percent=25, carry_max=10_000, notice_days=30
    )
    assert (made.pending_days, made.waits_for_event, made.debt_max_points, made.giving) == (3, False, None, None)
    assert "Nothing changed." in operator.post("/wallets/cashback/edit", form, follow=True).content.decode().strip()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unit_en": "", "unit_zh": ""}, "Give it a name in one language at least."),
        ({"usable": "days"}, "Say how many days."),
        ({"count": "0"}, "At least 1."),
        ({"carry_percent": "10"}, "Only points that end by the calendar are carried over."),
        ({"day_max": "4"}, "At least what may be given at once."),
        ({"kind": "points"}, "Points are whole numbers."),
        ({"ends": "date", "month_day": "02-31"}, "the day is none of the year"),
        ({"code": "points"}, "A wallet of this code is there already."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(operator: Client, shop, more, words) -> None:
    page = operator.post("/wallets/new", {**CASHBACK, **more})
    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert len(shop.reload().wallets) == 1


def test_the_form_tells_what_its_settings_mean_today(operator: Client, shop) -> None:
    asked = {**CASHBACK, "kind": "points", "ends": "year_end", "count": "1", "carry_percent": "25", "day_max": "10"}
    asked["debt_max"] = "100"
    year = shop.plan.program.local_date(shop.at).year + 1
    said = operator.get("/wallets/new/example", asked).content.decode().strip()
    assert said == (
        f"What is earned today waits until its order is completed. It ends after Dec 31, {year}. "
        f"Members are told of this end on Dec 1, {year}. Of 1,000 that end on that day, 250 go on for another year."
    )
    operator.cookies["language"] = "zh-hans"
    said = operator.get("/wallets/points/example", {**asked, "usable": "program"}).content.decode().strip()
    assert said == (
        f"今天获得的立即可用。 将在 {year}-12-31 后到期。 会员将在 {year}-12-01 收到到期告知。 "
        "当日到期的 1,000 中，有 250 结转一年。"
    )
    assert operator.get("/wallets/new/example", {**asked, "count": ""}).status_code == 422


def test_a_rule_is_added_and_aimed_at_a_wallet(operator: Client, shop, lin: UUID) -> None:
    operator.post("/wallets/new", {**CASHBACK, "usable": "program"})
    made = wallet(shop, "cashback")
    form = {"label_en": "Five percent", "label_zh": "返现 5%", "wallet": str(made.wallet_id), "picks": "best",
            "points": "0.05", "per": "1", "rounding": "down"}  # fmt: skip
    operator.post("/earning/new/earn_rate", form)
    page = operator.get("/earning").content.decode().strip()
    assert "Members earn ¥0.05 cashback for every ¥1.00 they spend." in page
    shop.reload()
    shop.buy(lin, "SO-9", 20_000)
    found = ledger.balances(
        shop.conn, [lin], wallet=made, today=shop.plan.program.local_date(shop.at)
    )[lin]  # fmt: skip
    assert found.spendable == 1_000
    rule = next(one for one in shop.plan.rules if one.wallet_id == made.wallet_id)
    edited = {name: value for name, value in form.items() if not name.startswith("label")} | {"points": "0.1"}
    operator.post(f"/earning/{rule.rule_id}", edited)
    newest = earning.versions(shop.conn, shop.plan.program.program_id, rule.rule_id)[0]
    assert (newest.version, newest.wallet_id, newest.params["points"]) == (2, made.wallet_id, 10)
    assert (
        operator.post("/earning/new/earn_rate", {**form, "wallet": str(shop.plan.wallet.wallet_id)}).status_code == 422
    )


def test_a_member_shows_every_wallet_and_the_ledger_of_the_chosen_one(operator: Client, shop, lin: UUID) -> None:
    operator.post("/wallets/new", {**CASHBACK, "code": "card", "kind": "gift_card", "unit_en": "gift card",
                                   "unit_zh": "礼品卡", "ends": "days", "count": "10"})  # fmt: skip
    shop.reload()
    with shop.conn.transaction():
        flows.load_wallet(
            shop.conn, shop.plan, lin, "card", 20_000, reference="GC-1", actor="owner", at=shop.at
        )  # fmt: skip
    first = operator.get(f"/members/{lin}").content.decode().strip()
    assert "¥200.00 gift card end after this day" in first
    assert "Paid in (GC-1)" not in first
    page = operator.get(f"/members/{lin}?wallet=card").content.decode().strip()
    assert "Paid in (GC-1)" in page
    assert "+¥200.00" in page
    file = b"".join(operator.get(f"/members/{lin}/ledger.csv?wallet=card").streaming_content).decode()
    assert "200.00" in file
    assert "SO-1" not in file
    assert operator.get(f"/members/{lin}?wallet=none").content.decode().count("Paid in (GC-1)") == 0


def test_money_is_adjusted_in_its_wallet(operator: Client, shop, lin: UUID) -> None:
    operator.post("/wallets/new", CASHBACK)
    made = wallet(shop, "cashback")
    effect = operator.get(f"/members/{lin}/adjust/effect", {"wallet": "cashback", "points": "2.50"})
    assert effect.content.decode().strip() == "Available: ¥0.00 → ¥2.50 cashback."
    for typed in ("2.505", "Infinity", "NaN", "1e99999999", "x"):
        asked = {"wallet": "cashback", "points": typed}
        assert operator.get(f"/members/{lin}/adjust/effect", asked).status_code == 422
    form = {"token": once.token(), "wallet": "cashback", "points": "2.50", "shown_reason": "Sorry"}
    page = operator.post(f"/members/{lin}/adjust", form, follow=True).content.decode().strip()
    assert "¥2.50 cashback were added. ¥2.50 can be used now." in page
    today = shop.plan.program.local_date(shop.at)
    assert ledger.balances(shop.conn, [lin], wallet=made, today=today)[lin].spendable == 250
    assert shop.points(lin).spendable == 300
    assert (
        operator.post(f"/members/{lin}/adjust", {**form, "token": once.token(), "wallet": "points"}).status_code == 422
    )


def test_money_that_waits_for_a_second_person_is_told_as_an_amount(operator: Client, shop, lin: UUID) -> None:
    operator.post("/wallets/new", CASHBACK)
    assert "In a wallet of money, every ¥0.01 counts as a point." in operator.get("/settings/limits").content.decode()
    with shop.conn.transaction():
        asked = flows.ask_adjustment(
            shop.conn, shop.reload(), lin, 8_000, by=access.staff(0, "Wang"), shown_reason="Sorry", reference="T",
            at=shop.at, wallet_code="cashback",
        )  # fmt: skip
    page = operator.get(f"/approvals/{lin}/{asked.adjustment.adjustment_id}").content.decode()
    assert "+¥80.00 cashback" in page
    assert "Available: ¥0.00 → ¥80.00 cashback." in page
    for address in ("/approvals", f"/members/{lin}"):
        assert "+¥80.00 cashback" in operator.get(address).content.decode()


def test_an_order_is_completed_by_hand_once(operator: Client, shop, found, lin: UUID) -> None:
    operator.post("/wallets/new", CASHBACK)
    made = wallet(shop, "cashback")
    form = {"label_en": "Five percent", "wallet": str(made.wallet_id), "picks": "best", "points": "0.05", "per": "1",
            "rounding": "down"}  # fmt: skip
    operator.post("/earning/new/earn_rate", form)
    shop.reload()
    address = f"/orders/{lin}/{shop.buy(lin, 'SO-9', 20_000)}"
    page = operator.get(address).content.decode()
    assert "Waits for completion" in page
    assert "¥10.00 cashback" in page
    said = [operator.post(f"{address}/complete", follow=True).content.decode() for _ in range(2)]
    assert "Completed: ¥10.00 cashback became usable." in said[0]
    assert "This was recorded before; nothing moved twice." in said[1]
    assert "Waits for completion" not in said[1]
    today = shop.plan.program.local_date(shop.at)
    assert ledger.balances(shop.conn, [lin], wallet=made, today=today)[lin].spendable == 1_000
    assert shop.is_sound()
    other = found("other")
    member = other.join("X1")
    order = other.buy(member, "X-1", 1000)
    assert operator.post(f"/orders/{member}/{order}/complete").status_code == 404


def test_a_completion_that_came_before_its_order_is_shown_until_it_stops_waiting(operator: Client, shop) -> None:
    assert "No completion waits" in operator.get("/waiting").content.decode()
    with shop.conn.transaction():
        flows.activate_points(shop.conn, shop.plan, "SO-99", source="shop", at=shop.at)
    home = operator.get("/").content.decode()
    assert "1 completion waits for its order" in home
    assert "waits for its member" not in home
    assert "SO-99" in operator.get("/waiting").content.decode()
    (parked,) = activities.waiting(shop.conn, shop.plan.program.program_id, limit=5)
    operator.post(f"/waiting/{parked.parked_id}/settle")
    assert "No completion waits" in operator.get("/waiting").content.decode()


def test_other_addresses_do_not_exist(operator: Client, shop) -> None:
    for address in ("/wallets/none/edit", "/wallets/none/example", "/earning/new/none"):
        assert operator.get(address).status_code == 404
