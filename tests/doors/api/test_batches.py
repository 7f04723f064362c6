"""Many at once: every item is recorded, told and refused by itself; a till that was offline loses nothing."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from litestar.exceptions import LitestarException

from regulars import flows
from regulars.doors.api import many
from regulars.kit import crypto

from .conftest import ago, refusal


def told(answer) -> list[dict]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content.endswith(b"\n")
    return [json.loads(line) for line in answer.content.splitlines()]


def bodies(answer) -> list[bytes]:
    """The very bytes of each item's own answer."""
    return [re.search(rb'"answer":(\{.*\}),"duplicate"', line)[1] for line in answer.content.splitlines()]


def brief(answer) -> list[tuple[int, int, str]]:
    return [(one["place"], one["status"], one["outcome"]) for one in told(answer)]


def a_day_at_the_till(shop) -> list[bytes]:
    """Orders, a return and events of two members, as an offline till sends them in the evening."""
    lin, zhao = shop.member(), shop.member()
    tea = shop.order(lin, order_id=f"T-{lin}", occurred_at=ago(hours=9), till="3", total_minor=10_000)
    back = {"return_id": "R-1", "order_id": tea["order_id"], "amount_minor": 4_000, "occurred_at": ago(hours=5)}
    return [
        shop.line("order", tea),
        shop.line("order", shop.order(zhao, occurred_at=ago(hours=8))),
        shop.line("event", shop.event(lin, occurred_at=ago(hours=7))),
        shop.line("event", shop.event(zhao, occurred_at=ago(hours=6), type="review", data={"stars": 5})),
        shop.line("return", back),
        shop.line("order", shop.order(lin, occurred_at=ago(hours=4))),
    ]


def test_a_days_items_are_recorded_in_their_order(shop):
    shop.reward("check_in", 10)
    answer = shop.batch(*a_day_at_the_till(shop))
    assert brief(answer) == [(place, 201, "created") for place in range(1, 7)]
    assert [one["item"] for one in told(answer)] == ["order", "order", "event", "event", "return", "order"]
    assert [one["answer"].get("points", one["answer"].get("points_reversed")) for one in told(answer)] == [
        100, 100, 10, 0, 40, 100,
    ]  # fmt: skip
    assert told(answer)[5]["answer"]["balance"]["available"] == 170
    assert shop.books().is_sound


def test_an_item_is_answered_as_the_single_call_answers_it(shop):
    shop.reward("check_in", 10)
    order, event = shop.order(), shop.event()
    back = {"return_id": "R", "order_id": order["order_id"], "amount_minor": 100, "occurred_at": ago(minutes=1)}
    answer = shop.batch(shop.line("order", order), shop.line("event", event), shop.line("return", back))
    single = [
        shop.post("/v1/orders", order),
        shop.post("/v1/events", event),
        shop.post(f"/v1/orders/{back.pop('order_id')}/returns", back),
    ]
    assert [one.status_code for one in single] == [200, 200, 200]
    assert [one.content for one in single] == bodies(answer)


def test_case_006_a_batch_repeated_after_a_cut_answer_gives_the_same_bytes_for_every_item(shop):
    shop.reward("check_in", 10, limit=1, per="day")
    lines = a_day_at_the_till(shop)
    raw = b"".join(lines)

    async def cut_off() -> None:
        sent = False
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/v1/batches", "raw_path": b"/v1/batches", "query_string": b"", "root_path": "",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {}, "state": {},
            "headers": [
                (b"authorization", f"Bearer {shop.key}".encode()),
                (b"content-type", b"application/x-ndjson"),
            ],
        }  # fmt: skip

        async def receive() -> dict:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(_: dict) -> None:
            raise OSError("the till is gone")

        with pytest.raises((OSError, LitestarException)):
            await shop.client.app(scope, receive, send)

    shop.client.blocking_portal.call(cut_off)
    before = shop.picture()
    again, once_more = shop.batch(*lines), shop.batch(*lines)
    assert brief(again) == [(place, 200, "replayed") for place in range(1, 7)]
    assert {one["duplicate"] for one in told(again)} == {True}
    assert again.content == once_more.content
    assert shop.picture() == before


def test_a_till_sends_its_queue_until_every_item_is_answered(shop):
    """The recipe of docs/api.md: what the first batch took is told again, byte by byte, when more is sent with it."""
    shop.reward("check_in", 10)
    lines = a_day_at_the_till(shop)
    first = shop.batch(*lines[:3])
    whole = shop.batch(*lines)
    assert [one["duplicate"] for one in told(whole)] == [True, True, True, False, False, False]
    assert bodies(whole)[:3] == bodies(first)
    assert bodies(shop.batch(*lines)) == bodies(whole)


def test_a_line_that_is_wrong_fails_alone_and_says_where(shop):
    order = shop.order()
    good = shop.line("order", order)
    lines = [
        good,
        b"{broken\n",
        b'{"item": "dance"}\n',
        b"[]\n",
        b"\r\n",
        shop.line("order", shop.order(total_minor=-1)),
        shop.line("order", shop.order(total_minor="12")),
        b'{"item": "order", "item": "event"}\n',
        shop.line("event", shop.event(type="dance")),
        shop.line("return", {"return_id": "R", "order_id": order["order_id"], "amount_minor": 99_999_999,
                             "occurred_at": ago(minutes=1)}),
        shop.line("order", shop.order(member={"identifier": "external:nobody"})),
        good.strip(),
    ]  # fmt: skip
    answer = shop.batch(*lines)
    assert brief(answer) == [
        (1, 201, "created"), (2, 400, "refused"), (3, 422, "refused"), (4, 422, "refused"), (6, 422, "refused"),
        (7, 422, "refused"), (8, 400, "refused"), (9, 422, "refused"), (10, 422, "refused"), (11, 422, "refused"),
        (12, 200, "replayed"),
    ]  # fmt: skip
    wrong = [one["problem"] for one in told(answer) if one["outcome"] == "refused"]
    assert [(one["code"], [flaw["pointer"] for flaw in one["errors"]]) for one in wrong] == [
        ("malformed-json", ["/2"]),
        ("validation-failed", ["/3/item"]),
        ("validation-failed", ["/4"]),
        ("amount-out-of-range", ["/6/total_minor"]),
        ("validation-failed", ["/7/total_minor"]),
        ("duplicate-json-key", ["/8/item"]),
        ("unknown-event-type", ["/9/type"]),
        ("refund-exceeds-purchase", ["/10/amount_minor"]),
        ("unknown-member", ["/11"]),
    ]
    assert [one["kept"].split(":")[0] for one in wrong] == [
        "none", "inbox", "none", "inbox", "inbox", "none", "inbox", "inbox", "inbox",
    ]  # fmt: skip
    sealed = {row[0]: row[2] for row in shop.inbox()}
    opened = crypto.sealer(shop.home).open(sealed[wrong[3]["kept"].removeprefix("inbox:")], purpose="inbox")
    assert opened == lines[5].rstrip(b"\n")


def test_a_field_that_is_unknown_names_the_nearest_of_its_own_kind(shop):
    answer = shop.batch(shop.line("event", shop.event(occured_at="x")), shop.line("order", shop.order(stor="A")))
    assert [one["problem"]["errors"][0]["detail"] for one in told(answer)] == [
        "unknown; did you mean 'occurred_at'?",
        "unknown; did you mean 'store'?",
    ]


def test_what_comes_later_in_a_batch_sees_what_came_before(shop):
    order = shop.order(total_minor=10_000)
    back = {"return_id": "R", "order_id": order["order_id"], "occurred_at": ago(minutes=1)}
    early = shop.line("return", {**back, "return_id": "S", "order_id": "later", "amount_minor": 100})
    late = shop.line("order", shop.order(order["member"]["id"], order_id="later", total_minor=10_000))
    answer = shop.batch(early, shop.line("order", order), shop.line("return", back), late)
    assert brief(answer) == [(1, 202, "parked"), (2, 201, "created"), (3, 201, "created"), (4, 201, "created")]
    assert shop.balance(order["member"]["id"])["available"] == 99


def test_a_limit_holds_over_the_groups_of_a_batch(shop):
    shop.reward("check_in", 10, limit=2, per="day")
    member_id = shop.member()
    lines = []
    for _ in range(3):
        lines += [shop.line("event", shop.event(member_id)), shop.line("order", shop.order(member_id, total_minor=100))]
    answer = shop.batch(*lines)
    assert [one["answer"]["points"] for one in told(answer)] == [10, 1, 10, 1, 0, 1]


def test_an_item_we_fail_at_fails_alone_and_may_be_sent_again(shop, monkeypatch):
    """A mistake of ours in one order of a group: the others are recorded, and no trace of it is left."""
    orders = [shop.order() for _ in range(3)]
    real = flows.record_activities

    def broken(conn, plan, intakes, **more):
        found = real(conn, plan, intakes, **more)
        if any(one.order.external_id == orders[1]["order_id"] for one in intakes):
            raise ZeroDivisionError
        return found

    monkeypatch.setattr(many.flows, "record_activities", broken)
    lines = [shop.line("order", order) for order in orders]
    answer = shop.batch(*lines)
    assert brief(answer) == [(1, 201, "created"), (2, 500, "refused"), (3, 201, "created")]
    problem = told(answer)[1]["problem"]
    assert (problem["code"], problem["retry"]) == ("internal", "same-request")
    monkeypatch.undo()
    assert [one["outcome"] for one in told(shop.batch(*lines))] == ["replayed", "created", "replayed"]
    assert shop.books().is_sound


def test_a_return_we_fail_at_leaves_the_other_returns_alone(shop, monkeypatch):
    bought = [shop.buy(total_minor=10_000) for _ in range(3)]
    back = [{"return_id": "R", "order_id": one["order_id"], "occurred_at": ago(minutes=0)} for one in bought]
    real = flows.refund_order

    def broken(conn, plan, returned, **more):
        found = real(conn, plan, returned, **more)
        if returned.order_external_id == back[1]["order_id"]:
            raise ZeroDivisionError
        return found

    monkeypatch.setattr(many.flows, "refund_order", broken)
    answer = shop.batch(*(shop.line("return", one) for one in back))
    assert brief(answer) == [(1, 201, "created"), (2, 500, "refused"), (3, 201, "created")]
    assert [shop.balance(one["member_id"])["available"] for one in bought] == [0, 100, 0]


def test_a_database_that_takes_nothing_refuses_the_whole_and_nothing_is_recorded(shop, monkeypatch):
    def gone(*_, **__):
        raise psycopg.OperationalError("gone")

    line = shop.line("order", shop.order())
    before = shop.picture()
    monkeypatch.setattr(many.flows, "load", gone)
    refusal(shop.batch(line), 503, "db-unavailable")
    assert shop.picture() == before


def test_a_database_that_goes_away_in_between_is_said_of_the_items_that_were_left(shop, monkeypatch):
    real = flows.record_events

    def gone(*_, **__):
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(many.flows, "record_events", gone)
    lines = [
        shop.line("order", shop.order()), shop.line("event", shop.event()), shop.line("order", shop.order()),
    ]  # fmt: skip
    answer = shop.batch(*lines)
    assert brief(answer) == [(1, 201, "created"), (2, 503, "refused"), (3, 503, "refused")]
    monkeypatch.setattr(many.flows, "record_events", real)
    assert [one["status"] for one in told(shop.batch(*lines))] == [200, 201, 201]


def test_one_array_is_answered_when_only_json_is_accepted(shop):
    lines = [shop.line("order", shop.order()), b"{\n"]
    answer = shop.batch(*lines, headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert [one["status"] for one in answer.json()] == [201, 400]
    refusal(shop.batch(*lines, headers={"Accept": "text/html"}), 406, "not-acceptable")


def test_a_thousand_items_are_taken_and_one_more_is_refused_whole(shop):
    member_id = shop.member()
    lines = [shop.line("event", shop.event(member_id, id=f"B-{n}")) for n in range(1001)]
    before = shop.picture()
    body = refusal(shop.batch(*lines), 422, "too-many-items")
    assert ([flaw["pointer"] for flaw in body["errors"]], body["items_max"], body["kept"]) == (["/1001"], 1000, "none")
    assert shop.picture() == before
    assert {one["status"] for one in told(shop.batch(*lines[:1000]))} == {201}


@pytest.mark.parametrize("raw", [b"", b"\n \n", b"\r\n"])
def test_case_009_a_batch_of_nothing_is_refused(shop, raw):
    refusal(shop.batch(raw), 422, "validation-failed")


def test_a_batch_of_more_than_four_megabytes_is_refused_whole(shop):
    line = shop.line("order", shop.order())
    body = refusal(shop.batch(line, b" " * 4 * 1024 * 1024), 413, "content-too-large")
    assert body["limit_bytes"] == 4 * 1024 * 1024


def test_a_batch_that_is_declared_as_json_is_refused(shop):
    headers = {"Content-Type": "application/json"}
    refusal(shop.batch(shop.line("order", shop.order()), headers=headers), 415, "unsupported-media-type")


def test_case_004_a_key_gives_the_whole_answer_again_byte_by_byte(crowded):
    lines = [crowded.line("order", crowded.order()), crowded.line("event", crowded.event(type="dance"))]
    named = {"headers": {"Idempotency-Key": "b-1"}}
    first, again = crowded.batch(*lines, **named), crowded.batch(*lines, **named)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    body = refusal(crowded.batch(lines[0], **named), 422, "idempotency-key-reused")
    assert body["kept"] == "existing:b-1"


def test_case_004_a_key_is_not_used_up_by_what_may_pass(crowded, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    lines = [crowded.line("order", crowded.order()), crowded.line("event", crowded.event())]
    named = {"headers": {"Idempotency-Key": "b-2"}}
    monkeypatch.setattr(many.flows, "record_events", broken)
    assert [one["status"] for one in told(crowded.batch(*lines, **named))] == [201, 500]
    monkeypatch.undo()
    assert [one["status"] for one in told(crowded.batch(*lines, **named))] == [200, 201]


def test_batches_of_the_same_items_at_once_record_each_once(crowded):
    crowded.reward("check_in", 10, limit=1, per="ever")
    lines = a_day_at_the_till(crowded)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: crowded.batch(*lines), range(6)))
    for item in zip(*map(told, answers), strict=True):
        assert sorted(one["status"] for one in item) == [200] * 5 + [201]
        assert len({json.dumps(one["answer"], sort_keys=True) for one in item}) == 1
    assert crowded.books().is_sound


def test_single_calls_are_answered_while_batches_wait(crowded):
    """Batches have threads of their own: two that wait for a lock leave the till's single calls alone."""
    member_id, other = crowded.member(), crowded.member()
    with crowded.connect() as conn, ThreadPoolExecutor(3) as threads:
        conn.execute("select from members.member where member_id = %s for update", [member_id])
        line = crowded.line("event", crowded.event(member_id))
        running = [threads.submit(crowded.batch, line) for _ in range(3)]
        while len(conn.execute("select from pg_locks where not granted").fetchall()) < 2:
            conn.execute("select pg_sleep(0.01)")
        assert crowded.post("/v1/events", crowded.event(other)).status_code == 201
        conn.rollback()
        assert sorted(told(one.result())[0]["status"] for one in running) == [200, 200, 201]
