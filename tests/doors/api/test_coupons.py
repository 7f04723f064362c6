"""Coupons over HTTP: pools, codes, checks, reservations, the priced quote, orders; and guesses slowed down."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars import flows
from regulars.kit import clock, db
from regulars.program import coupons, tiers

from .conftest import Shop, refusal


def pool(shop: Shop, name: str = "spring", *, live: bool = True, **more: Any) -> dict[str, Any]:
    body = {
        "pool": name,
        "name": {"en": name.title(), "zh": "春"},
        "benefit": {"kind": "amount", "amount_minor": 2000},
        **more,
    }
    made = shop.post("/v1/coupon-pools", body, key=shop.admin)
    assert made.status_code == 201, made.text
    if live:
        begun = shop.post(f"/v1/coupon-pools/{name}/state", {"state": "live"}, key=shop.admin)
        assert begun.json()["state"] == "live", begun.text
    return made.json()


def public(shop: Shop, code: str, **more: Any) -> None:
    pool(shop, code.lower(), codes="public", public_code=code, **more)


def issue(shop: Shop, member_id: str, name: str = "spring", issue_id: str = "1") -> str:
    body = {"issue_id": issue_id, "member_id": member_id}
    given = shop.post(f"/v1/coupon-pools/{name}/issues", body, key=shop.admin)
    assert given.status_code == 201, given.text
    return given.json()["coupon"]["code"]


def check(shop: Shop, code: str, **more: Any):
    return shop.post("/v1/coupons/check", {"code": code, **more})


def wrong(number: int) -> str:
    """A code that looks right and is none."""
    return f"NOSUCH{number:04}"


def member_price(shop: Shop, factor: float) -> None:
    """Every tier pays that part of a price."""
    with db.connect(shop.dsn) as conn:
        plan = flows.load(conn, shop.plan.program.program_id)
        own = {"type": "member_price", "factor": factor}
        found = tuple(
            tiers.Tier(
                tier_id=one.tier_id, rank=one.rank, name=one.name, threshold=one.threshold, color=one.color,
                points_factor=one.points_factor, benefits=(*one.benefits, own),
            )
            for one in plan.ladder.tiers
        )  # fmt: skip
        ladder = tiers.Ladder(
            program_id=plan.ladder.program_id, metric=plan.ladder.metric, window_months=12, keep_months=12, tiers=found
        )
        tiers.save(conn, ladder)


# Checks


def test_case_067_a_good_code_says_what_it_gives_and_nothing_changes(shop):
    member = shop.member()
    pool(shop, minimum_minor=5000, ends_on="2099-12-31")
    code = issue(shop, member)
    told = check(shop, code, member_id=member, currency="CNY", total_minor=10_000).json()
    assert told == {
        "valid": True, "reason": None, "text": "", "code": code, "pool": "spring", "name": "Spring",
        "gives": "¥20.00 off from ¥50.00", "ends_on": "2099-12-31", "discount_minor": 2000,
    }  # fmt: skip
    assert check(shop, code, member_id=member, total_minor=10_000).json() == told


@pytest.mark.parametrize(
    ("terms", "basket", "reason"),
    [
        ({"ends_on": "2020-12-31"}, {}, "expired"),
        ({"starts_on": "2099-01-01"}, {}, "not-started"),
        ({"minimum_minor": 20_000}, {"total_minor": 15_000}, "minimum"),
        ({"rank_min": 2}, {}, "tier"),
        ({"stores": ["S1"]}, {"store": "S2"}, "store"),
        ({"channels": ["web"]}, {"channel": "till"}, "channel"),
        ({"skus": ["TEA"]}, {"total_minor": 100}, "lines"),
    ],
)
def test_case_068_a_coupon_that_is_not_taken_says_why(shop, terms, basket, reason):
    member = shop.member()
    public(shop, "HELLO", **terms)
    told = check(shop, "hello", member_id=member, **basket).json()
    assert (told["valid"], told["reason"]) == (False, reason)
    assert told["text"]


def test_case_068_a_used_coupon_and_anothers_coupon_say_so(shop):
    member = shop.member()
    pool(shop)
    code = issue(shop, member)
    assert check(shop, code, member_id=shop.member()).json()["reason"] == "not-yours"
    assert check(shop, code).json()["reason"] == "member-needed"
    shop.buy(member, coupons=[code])
    assert check(shop, code, member_id=member).json()["reason"] == "used"


def test_case_069_for_public_pages_every_refusal_reads_the_same(shop):
    public(shop, "GONE", ends_on="2020-12-31")
    answers = {check(shop, code, uniform=True).content for code in ("GONE", wrong(1))}
    assert len(answers) == 1
    assert b'"not-valid"' in answers.pop()


def test_case_073_a_malformed_code_is_refused_without_a_look_into_the_database(shop):
    pool(shop)
    code = issue(shop, shop.member()).replace("-", "")
    other = "2" if code[-1] != "2" else "3"
    with db.connect(shop.dsn) as conn:
        conn.execute("lock table coupons.coupon, coupons.guesser in access exclusive mode")
        for typed in (code[:-1] + other, "AB", "A" * 41, "ÄÖÜ-2026"):
            refusal(check(shop, typed), 422, "coupon-malformed")


def test_case_074_the_eleventh_wrong_code_in_ten_minutes_waits_and_others_do_not(shop):
    thief, honest = shop.member(), shop.member()
    public(shop, "HELLO")
    for number in range(10):
        assert check(shop, wrong(number), member_id=thief).json()["reason"] == "unknown"
    waiting = check(shop, "HELLO", member_id=thief)
    body = refusal(waiting, 429, "rate-limited")
    assert body["retry"] == "after"
    assert 590 <= int(waiting.headers["retry-after"]) <= 600
    assert check(shop, "HELLO", member_id=honest).json()["valid"] is True
    assert check(shop, "HELLO").json()["valid"] is True


def test_case_074_a_device_and_a_key_are_counted_by_themselves(shop, other):
    for number in range(10):
        check(shop, wrong(number), client="203.0.113.7")
        check(shop, wrong(number))
    refusal(check(shop, wrong(11), client="203.0.113.7"), 429, "rate-limited")
    refusal(check(shop, wrong(11)), 429, "rate-limited")
    assert check(shop, wrong(11), client="203.0.113.8").status_code == 200
    assert check(other, wrong(11)).status_code == 200


def test_case_074_wrong_codes_in_reservations_quotes_and_orders_count_too(shop):
    member = shop.member()
    for number in range(4):
        body = {"reservation_id": "b", "member_id": member, "code": wrong(number)}
        refusal(shop.post("/v1/coupons/reservations", body), 422, "coupon-unknown")
    for number in range(3):
        quoted = shop.post(
            "/v1/quotes",
            {"currency": "CNY", "total_minor": 100, "member_id": member, "coupons": [wrong(number)]},
        )
        assert quoted.json()["coupons"][0]["why_not"]["code"] == "unknown"
    for number in range(3):
        refusal(shop.post("/v1/orders", shop.order(member, coupons=[wrong(number)])), 422, "coupon-unknown")
    refusal(check(shop, wrong(0), member_id=member), 429, "rate-limited")
    refusal(shop.post("/v1/orders", shop.order(member, coupons=[wrong(0)])), 429, "rate-limited")
    assert shop.post("/v1/orders", shop.order(member)).status_code == 201


def test_case_076_width_and_case_of_a_code_do_not_matter(shop):
    public(shop, "SUMMER10")
    for typed in ("summer1o", "ＳＵＭＭＥＲ１０", " sum mer-10 "):
        assert check(shop, typed).json()["valid"] is True


def test_case_077_ten_megabytes_of_code_are_not_read(shop):
    refusal(check(shop, "A" * 10_000_000), 413, "content-too-large")


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "A\r\nB: C", "{{7*7}}"])
def test_case_078_code_in_a_code_is_malformed(shop, typed):
    refusal(check(shop, typed), 422, "coupon-malformed")


# The priced quote


def quote(shop: Shop, member: str | None, *codes: str, total: int = 10_000, **more: Any) -> dict[str, Any]:
    body = {"currency": "CNY", "total_minor": total, "coupons": list(codes), **more}
    if member:
        body["member_id"] = member
    answer = shop.post("/v1/quotes", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_quote_prices_a_basket_with_tier_coupon_and_points_together(shop):
    member_price(shop, 0.85)
    member = shop.member()
    public(shop, "TWENTY")
    told = quote(shop, member, "TWENTY", points_paid_minor=1500)
    assert told["price"] == {
        "listed_minor": 10_000, "member_price_minor": 1500, "coupons_minor": 2000, "total_minor": 6500,
        "points_minor": 1500, "to_pay_minor": 5000,
    }  # fmt: skip
    assert told["coupons"] == [
        {
            "code": "TWENTY", "pool": "twenty", "name": "Twenty", "gives": "¥20.00 off", "is_used": True,
            "discount_minor": 2000, "why_not": None,
        }
    ]  # fmt: skip
    assert told["lines"][0]["amount_minor"] == 6500
    assert told["points"] == 50  # what is paid with money earns


def test_a_quote_says_what_lost_to_what_in_the_members_language(shop):
    member = shop.member(language="zh")
    public(shop, "SMALL", benefit={"kind": "percent", "percent": 10})
    public(shop, "LARGE")
    told = quote(shop, member, "SMALL", "LARGE")
    lost = told["coupons"][0]
    assert lost["why_not"] == {
        "code": "stacking", "params": {"lost_to": "LARGE"}, "text": "不能与 LARGE 叠加，后者更优惠。",
    }  # fmt: skip
    assert (told["coupons"][1]["is_used"], told["price"]["total_minor"]) == (True, 8000)


def test_case_078b_a_coupon_larger_than_the_basket_makes_it_free_and_points_pay_nothing(shop):
    public(shop, "TWENTY")
    told = quote(shop, shop.member(), "TWENTY", total=500, points_paid_minor=300)
    assert (told["price"]["total_minor"], told["price"]["points_minor"], told["price"]["to_pay_minor"]) == (0, 0, 0)
    assert told["points"] == 0


def test_amounts_that_hold_the_member_price_already_are_not_cut_twice(shop):
    member_price(shop, 0.85)
    assert quote(shop, shop.member(), with_member_price=False)["price"]["total_minor"] == 10_000


def test_a_quote_without_coupons_is_what_it_was(shop):
    told = quote(shop, None)
    assert (told["price"]["to_pay_minor"], told["coupons"], told["points"]) == (10_000, [], 100)


def test_a_quote_takes_five_coupons(shop):
    codes = [wrong(number) for number in range(6)]
    body = {"currency": "CNY", "total_minor": 100, "coupons": codes}
    refusal(shop.post("/v1/quotes", body), 422, "too-many-coupons")


# Reservations


def reserve(shop: Shop, member: str, code: str, name: str = "basket-1", **more: Any):
    body = {"reservation_id": name, "member_id": member, "code": code, **more}
    return shop.post("/v1/coupons/reservations", body)


def test_what_is_set_aside_is_used_by_its_order(shop):
    member = shop.member()
    pool(shop)
    code = issue(shop, member)
    first = reserve(shop, member, code)
    assert (first.status_code, first.json()["state"]) == (201, "reserved")
    assert reserve(shop, member, code).status_code == 200
    refusal(reserve(shop, member, code, "basket-2"), 409, "coupon-used")
    assert shop.get(f"/v1/members/{member}/coupons").json()["coupons"][0]["state"] == "reserved"
    assert shop.buy(member, coupons=[code])["coupons"][0]["code"] == code
    assert reserve(shop, member, code).json()["state"] == "used"


def test_what_is_released_can_be_used_again(shop):
    one, other = shop.member(), shop.member()
    pool(shop, codes="printed")
    shop.post("/v1/coupon-pools/spring/codes", {"codes": ["PAPER-1"]}, key=shop.admin)
    reserve(shop, one, "PAPER-1")
    refusal(reserve(shop, other, "PAPER-1"), 409, "coupon-used")
    path = "/v1/coupons/reservations/basket-1/release"
    for _ in range(2):
        assert shop.post(path, {"member_id": one}).json()["reservations"][0]["state"] == "released"
    assert reserve(shop, other, "PAPER-1").status_code == 201
    refusal(shop.post(path, {"member_id": shop.member()}), 404, "not-found")


def test_what_was_never_paid_is_free_for_the_next_who_asks(shop):
    one, other = shop.member(), shop.member()
    pool(shop, codes="printed", total_max=1)
    shop.post("/v1/coupon-pools/spring/codes", {"codes": ["PAPER-1"]}, key=shop.admin)
    reserve(shop, one, "PAPER-1", minutes=1)
    with db.connect(shop.dsn) as conn:
        conn.execute("update coupons.use set ends_at = ends_at - interval '2 minutes'")
    assert shop.buy(other, coupons=["PAPER-1"])["coupons"][0]["discount_minor"] == 2000


# Orders


def test_case_072_the_second_order_with_a_single_coupon_is_refused_and_kept(shop):
    member = shop.member()
    pool(shop)
    code = issue(shop, member)
    shop.buy(member, coupons=[code])
    body = refusal(shop.post("/v1/orders", shop.order(member, coupons=[code])), 409, "coupon-used")
    assert body["kept"].startswith("inbox:")


def test_orders_in_a_batch_use_coupons_too(shop):
    member = shop.member()
    pool(shop)
    code = issue(shop, member)
    lines = [shop.line("order", shop.order(member, coupons=[code])) for _ in range(2)]
    told = shop.batch(*lines).text.splitlines()
    assert ('"status":201' in told[0].replace(" ", ""), "coupon-used" in told[1]) == (True, True)


def test_case_078a_a_pair_that_does_not_stack_is_named(shop):
    member = shop.member()
    public(shop, "AAAA")
    public(shop, "BBBB")
    body = refusal(shop.post("/v1/orders", shop.order(member, coupons=["BBBB", "AAAA"])), 409, "coupon-not-stackable")
    assert body["pair"] == ["AAAA", "BBBB"]


# Pools


def test_a_pool_keeps_who_changed_what_from_what_to_what(shop):
    pool(shop)
    change = {
        "pool": "spring", "name": {"en": "Spring", "zh": "春"}, "version": 2,
        "benefit": {"kind": "amount", "amount_minor": 2500},
    }  # fmt: skip
    assert shop.post("/v1/coupon-pools", change, key=shop.admin).json()["version"] == 3
    history = shop.get("/v1/coupon-pools/spring", key=shop.admin).json()["history"]
    assert [one["fields"] for one in history[:2]] == [
        {"benefit": [{"amount_minor": 2000, "kind": "amount"}, {"amount_minor": 2500, "kind": "amount"}]},
        {"state": ["draft", "live"]},
    ]
    assert history[0]["by"].startswith("key:")
    refusal(shop.post("/v1/coupon-pools", change | {"minimum_minor": 1}, key=shop.admin), 409, "coupon-pool-changed")


@pytest.mark.parametrize("factor", [8.5, 85, 0, 1])
def test_eight_and_a_half_is_never_read_as_eighty_five_off(shop, factor):
    body = {"pool": "p", "name": {"en": "P"}, "benefit": {"kind": "member_price", "factor": factor}}
    refused = refusal(shop.post("/v1/coupon-pools", body, key=shop.admin), 422, "coupon-pool-invalid")
    assert "8.5折 is 0.85" in refused["detail"]


@pytest.mark.parametrize(
    "terms",
    [
        {"benefit": {"kind": "percent", "percent": 101}},
        {"benefit": {"kind": "amount", "amount_minor": 0}},
        {"benefit": {"kind": "gift"}},
        {"starts_on": "2026-02-01", "ends_on": "2026-01-31"},
        {"stacking": "class"},
        {"member_max": 0},
        {"codes": "public"},
        {"public_code": "HELLO"},
        {"pool": "Not Small"},
    ],
)
def test_terms_without_sense_are_refused(shop, terms):
    body = {"pool": "p", "name": {"en": "P"}, "benefit": {"kind": "free_shipping"}, **terms}
    refusal(shop.post("/v1/coupon-pools", body, key=shop.admin), 422, "coupon-pool-invalid")


def test_an_ended_pool_stays_ended_and_a_draft_gives_nothing(shop):
    pool(shop, live=False)
    body = {"issue_id": "1", "member_id": shop.member()}
    issued = shop.post("/v1/coupon-pools/spring/issues", body, key=shop.admin)
    assert refusal(issued, 409, "coupon-not-available")["reason"] == "not-live"
    shop.post("/v1/coupon-pools/spring/state", {"state": "ended"}, key=shop.admin)
    again = shop.post("/v1/coupon-pools/spring/state", {"state": "live"}, key=shop.admin)
    assert refusal(again, 409, "coupon-pool-changed")["state"] == "ended"


def test_only_an_office_key_makes_pools(shop):
    refusal(shop.post("/v1/coupon-pools", {"pool": "p", "name": {}, "benefit": {"kind": "gift"}}), 403, "forbidden")


def test_the_same_issue_gives_one_coupon_and_figures_count_it(shop):
    member = shop.member()
    pool(shop)
    code = issue(shop, member)
    again = shop.post("/v1/coupon-pools/spring/issues", {"issue_id": "1", "member_id": member}, key=shop.admin)
    assert (again.status_code, again.json()["coupon"]["code"]) == (200, code)
    issue(shop, shop.member())
    shop.buy(member, coupons=[code])
    figures = shop.get("/v1/coupon-pools/spring", key=shop.admin).json()["figures"]
    assert figures == {
        "stock": 0, "issued": 2, "reserved": 0, "used": 1, "redemption_rate": 0.5, "discount_minor": 2000,
    }  # fmt: skip


def test_codes_of_a_partner_are_brought_in_once_and_issued_until_none_is_left(shop):
    pool(shop, from_stock=True)
    body = {"codes": ["PARTNER-01", "PARTNER-02", "?!", "partner 01"]}
    told = shop.post("/v1/coupon-pools/spring/codes", body, key=shop.admin).json()
    assert told == {"new": 2, "known": 1, "malformed": [2]}
    assert shop.post("/v1/coupon-pools/spring/codes", body, key=shop.admin).json()["new"] == 0
    assert {issue(shop, shop.member()), issue(shop, shop.member())} == {"PARTNER-01", "PARTNER-02"}
    left = shop.post("/v1/coupon-pools/spring/issues", {"issue_id": "1", "member_id": shop.member()}, key=shop.admin)
    refusal(left, 409, "coupons-sold-out")


def test_a_coupon_is_passed_on_where_its_pool_allows_it(shop):
    one, other = shop.member(), shop.member()
    pool(shop, is_transferable=True)
    pool(shop, "fixed")
    code, fixed = issue(shop, one), issue(shop, one, "fixed")
    body = {"code": code, "from_member": one, "to_member": other}
    for _ in range(2):
        assert shop.post("/v1/coupons/transfers", body).json()["member_id"] == other
    refusal(shop.post("/v1/coupons/transfers", {**body, "code": fixed}), 409, "coupon-not-transferable")
    assert check(shop, code, member_id=one).json()["reason"] == "not-yours"
    assert shop.buy(other, coupons=[code])["coupons"]


def test_all_members_of_a_condition_get_one_coupon_each(shop):
    members = [shop.member() for _ in range(3)]
    pool(shop)
    body = {"issue_id": "all", "condition": "true"}
    asked = shop.post("/v1/coupon-pools/spring/issues", body, key=shop.admin)
    assert (asked.status_code, asked.json()["batch"]["is_done"]) == (202, False)
    for _ in range(2):
        work(shop, "spring", "all")
    assert [len(shop.get(f"/v1/members/{one}/coupons").json()["coupons"]) for one in members] == [1, 1, 1]
    assert shop.post("/v1/coupon-pools/spring/issues", body, key=shop.admin).json()["batch"]["made"] == 3
    wrong_rule = {"issue_id": "x", "condition": "member.nonsense == 1"}
    refusal(shop.post("/v1/coupon-pools/spring/issues", wrong_rule, key=shop.admin), 422, "rule-invalid")


def work(shop: Shop, name: str, external_id: str) -> None:
    """As the worker does it."""
    with db.connect(shop.dsn) as conn:
        found = coupons.pool(conn, shop.plan.program.program_id, name)
        batch = next(one for one in coupons.batches(conn, found) if one.external_id == external_id)
        while not flows.fill_batch(conn, batch.batch_id, at=clock.now()):
            conn.commit()


def test_a_members_wallet_says_until_when_and_why_not(shop):
    member = shop.member()
    pool(shop, valid_days=1)
    pool(shop, "later", starts_on="2099-01-01")
    issue(shop, member), issue(shop, member, "later")
    told = {one["pool"]: one for one in shop.get(f"/v1/members/{member}/coupons").json()["coupons"]}
    today = shop.plan.program.local_date(clock.now())
    assert told["spring"]["state"] == "usable"
    assert date.fromisoformat(told["spring"]["ends_on"]) - today in (timedelta(0), timedelta(-1))
    assert told["later"]["why_not"]["text"] == "It can be used from Jan 1, 2099."
    usable = shop.get(f"/v1/members/{member}/coupons?state=usable&language=zh").json()["coupons"]
    assert [(one["pool"], one["gives"]) for one in usable] == [("spring", "减¥20.00")]
    refusal(shop.get(f"/v1/members/{UUID(int=1)}/coupons"), 404, "not-found")
