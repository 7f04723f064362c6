"""Keys, other programs, and the protocol: cases 118, 119, 121 and 149 of the catalog of bad input."""

import json
import logging
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

from regulars.doors.api import keys
from regulars.doors.api.problems import problem, understood
from regulars.records import access, members

from .conftest import refusal


def _issue(shop, **more) -> tuple[access.ApiKey, str]:
    with shop.connect() as conn:
        return access.issue(
            conn,
            program_id=shop.plan.program.program_id,
            label="x",
            scopes=[access.Scope.CHECKOUT],
            at=datetime.now(UTC),
            **more,
        )


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer rk_unknown", "Basic dXNlcjpwYXNz", "rk_x", "Bearer käse"]
)
def test_case_118_no_key_in_force_is_refused(shop, authorization):
    headers = {b"Authorization": authorization.encode()} if authorization else {}
    answer = shop.client.get("/v1/rewards", headers=headers)
    refusal(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="regulars"'


def test_case_118_an_expired_key_is_refused(shop):
    _, secret = _issue(shop, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = shop.get("/v1/rewards", key=secret)
    refusal(answer, 401, "key-expired")
    assert "www-authenticate" in answer.headers


def test_case_118_a_revoked_key_is_out_of_force_when_it_is_no_longer_remembered(shop, monkeypatch):
    assert keys.REMEMBERED_SECONDS <= 5
    monkeypatch.setattr(keys, "REMEMBERED_SECONDS", 0.0)
    key, secret = _issue(shop)
    assert shop.get("/v1/rewards", key=secret).status_code == 200
    with shop.connect() as conn:
        assert access.revoke(conn, key.program_id, key.key_id, at=datetime.now(UTC))
    refusal(shop.get("/v1/rewards", key=secret), 401, "unauthenticated")


def test_case_118_without_a_key_nothing_of_the_body_is_read_or_kept(shop):
    before = shop.inbox()
    refusal(shop.post("/v1/orders", b"{", key="rk_unknown"), 401, "unauthenticated")
    assert shop.inbox() == before


@pytest.mark.parametrize("query", ["api_key={}", "token={}", "access_token=Bearer%20{}", "q={}", "API_KEY=x"])
def test_case_119_a_key_in_the_address_is_refused_though_it_is_right(shop, query, caplog):
    with caplog.at_level(logging.WARNING, "regulars.api"):
        answer = shop.get(f"/v1/rewards?{query.format(shop.key)}")
    body = refusal(answer, 400, "credential-in-url")
    assert shop.key not in answer.text
    assert body["instance"] == "/v1/rewards"
    assert "an API key came in an address" in caplog.text
    assert shop.key not in caplog.text


def _same(ours, theirs) -> None:
    """What cannot be told apart from something that is not there."""
    drop = {"request_id", "instance"}
    assert [{k: v for k, v in one.json().items() if k not in drop} for one in (ours, theirs)] == [
        {k: v for k, v in theirs.json().items() if k not in drop}
    ] * 2
    assert ours.status_code == theirs.status_code
    assert set(ours.headers) == set(theirs.headers)


def test_case_121_things_of_another_program_are_not_there(shop, other):
    absent = "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11"
    foreign = other.member()
    told = other.buy(foreign)
    for path in ("/v1/members/{}", "/v1/members/{}/statement", "/v1/members/{}/rewards"):
        answer = shop.get(path.format(foreign))
        refusal(answer, 404, "not-found")
        _same(answer, shop.get(path.format(absent)))
    _same(shop.get(f"/v1/orders/{told['order_id']}-"), shop.get("/v1/orders/absent"))
    refusal(shop.get(f"/v1/orders/{other.buy(foreign, order_id='theirs')['order_id']}"), 404, "not-found")
    assert shop.get("/v1/members/no-uuid").status_code == 404


def test_case_121_nothing_of_another_program_can_be_moved(shop, other):
    foreign = other.member()
    other.give(foreign, 1000)
    held = {"hold_id": "H-1", "member_id": foreign, "points": 300}
    assert other.post("/v1/holds", held).status_code == 201
    reward_id = next(r["reward_id"] for r in other.get("/v1/rewards").json()["rewards"] if r["points"] == 300)
    bought = {"redemption_id": "RD-1", "member_id": foreign}
    assert other.post(f"/v1/rewards/{reward_id}/purchases", bought).status_code == 201
    before = shop.picture()
    for path, body in (
        ("/v1/holds/H-1/capture", {"member_id": foreign}),
        ("/v1/holds/H-1/release", {"member_id": foreign}),
        ("/v1/holds", {"hold_id": "H-2", "member_id": foreign, "points": 1}),
        (f"/v1/rewards/{reward_id}/purchases", {"redemption_id": "RD-2", "member_id": foreign}),
        (f"/v1/rewards/{reward_id}/purchases/RD-1/refund", {"member_id": foreign}),
        (f"/v1/rewards/{reward_id}/purchases/RD-1/fulfill", {"member_id": foreign}),
        ("/v1/adjustments", {"reference": "T", "member_id": foreign, "points": 5, "reason": "x"}),
    ):
        refusal(shop.post(path, body, key=shop.admin), 404, "not-found")
    refusal(shop.post("/v1/orders", shop.order(foreign)), 422, "unknown-member")
    assert {k: v for k, v in shop.picture().items() if k != "members.member"} == {
        k: v for k, v in before.items() if k != "members.member"
    }


def test_an_order_for_a_frozen_member_is_kept_and_one_for_an_erased_member_is_not(shop):
    for status, code, number in (
        (members.Status.FROZEN, "member-frozen", 423),
        (members.Status.ERASED, "member-erased", 410),
    ):
        member_id = shop.member()
        with shop.connect() as conn:
            members.set_status(conn, shop.plan.program.program_id, member_id, status)
        body = refusal(shop.post("/v1/orders", shop.order(member_id)), number, code)
        assert body["kept"].split(":")[0] == ("inbox" if number == 423 else "none")


def test_case_149_a_wrong_method_is_told_the_right_ones(shop):
    answer = shop.call("DELETE", "/v1/orders")
    refusal(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_case_149_a_wrong_media_type_is_refused(shop, media):
    refusal(shop.post("/v1/orders", b"{}", headers={"Content-Type": media}), 415, "unsupported-media-type")


def test_case_149_a_caller_that_takes_no_json_is_refused(shop):
    refusal(shop.get("/v1/rewards", headers={"Accept": "text/html, image/*"}), 406, "not-acceptable")
    for fine in ("*/*", "application/json;q=0.5", "text/html, application/*"):
        assert shop.get("/v1/rewards", headers={"Accept": fine}).status_code == 200


def test_case_149_one_byte_too_many_is_refused(shop):
    limit = 256 * 1024
    raw = b'{"external_id": "' + b"x" * (limit - 19) + b'"}'
    assert len(raw) == limit
    refusal(shop.post("/v1/members", raw), 422, "validation-failed")
    body = refusal(shop.post("/v1/members", raw + b" "), 413, "content-too-large")
    assert (body["limit_bytes"], body["kept"]) == (limit, "none")
    refusal(shop.post("/v1/orders", b" " * (4 * 1024 * 1024 + 1)), 413, "content-too-large")


def test_case_149_a_body_without_a_length_is_measured_too(shop):
    def parts():
        for _ in range(9):
            yield b" " * 32 * 1024

    headers = {"Authorization": f"Bearer {shop.key}", "Content-Type": "application/json"}
    refusal(shop.client.post("/v1/members", content=parts(), headers=headers), 413, "content-too-large")


def test_case_149_a_long_address_and_large_headers_are_refused(shop):
    refusal(shop.get("/v1/rewards?x=" + "y" * 8000), 414, "uri-too-long")
    refusal(shop.get("/v1/rewards", headers={"X-Long": "y" * 32_000}), 431, "headers-too-large")


def test_an_unknown_address_is_a_problem_too(shop):
    for path in ("/v1/nothing", "/v1", "/v1/orders/a/b/c"):
        refusal(shop.get(path), 404, "not-found")


def test_every_answer_has_an_id_of_its_own(shop):
    ids = [shop.get(path).headers["request-id"] for path in ("/v1/rewards", "/v1/rewards", "/v1/nothing", "/docs")]
    assert len(set(ids)) == 4


def test_titles_are_told_in_the_callers_language(shop):
    answer = shop.get("/v1/nothing", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert refusal(answer, 404, "not-found")["title"] == "未找到"


@pytest.mark.parametrize(
    ("broken", "status", "code"),
    [
        (psycopg.OperationalError("connection to server at 10.0.0.7 failed"), 503, "db-unavailable"),
        (PoolTimeout("no connection after 1 s"), 503, "overloaded"),
        (errors.TooManyConnections("sorry"), 503, "overloaded"),
        (errors.LockNotAvailable("lock timeout"), 503, "busy"),
        (errors.QueryCanceled("statement timeout"), 503, "busy"),
        (errors.DiskFull("no space left on device"), 507, "storage-full"),
        (errors.ReadOnlySqlTransaction("cannot execute INSERT"), 503, "read-only"),
        (KeyError("secret"), 500, "internal"),
    ],
)
def test_what_breaks_below_is_told_without_secrets(broken, status, code):
    told = problem(understood(broken), instance="/v1/orders", request_id="1")
    body = json.loads(told.body)
    assert (told.status, body["code"], body["retry"], body["kept"]) == (status, code, "same-request", "none")
    assert str(broken) not in told.body.decode()
    assert ("retry-after" in told.headers) == (status == 503)
