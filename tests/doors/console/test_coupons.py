"""Coupons in the console: pools made and changed, started and paused, filled and issued; a code as a till asks."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from regulars import flows
from regulars.doors.console import once
from regulars.program import coupons

POOL = {
    "name_en": "Autumn", "name_zh": "秋季券", "code": "autumn", "codes": "personal", "kind": "amount", "value": "20",
    "minimum": "200", "uses_max": "1", "rank_min": "0", "stacking": "alone", "version": "0", "gives_back": "on",
    "with_member_price": "on",
}  # fmt: skip


def found(shop, code: str) -> coupons.Pool:
    return coupons.pool(shop.conn, shop.plan.program.program_id, code)


def start(operator: Client, code: str = "autumn") -> None:
    operator.post(f"/coupons/pools/{code}/state", {"state": "live"})


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_pool_is_made_changed_and_started_with_its_history(operator: Client, shop) -> None:
    assert "Saved as a draft." in words(operator.post("/coupons/new", POOL, follow=True))
    made = found(shop, "autumn")
    assert (made.state, made.version) == (coupons.PoolState.DRAFT, 1)
    assert made.terms.benefit == coupons.Benefit(kind="amount", amount_minor=2000)
    assert made.terms.minimum_minor == 20_000
    changed = {**POOL, "value": "25", "version": "1"}
    operator.post("/coupons/pools/autumn/edit", changed)
    start(operator)
    page = words(operator.get("/coupons/pools/autumn"))
    assert "What it gives: ¥20.00 off → ¥25.00 off" in page
    assert "State: Draft → Live" in page
    assert [one.by for one in coupons.history(shop.conn, found(shop, "autumn"))] == ["owner"] * 3


def test_case_128_a_form_that_somebody_overtook_keeps_what_was_typed(operator: Client, shop) -> None:
    operator.post("/coupons/new", POOL)
    operator.post("/coupons/pools/autumn/edit", {**POOL, "value": "25", "version": "1"})
    late = operator.post("/coupons/pools/autumn/edit", {**POOL, "value": "30", "version": "1"})
    assert late.status_code == 422
    assert "Somebody changed this pool meanwhile." in words(late)
    assert 'name="value" value="30"' in words(late)
    assert found(shop, "autumn").terms.benefit.amount_minor == 2500


@pytest.mark.parametrize("typed", ["8.5", "85", "0.85"])
def test_eight_and_a_half_is_what_is_paid_however_it_is_typed(operator: Client, shop, typed: str) -> None:
    operator.post("/coupons/new", {**POOL, "kind": "member_price", "value": typed})
    assert found(shop, "autumn").terms.benefit.pay_bp == 8500


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "member_price", "value": "10"}, "Say what is paid"),
        ({"kind": "percent", "value": "101"}, "do not fit each other"),
        ({"kind": "percent", "value": "12.5"}, "Whole percentages only."),
        ({"value": ""}, "Say how much."),
        ({"stacking": "class"}, "Name the class."),
        ({"codes": "public"}, "A public pool needs its code."),
        ({"name_en": "", "name_zh": ""}, "Give it a name"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "do not fit each other"),
    ],
)
def test_terms_without_sense_are_not_saved(operator: Client, shop, given: dict, says: str) -> None:
    answer = operator.post("/coupons/new", {**POOL, **given})
    assert answer.status_code == 422
    assert says in words(answer)
    assert coupons.pools(shop.conn, shop.plan.program.program_id) == []


def test_the_form_shows_what_its_terms_do_to_a_basket(operator: Client, shop) -> None:
    told = words(operator.get("/coupons/new/example", POOL))
    assert told == ("¥20.00 off from ¥200.00. A basket of ¥250.00 and ¥12.00 delivery: ¥20.00 off, ¥242.00 to pay.")
    paid = operator.get("/coupons/new/example", {**POOL, "kind": "member_price", "value": "8.5"})
    assert words(paid).startswith("Member price: pay 85% from ¥200.00.")
    assert words(operator.get("/coupons/new/example", {**POOL, "value": ""})).startswith("Fill in what it gives")


def test_a_pool_is_paused_and_goes_on_and_what_ended_stays_ended(operator: Client, shop) -> None:
    operator.post("/coupons/new", POOL)
    for state in ("live", "paused", "live", "ended"):
        operator.post("/coupons/pools/autumn/state", {"state": state})
        assert found(shop, "autumn").state == state
    late = operator.post("/coupons/pools/autumn/state", {"state": "live"}, follow=True)
    assert "Somebody changed this pool meanwhile." in words(late)
    assert operator.post("/coupons/pools/autumn/state", {"state": "gone"}).status_code == 404


def test_a_coupon_is_issued_to_a_member_once_however_often_the_button_is_pressed(operator: Client, shop, lin) -> None:
    operator.post("/coupons/new", POOL)
    start(operator)
    form = {"token": once.token(), "who": "13800138000", "condition": ""}
    for _ in range(2):
        assert "Issued: R" in words(operator.post("/coupons/pools/autumn/issue", form, follow=True))
    assert len(coupons.wallet(shop.conn, shop.plan.program.program_id, [lin])) == 1
    both = operator.post("/coupons/pools/autumn/issue", {**form, "condition": "true"})
    assert (both.status_code, "one of the two" in words(both)) == (422, True)
    nonsense = operator.post("/coupons/pools/autumn/issue", {**form, "who": "", "condition": "member.nothing > 1"})
    assert (nonsense.status_code, "member.nothing" in words(nonsense)) == (422, True)


def test_codes_are_asked_for_and_made_by_the_worker(operator: Client, shop) -> None:
    operator.post("/coupons/new", {**POOL, "codes": "printed"})
    asked = operator.post("/coupons/pools/autumn/generate", {"token": once.token(), "count": "25"}, follow=True)
    assert "25 codes are being made." in words(asked)
    pool = found(shop, "autumn")
    (batch,) = coupons.batches(shop.conn, pool)
    with shop.conn.transaction():
        assert flows.fill_batch(shop.conn, batch.batch_id, at=shop.at) is True
    assert "25 / 25" in words(operator.get("/coupons/pools/autumn"))
    assert coupons.figures(shop.conn, pool.program_id)[pool.pool_id].issued == 25


def test_codes_of_a_file_are_taken_in_and_bad_files_take_in_nothing(operator: Client, shop) -> None:
    operator.post("/coupons/new", {**POOL, "codes": "printed"})
    form = {"token": once.token(), "typed": "TYPED-01"}
    file = SimpleUploadedFile("codes.csv", "\ufeffcode,note\nPAPER-01,a\n=HACK,b\n".encode())
    answer = operator.post("/coupons/pools/autumn/bring-in", {**form, "file": file}, follow=True)
    assert "2 codes are new, 0 were known, 1 are no codes." in words(answer)
    for raw in (b"\xff\xfe\x00", b'"never closed'):
        bad = SimpleUploadedFile("codes.csv", raw)
        answer = operator.post("/coupons/pools/autumn/bring-in", {"token": once.token(), "file": bad})
        assert (answer.status_code, "no CSV in UTF-8" in words(answer)) == (422, True)
    empty = operator.post("/coupons/pools/autumn/bring-in", {"token": once.token(), "typed": " "})
    assert empty.status_code == 422


def test_a_code_is_checked_as_at_a_till(operator: Client, shop, lin: UUID, coupon: str) -> None:
    def ask(code: str, **more: str) -> str:
        return words(operator.get("/coupons/check", {"code": code, **more}))

    assert "This coupon was used" in ask(coupon, who="13800138000")
    assert "These coupons are not offered yet." in ask("summer 10")
    assert "This is not a coupon code" in ask("?!")
    assert "There is no such coupon." in ask("NOSUCH99")
    other = next(one for one in coupons.wallet(shop.conn, shop.plan.program.program_id, [lin]) if one.code != coupon)
    assert "This coupon belongs to a member; say who it is." in ask(other.shown)
    good = ask(other.shown, who="13800138000", amount="100")
    assert ("Good: it can be used." in good, "¥80.00" in good) == (True, True)
    assert "20.00 more" not in good
    assert "¥20.00 more of its products are needed" in ask(other.shown, who="13800138000", amount="30")


def test_a_withdrawn_code_is_good_for_nothing_and_says_who_did_it(operator: Client, shop, lin, coupon: str) -> None:
    wallet = coupons.wallet(shop.conn, shop.plan.program.program_id, [lin])
    other = next(one for one in wallet if one.code != coupon)
    page = f"/coupons/pools/spring/codes/{other.code}"
    assert "Withdrawn." in words(operator.post(page, follow=True))
    assert "owner" in words(operator.get(page))
    told = operator.get("/coupons/check", {"code": other.code, "who": "13800138000"})
    assert "This coupon was withdrawn." in words(told)
    assert operator.get("/coupons/pools/summer/codes/" + other.code).status_code == 404


def test_a_members_page_shows_their_coupons(operator: Client, lin: UUID, coupon: str) -> None:
    page = words(operator.get(f"/members/{lin}"))
    assert page.count("¥20.00 off from ¥50.00") == 3
    assert ("Used up" in page, page.count("Usable") >= 2) == (True, True)


def test_the_list_shows_the_redemption_rate_and_the_discount_given(operator: Client, coupon: str) -> None:
    page = words(operator.get("/coupons"))
    assert "33.3%" in page
    assert "¥20" in page
