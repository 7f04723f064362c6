"""Events over HTTP: cases 1 to 29 of the catalog of bad input where they speak of events."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from regulars.doors.api import app
from regulars.kit import settings

from .conftest import ago, kept_refusal, refusal


def test_an_event_earns_and_the_statement_shows_it(shop):
    shop.reward("review", 50)
    member_id = shop.member()
    answer = shop.post("/v1/events", shop.event(member_id, type="review", data={"stars": 5}))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["status"], told["points"], told["balance"]["available"]) == ("recorded", 50, 50)
    assert [reason["text"] for reason in told["reasons"]] == ["Thanks (version 1)"]
    (line,) = shop.get(f"/v1/members/{member_id}/statement").json()["lines"]
    assert (line["title"], line["points"]) == ("Earned: Review", 50)
    assert shop.books().is_sound


def test_a_cloud_event_is_taken_as_it_is(shop):
    shop.reward("share", 5)
    event = shop.event(type="share", data={"channel": "wechat"}, specversion="1.0", source="app/v2")
    event["time"] = event.pop("occurred_at")
    event["datacontenttype"] = "application/json"
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = shop.post("/v1/events", event, headers=headers)
    assert (answer.status_code, answer.json()["points"], answer.json()["source"]) == (201, 5, "app/v2")
    both = {**event, "id": "other", "occurred_at": event["time"]}
    kept_refusal(shop, "/v1/events", both, 422, "validation-failed", "/occurred_at")


def test_case_001_an_exact_repeat_is_told_the_same_again(shop):
    shop.reward("check_in", 10)
    event = shop.event(data={"place": "A"})
    first = shop.post("/v1/events", event)
    before = shop.picture()
    again = shop.post("/v1/events", event)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert shop.picture() == before


def test_case_001_the_same_instant_in_another_zone_is_the_same_content(shop):
    event = shop.event(occurred_at="2026-01-05T18:30:00+08:00")
    first = shop.post("/v1/events", event)
    event["time"] = event.pop("occurred_at").replace("18:30:00+08:00", "10:30:00Z")
    again = shop.post("/v1/events", event)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content


def test_case_002_other_content_under_a_known_id_is_refused_and_kept(shop):
    event = shop.event(type="review", data={"stars": 5})
    shop.post("/v1/events", event)
    kept_refusal(shop, "/v1/events", {**event, "data": {"stars": 1}}, 409, "event-conflict", "/data/stars")
    kept_refusal(shop, "/v1/events", {**event, "member": {"id": shop.member()}}, 409, "event-conflict", "/member")
    later = {**event, "time": ago(seconds=1)}
    del later["occurred_at"]
    kept_refusal(shop, "/v1/events", later, 409, "event-conflict", "/time")


def test_case_003_two_servers_at_the_same_instant_record_once(shop, crowded):
    shop.reward("check_in", 10)
    event = shop.event()
    with TestClient(app.create(settings.Settings(home=shop.home), shop.dsn)) as second:
        servers = [crowded, replace(shop, client=second)]
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda n: servers[n % 2].post("/v1/events", event), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert shop.balance(event["member"]["id"])["available"] == 10


def test_case_004_an_idempotency_key_is_kept_with_the_event(shop):
    event = shop.event()
    named = {"headers": {"Idempotency-Key": "e-1"}}
    first = shop.post("/v1/events", event, **named)
    again = shop.post("/v1/events", event, **named)
    assert (first.status_code, again.status_code, again.content) == (201, 200, first.content)
    body = refusal(shop.post("/v1/events", {**event, "id": "other"}, **named), 422, "idempotency-key-reused")
    assert body["kept"] == "existing:e-1"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "validation-failed"),
        (b"null", 422, "validation-failed"),
        (b'"x"', 422, "validation-failed"),
        (b"[]", 422, "validation-failed"),
        (b"[", 400, "malformed-json"),
        (b'{"id": "1", "id": "2"}', 400, "duplicate-json-key"),
        (b'[{"data": {"a": 1, "a": 2}}]', 400, "duplicate-json-key"),
        (b"[" * 100_000, 400, "malformed-json"),
        (b'{"data": ' + b'{"a":' * 70 + b"1" + b"}" * 71, 400, "malformed-json"),
        (b'{"id": "\xff"}', 422, "invalid-text"),
        (b'{"id": "\\ud800"}', 422, "invalid-text"),
        (b'{"id": "a\\u0000"}', 422, "invalid-text"),
    ],
)
def test_cases_008_009_021_022_023_bytes_that_are_no_event_are_refused_and_not_kept(shop, raw, status, code):
    before, inbox = shop.picture(), shop.inbox()
    body = refusal(shop.post("/v1/events", raw), status, code)
    assert body["kept"] == "none"
    assert (shop.picture(), shop.inbox()) == (before, inbox)


@pytest.mark.parametrize(
    ("data", "pointer"),
    [({"stars": 4.5}, "/data/stars"), ({"stars": "4"}, "/data/stars"), ({"stars": True}, "/data/stars")],
)
def test_case_012_a_number_of_another_type_is_refused(shop, data, pointer):
    event = shop.event(type="review", data=data)
    kept_refusal(shop, "/v1/events", event, 422, "validation-failed", pointer)


def test_an_attribute_nobody_declared_is_refused_with_the_nearest_name(shop):
    event = shop.event(type="review", data={"star": 4})
    body = kept_refusal(shop, "/v1/events", event, 422, "validation-failed", "/data/star")
    assert body["errors"] == [
        {"pointer": "/data/star", "code": "unknown-field", "detail": "unknown; did you mean 'stars'?"}
    ]


def test_case_024_an_event_ten_minutes_ahead_is_refused(shop):
    ahead = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    kept_refusal(shop, "/v1/events", shop.event(occurred_at=ahead), 422, "event-in-future", "/occurred_at")


@pytest.mark.parametrize(
    "at", ["2026-01-05T10:00:00", "infinity", "+10000-01-01T00:00:00Z", "2026-01-05T10:00:60Z", "1969-12-31T23:59:59Z"]
)
def test_case_026_a_time_that_is_none_is_refused(shop, at):
    kept_refusal(shop, "/v1/events", shop.event(occurred_at=at), 422, "invalid-timestamp", "/occurred_at")


def test_case_027_a_local_time_in_a_gap_or_a_fold_is_taken_with_its_offset(shop):
    shop.reward("check_in", 10, limit=1, per="day")
    member_id = shop.member()
    for at in ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"):
        assert shop.post("/v1/events", shop.event(member_id, occurred_at=at)).status_code == 201
    assert shop.balance(member_id)["available"] == 10


def test_case_028_events_come_in_any_order_and_count_where_they_belong(shop):
    shop.reward("check_in", 10, limit=1, per="day")
    member_id = shop.member()
    days = (1, 3, 2, 3)
    told = [shop.post("/v1/events", shop.event(member_id, occurred_at=ago(days=day))) for day in days]
    assert [(one.status_code, one.json()["points"]) for one in told] == [(201, 10), (201, 10), (201, 10), (201, 0)]
    assert told[3].json()["reasons"][0]["text"] == "No points for “Check-in”: the limit of 1 a day is reached"


def test_case_029_an_unknown_member_is_refused_or_waited_for(shop):
    shop.reward("check_in", 10)
    event = shop.event()
    event["member"] = {"identifier": "external:later"}
    kept_refusal(shop, "/v1/events", event, 422, "unknown-member", None)
    waiting = shop.post("/v1/events", {**event, "on_unknown": "hold"})
    assert (waiting.status_code, waiting.json()["status"]) == (202, "waiting-for-member")
    member_id = shop.member(external_id="later")
    assert shop.balance(member_id)["available"] == 10
    again = shop.post("/v1/events", event)
    assert (again.status_code, again.json()["points"]) == (200, 10)


def test_an_unknown_type_is_refused_until_it_is_declared(shop):
    event = shop.event(type="tasting", data={"store": "01"})
    kept_refusal(shop, "/v1/events", event, 422, "unknown-event-type", "/type")
    attributes = [{"name": "store", "type": "text", "required": True}]
    tasting = {"code": "tasting", "name": {"zh": "品鉴"}, "attributes": attributes}
    assert shop.post("/v1/event-types", tasting, key=shop.admin).status_code == 201
    assert shop.post("/v1/events", event).status_code == 201
    assert shop.post("/v1/event-types", tasting, key=shop.admin).status_code == 200
    body = refusal(
        shop.post("/v1/event-types", {**tasting, "attributes": []}, key=shop.admin), 409, "event-type-narrowed"
    )
    assert [flaw["detail"] for flaw in body["errors"]] == ["store stays, as text"]
    found = shop.get("/v1/event-types", key=shop.admin).json()["event_types"]
    assert {one["code"]: one["built_in"] for one in found} == {
        "check_in": True, "event_attended": True, "page_viewed": True, "profile_completed": True, "review": True,
        "share": True, "survey_answered": True, "tasting": False,
    }  # fmt: skip


def test_only_an_admin_key_declares_and_sees_types_and_each_program_has_its_own(shop, other):
    kind = {"code": "dance", "name": {"en": "Dance"}}
    refusal(shop.post("/v1/event-types", kind), 403, "forbidden")
    refusal(shop.get("/v1/event-types"), 403, "forbidden")
    assert shop.post("/v1/event-types", kind, key=shop.admin).status_code == 201
    refusal(other.post("/v1/events", other.event(type="dance")), 422, "unknown-event-type")


def test_another_programs_member_is_unknown_here(shop, other):
    refusal(shop.post("/v1/events", shop.event(other.member())), 422, "unknown-member")


def test_an_array_is_answered_item_by_item(shop):
    shop.reward("check_in", 10, limit=2, per="day")
    member_id = shop.member()
    asked = [shop.event(member_id) for _ in range(3)]
    asked[1] = {**asked[1], "type": "dance"}
    body = [*asked, asked[0], "x", shop.event(member_id)]
    told = shop.post("/v1/events", body)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert [(one["place"], one["status"], one["outcome"], one["duplicate"]) for one in told.json()] == [
        (0, 201, "created", False),
        (1, 422, "refused", False),
        (2, 201, "created", False),
        (3, 200, "replayed", True),
        (4, 422, "refused", False),
        (5, 201, "created", False),
    ]
    assert told.json()[3]["answer"] == told.json()[0]["answer"]
    problem = told.json()[1]["problem"]
    assert [flaw["pointer"] for flaw in problem["errors"]] == ["/1/type"]
    kept = {row[0]: row[1] for row in shop.inbox()}
    assert kept[problem["kept"].removeprefix("inbox:")] == "unknown-event-type"
    assert told.json()[4]["problem"]["kept"] == "none"
    assert shop.balance(member_id)["available"] == 20


def test_a_thousand_events_are_taken_and_one_more_is_refused_whole(shop):
    member_id = shop.member()
    many = [shop.event(member_id, id=f"K-{n}", type="page_viewed", data={"page": "/"}) for n in range(1001)]
    before = shop.picture()
    body = refusal(shop.post("/v1/events", many), 422, "too-many-items")
    assert ([flaw["pointer"] for flaw in body["errors"]], body["kept"]) == (["/1000"], "none")
    assert shop.picture() == before
    media = {"Content-Type": "application/cloudevents-batch+json"}
    told = shop.post("/v1/events", many[:1000], headers=media)
    assert {one["status"] for one in told.json()} == {201}
    assert len(told.json()) == 1000


def test_a_media_type_that_is_no_event_is_refused(shop):
    raw = json.dumps(shop.event()).encode()
    refusal(shop.post("/v1/events", raw, headers={"Content-Type": "text/plain"}), 415, "unsupported-media-type")
