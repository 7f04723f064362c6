"""Orders over HTTP: cases 1 to 31 of the catalog of bad input."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from regulars.doors.api import app
from regulars.kit import settings

from .conftest import Shop, ago, kept_refusal, refusal


def test_case_001_an_exact_repeat_is_told_the_same_again(shop):
    order = shop.order()
    first = shop.post("/v1/orders", order)
    before = shop.picture()
    again = shop.post("/v1/orders", order)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert shop.picture() == before


def test_case_001_the_same_instant_in_another_zone_is_the_same_content(shop):
    order = shop.order(occurred_at="2026-01-05T18:30:00+08:00")
    first = shop.post("/v1/orders", order)
    again = shop.post("/v1/orders", {**order, "occurred_at": "2026-01-05T10:30:00Z"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content


def test_case_002_other_content_under_a_known_id_is_refused_and_kept(shop):
    order = shop.order()
    shop.post("/v1/orders", order)
    before = shop.picture()
    body = refusal(shop.post("/v1/orders", {**order, "total_minor": 20000, "store": "B"}), 409, "event-conflict")
    assert {flaw["pointer"] for flaw in body["errors"]} == {"/total_minor", "/store"}
    assert shop.picture() == before
    assert body["kept"].removeprefix("inbox:") in {row[0] for row in shop.inbox()}


def test_case_002_another_members_order_id_points_at_the_member(shop):
    order = shop.order()
    shop.post("/v1/orders", order)
    body = refusal(shop.post("/v1/orders", {**order, "member": {"id": shop.member()}}), 409, "event-conflict")
    assert [flaw["pointer"] for flaw in body["errors"]] == ["/member"]


def test_case_003_two_servers_at_the_same_instant_record_once(shop, dsn):
    order = shop.order()
    with TestClient(app.create(settings.Settings(home=shop.home), dsn)) as second:
        servers = [shop, Shop(second, dsn, shop.plan, shop.key, shop.admin, shop.home)]
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda n: servers[n % 2].post("/v1/orders", order), range(32)))
    assert sorted(answer.status_code for answer in answers) == [200] * 31 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert shop.balance(order["member"]["id"])["available"] == 100


def test_case_004_an_idempotency_key_with_another_body_is_refused(shop):
    order = shop.order()
    named = {"headers": {"Idempotency-Key": "a-1"}}
    assert shop.post("/v1/orders", order, **named).status_code == 201
    before = shop.picture()
    other = {**order, "order_id": "another"}
    body = refusal(shop.post("/v1/orders", other, **named), 422, "idempotency-key-reused")
    assert body["kept"] == "existing:a-1"
    assert shop.picture() == before


def test_case_004_the_same_key_and_body_are_told_again(shop):
    order = shop.order()
    named = {"headers": {"Idempotency-Key": "a-2"}}
    first = shop.post("/v1/orders", order, **named)
    again = shop.post("/v1/orders", order, **named)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"


def test_case_004_a_refusal_does_not_use_the_key_up(shop):
    order = shop.order()
    named = {"headers": {"Idempotency-Key": "a-3"}}
    refusal(shop.post("/v1/orders", {**order, "total_minor": -1}, **named), 422, "amount-out-of-range")
    assert shop.post("/v1/orders", order, **named).status_code == 201


def test_case_004_a_key_whose_first_request_still_runs_is_told_to_wait(shop):
    member_id = shop.member()
    body = {"reference": "slow", "member_id": member_id, "points": 5, "reason": "A gift"}
    named = {"headers": {"Idempotency-Key": "a-4"}, "key": shop.admin}
    with shop.connect() as conn, ThreadPoolExecutor(1) as threads:
        conn.execute("select from members.member where member_id = %s for update", [member_id])
        running = threads.submit(lambda: shop.post("/v1/adjustments", body, **named))
        while not conn.execute("select from pg_locks where not granted").fetchall():
            conn.execute("select pg_sleep(0.01)")
        waiting = refusal(shop.post("/v1/adjustments", body, **named), 409, "idempotency-in-progress")
        conn.rollback()
        assert running.result().status_code == 201
    assert waiting["retry"] == "after"
    assert shop.balance(member_id)["available"] == 5


def test_an_idempotency_key_that_is_no_key_is_refused(shop):
    headers = {"Idempotency-Key": "x" * 256}
    refusal(shop.post("/v1/orders", shop.order(), headers=headers), 400, "malformed-header")


def test_case_006_a_caller_cut_off_after_the_commit_is_told_again(shop):
    order = shop.order()

    async def cut_off() -> None:
        raw = json.dumps(order).encode()
        headers = {
            b"authorization": f"Bearer {shop.key}".encode(),
            b"content-type": b"application/json",
            b"host": b"x",
        }
        scope = {
            "type": "http", "method": "POST", "path": "/v1/orders", "raw_path": b"/v1/orders", "query_string": b"",
            "headers": list(headers.items()), "http_version": "1.1", "root_path": "", "scheme": "http",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {}, "state": {},
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(_):
            raise OSError("the line is cut")

        server = app.create(settings.Settings(home=shop.home), shop.dsn)
        async with server.lifespan():
            with pytest.raises(OSError, match="the line is cut"):
                await server(scope, receive, send)

    asyncio.run(cut_off())
    again = shop.post("/v1/orders", order)
    assert again.status_code == 200
    assert again.headers["idempotent-replay"] == "true"
    assert again.json()["points"] == 100
    assert shop.balance(order["member"]["id"])["available"] == 100


def test_case_007_a_look_alike_is_recorded_with_a_warning_that_is_told_again(shop):
    member_id = shop.member()
    receipt = {"store": "S1", "till": "2", "receipt": "0042", "occurred_at": ago(minutes=2)}
    assert shop.buy(member_id, **receipt)["warnings"] == []
    order = shop.order(member_id, **receipt)
    second = shop.post("/v1/orders", order)
    again = shop.post("/v1/orders", order)
    assert (second.status_code, again.status_code) == (201, 200)
    assert second.json()["warnings"] == ["possible-duplicate"]
    assert again.content == second.content
    assert shop.balance(member_id)["available"] == 200
    with shop.connect() as conn:
        listed = conn.execute("select count(*) from activities.suspect where member_id = %s", [member_id]).fetchone()
    assert listed == (1,)


@pytest.mark.parametrize(("raw", "offset"), [(b"hello", 0), (b'{"order_id": "1", ', 18), (b'{"a": 1} x', 9)])
def test_case_008_what_is_no_json_is_refused_with_its_place(shop, raw, offset):
    before = shop.picture()
    body = refusal(shop.post("/v1/orders", raw), 400, "malformed-json")
    assert (body["byte_offset"], body["kept"]) == (offset, "none")
    assert shop.picture() == before


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"17", b" \n"])
def test_case_009_what_is_no_object_is_refused_and_not_kept(shop, raw):
    body = refusal(shop.post("/v1/orders", raw), 422, "validation-failed")
    assert body["kept"] == "none"


def _refused(shop, order, status, code, pointer):
    return kept_refusal(shop, "/v1/orders", order, status, code, pointer)


def test_case_011_a_negative_amount_is_refused(shop):
    body = _refused(shop, shop.order(total_minor=-5), 422, "amount-out-of-range", "/total_minor")
    assert "refund" in body["detail"]


@pytest.mark.parametrize("amount", [12.5, 12.0, "1250", True, None, [], 1e3])
def test_case_012_an_amount_is_a_whole_number(shop, amount):
    _refused(shop, shop.order(total_minor=amount), 422, "validation-failed", "/total_minor")


def test_case_013_an_order_of_nothing_is_recorded_and_counts_as_no_visit(shop):
    told = shop.buy(total_minor=0)
    assert told["points"] == 0
    assert [reason["code"] for reason in told["reasons"]] == ["none.excluded"]
    with shop.connect() as conn:
        tally = conn.execute("select sum(orders) from tiers.tally where member_id = %s", [told["member_id"]]).fetchone()
    assert tally in {(0,), (None,)}


@pytest.mark.parametrize("amount", [10**12 + 1, 2**63 - 1, 2**63, 10**40])
def test_case_014_an_absurd_amount_is_refused(shop, amount):
    _refused(shop, shop.order(total_minor=amount), 422, "amount-out-of-range", "/total_minor")


def test_case_014_five_thousand_digits_are_refused(shop):
    raw = json.dumps(shop.order()).replace("10000", "9" * 5000).encode()
    _refused(shop, raw, 422, "amount-out-of-range", "/total_minor")


@pytest.mark.parametrize(
    ("currency", "code"), [("ABC", "unknown-currency"), ("cny", "unknown-currency"), ("JPY", "currency-mismatch")]
)
def test_case_016_a_currency_that_is_not_the_programs_is_refused(shop, currency, code):
    _refused(shop, shop.order(currency=currency), 422, code, "/currency")


def test_case_016_yen_with_decimals_are_refused(shop):
    _refused(shop, shop.order(currency="JPY", total_minor=100.5), 422, "validation-failed", "/total_minor")


def test_case_017_lines_that_do_not_add_up_are_refused(shop):
    lines = [{"amount_minor": 5000}, {"amount_minor": 4997}]
    body = _refused(shop, shop.order(lines=lines), 422, "total-mismatch", "/total_minor")
    assert (body["lines_minor"], body["total_minor"]) == (9997, 10000)
    assert shop.buy(lines=[{"amount_minor": 5000}, {"amount_minor": 4998}])["points"] == 99


def test_case_018_two_wrong_signs_make_no_right_one(shop):
    negative = shop.order(lines=[{"amount_minor": -10000, "quantity": -1}])
    _refused(shop, negative, 422, "amount-out-of-range", "/lines/0/amount_minor")
    quantity = shop.order(lines=[{"amount_minor": 10000, "quantity": -1}])
    _refused(shop, quantity, 422, "quantity-out-of-range", "/lines/0/quantity")


def test_case_019_ten_thousand_and_one_lines_are_too_many(shop):
    lines = [{"line_id": f"line-{n}", "sku": f"SKU-{n}", "title": "A title of a line", "amount_minor": 1}
             for n in range(10_001)]  # fmt: skip
    _refused(shop, shop.order(lines=lines, total_minor=10_001), 422, "too-many-lines", "/lines")
    assert shop.buy(lines=lines[:-1], total_minor=10_000)["points"] == 100


def test_case_019_a_thousand_million_pieces_are_too_many(shop):
    lines = [{"amount_minor": 10000, "quantity": 10**9}]
    _refused(shop, shop.order(lines=lines), 422, "quantity-out-of-range", "/lines/0/quantity")


def test_case_021_a_key_twice_is_refused(shop):
    raw = json.dumps(shop.order()).encode()[:-1] + b', "total_minor": 1000000}'
    body = refusal(shop.post("/v1/orders", raw), 400, "duplicate-json-key")
    assert ([flaw["pointer"] for flaw in body["errors"]], body["kept"]) == (["/total_minor"], "none")
    spelled = json.dumps(shop.order()).encode()[:-1] + b', "total\\u005fminor": 1000000}'
    refusal(shop.post("/v1/orders", spelled), 400, "duplicate-json-key")


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 100_000, b'{"lines":' + b"[" * 64])
def test_case_022_deep_nesting_is_refused(shop, raw):
    body = refusal(shop.post("/v1/orders", raw), 400, "malformed-json")
    assert "64" in body["detail"]
    assert body["kept"] == "none"


@pytest.mark.parametrize(
    ("spelled", "where"),
    [
        (b'"\\ud800"', "/store"),
        (b'"a\\u0000b"', "/store"),
        (b'"a\x00b"', "/store"),
        (b'"\xff\xfe"', "/store"),
        (b'"\xed\xa0\x80"', "/store"),
        (b'"' + b"x" * 201 + b'"', "/store"),
    ],
)
def test_case_023_text_that_cannot_be_stored_is_refused(shop, spelled, where):
    raw = json.dumps(shop.order(store="HERE")).encode().replace(b'"HERE"', spelled)
    before = shop.picture()
    body = refusal(shop.post("/v1/orders", raw), 422, "invalid-text")
    assert ([flaw["pointer"] for flaw in body["errors"]], body["kept"]) == ([where], "none")
    assert shop.picture() == before


def test_case_023_a_pointer_names_the_line_and_our_name_of_a_field(shop):
    lines = [{"amount_minor": 5000}, {"amount_minor": 5000, "title": "\ud800"}]
    body = refusal(shop.post("/v1/orders", shop.order(lines=lines)), 422, "invalid-text")
    assert [flaw["pointer"] for flaw in body["errors"]] == ["/lines/1/title"]
    body = refusal(shop.post("/v1/orders", shop.order(order_id="")), 422, "invalid-text")
    assert [flaw["pointer"] for flaw in body["errors"]] == ["/order_id"]


def test_case_024_a_time_ahead_is_refused_and_told_the_servers(shop):
    body = _refused(shop, shop.order(occurred_at=ago(minutes=-10)), 422, "event-in-future", "/occurred_at")
    told = datetime.fromisoformat(body["server_time"])
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert shop.post("/v1/orders", shop.order(occurred_at=ago(minutes=-4))).status_code == 201


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-01T10:00:00", "infinity", "-infinity", "10000-01-01T00:00:00Z", "2026-06-30T23:59:60Z", "2026-11-01",
        "", "now", "0001-01-01T00:00:00+08:00", "1969-12-31T23:59:59Z", 1767225600,
    ],
)  # fmt: skip
def test_case_026_a_time_that_is_none_is_refused(shop, moment):
    _refused(shop, shop.order(occurred_at=moment), 422, "invalid-timestamp", "/occurred_at")


def test_case_027_an_hour_that_exists_twice_is_told_apart_by_its_offset(shop):
    member_id = shop.member(enrolled_at="2025-01-01T00:00:00Z")
    first = shop.order(member_id, occurred_at="2025-10-26T02:30:00+02:00")
    second = shop.order(member_id, occurred_at="2025-10-26T02:30:00+01:00")
    for order in (first, second):
        assert shop.post("/v1/orders", order).status_code == 201
    stored = [shop.get(f"/v1/orders/{order['order_id']}").json()["occurred_at"] for order in (first, second)]
    assert stored == ["2025-10-26T00:30:00+00:00", "2025-10-26T01:30:00+00:00"]
    _refused(shop, shop.order(member_id, occurred_at="2025-03-30T02:30:00"), 422, "invalid-timestamp", "/occurred_at")


def test_case_028_orders_out_of_order_end_as_in_order(shop):
    both = []
    for order in ((1, 2), (2, 1)):
        member_id = shop.member()
        for days in order:
            shop.buy(member_id, total_minor=60_000, occurred_at=ago(days=days))
        told = shop.get(f"/v1/members/{member_id}/statement").json()
        both.append((told["tier"]["name"], told["tier"]["reached"], told["balance"]["available"]))
    assert both == [("Silver", 120_000, 1200), ("Silver", 120_000, 1200)]
    assert shop.books().is_sound


def test_case_029_an_unknown_member_is_refused(shop):
    nobody = {"identifier": "external:nobody"}
    _refused(shop, shop.order(member=nobody), 422, "unknown-member", None)
    _refused(shop, shop.order(member={"id": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11"}), 422, "unknown-member", None)


def test_case_029_an_order_may_wait_for_its_member(shop):
    order = shop.order(member={"identifier": "external:late"}, on_unknown="hold")
    first, again = shop.post("/v1/orders", order), shop.post("/v1/orders", order)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == {"order_id": order["order_id"], "points": 0, "status": "waiting-for-member"}
    assert again.content == first.content
    member_id = shop.member(external_id="late")
    assert shop.balance(member_id)["available"] == 100
    assert shop.post("/v1/orders", order).status_code == 200


def test_an_unknown_member_may_be_enrolled_by_their_order(shop):
    order = shop.order(member={"identifier": "phone:+86 139 0013 9000"}, on_unknown="enroll")
    told = shop.post("/v1/orders", order).json()
    found = shop.get("/v1/members/lookup?identifier=phone:+8613900139000").json()
    assert (told["points"], found["member_id"]) == (100, told["member_id"])


@pytest.mark.parametrize(
    ("member", "pointer"),
    [
        ({}, "/member"),
        ({"id": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11", "identifier": "external:1"}, "/member"),
        ({"identifier": "fax:1"}, "/member/identifier"),
        ({"identifier": "phone:abc"}, "/member/identifier"),
        ({"id": "17"}, "/member/id"),
        ("C-1", "/member"),
    ],
)
def test_a_member_is_named_in_one_way(shop, member, pointer):
    _refused(shop, shop.order(member=member), 422, "validation-failed", pointer)


def test_a_field_nobody_knows_is_refused_with_the_nearest_name(shop):
    body = _refused(shop, shop.order(totl_minor=1), 422, "unknown-field", "/totl_minor")
    assert body["nearest"] == "total_minor"
    lines = [{"amount_minor": 10000, "quantitty": 1}]
    assert _refused(shop, shop.order(lines=lines), 422, "unknown-field", "/lines/0/quantitty")["nearest"] == "quantity"


def test_an_order_can_be_shown_whatever_its_id(shop):
    told = shop.buy(order_id="2026/01 #7", source="web", lines=[{"amount_minor": 9000}, {"amount_minor": 1000}])
    shown = shop.get("/v1/orders/2026%2F01%20%237?source=web").json()
    assert (shown["order_id"], shown["points"], shown["member_id"]) == ("2026/01 #7", 100, told["member_id"])
    assert [(line["line_id"], line["points"]) for line in shown["lines"]] == [("1", 90), ("2", 10)]
    refusal(shop.get("/v1/orders/2026%2F01%20%237"), 404, "not-found")
