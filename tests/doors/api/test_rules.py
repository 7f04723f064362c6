"""Earning rules over the API: made, changed, started, retired, tried; with every mistake told at its place."""

import pytest

from .conftest import ago, refusal

RULE = {
    "effect": "multiply",
    "label": {"en": "Tea", "zh": "茶"},
    "params": {"factor": 3},
    "condition": 'activity.channel == "web"',
    "lines": 'line.category == "tea"',
}


def make(shop, **more):
    return shop.post("/v1/earning-rules", {**RULE, **more}, key=shop.admin)


def change(shop, rule_id, **more):
    return shop.post(f"/v1/earning-rules/{rule_id}", {**RULE, **more}, key=shop.admin)


def move(shop, rule_id, state, **more):
    return shop.post(f"/v1/earning-rules/{rule_id}/state", {"state": state, **more}, key=shop.admin)


def tea(shop, **more):
    line = {"amount_minor": 1000, "category": "tea"}
    return shop.buy(total_minor=1000, channel="web", lines=[line], **more)["points"]


def test_a_rule_is_made_once_started_changed_paused_and_retired(shop):
    made = make(shop)
    assert (made.status_code, made.json()["standing"], made.json()["condition_text"]) == (
        201, "draft", 'activity.channel == "web"',
    )  # fmt: skip
    again = make(shop)
    assert (again.status_code, again.headers["idempotent-replay"], again.json()) == (200, "true", made.json())
    rule_id = made.json()["rule_id"]
    assert tea(shop) == 10
    assert move(shop, rule_id, "live").json()["standing"] == "live"
    assert tea(shop) == 30
    changed = change(shop, rule_id, params={"factor": 2})
    assert (changed.json()["version"], changed.json()["state"]) == (3, "live")
    same = change(shop, rule_id, params={"factor": 2})
    assert (same.json()["version"], same.headers["idempotent-replay"]) == (3, "true")
    assert tea(shop, occurred_at=ago(seconds=-1)) == 20
    assert tea(shop) == 30  # a minute ago the version before decided
    assert move(shop, rule_id, "paused").json()["standing"] == "paused"
    assert tea(shop, occurred_at=ago(seconds=-1)) == 10
    assert move(shop, rule_id, "retired").json()["standing"] == "retired"
    refusal(move(shop, rule_id, "live"), 409, "rule-retired")
    refusal(change(shop, rule_id), 409, "rule-retired")
    versions = shop.get(f"/v1/earning-rules/{rule_id}/versions", key=shop.admin).json()["versions"]
    assert [(one["version"], one["state"]) for one in versions] == [
        (5, "retired"), (4, "paused"), (3, "live"), (2, "live"), (1, "draft"),
    ]  # fmt: skip
    shown = shop.get("/v1/earning-rules", key=shop.admin).json()["rules"]
    assert [one["standing"] for one in shown] == ["live", "live", "live", "retired"]


def test_a_rule_takes_effect_when_it_says(shop):
    made = make(shop, state="live", effective_from=ago(days=-1)).json()
    assert (made["standing"], tea(shop)) == ("scheduled", 10)


def test_case_079_a_mistake_is_told_at_its_place_and_nothing_is_kept(shop):
    before = shop.get("/v1/earning-rules", key=shop.admin).json()
    problem = refusal(make(shop, condition='activity.total > 5 &&\n  member.tier == "platnum"'), 422, "rule-invalid")
    assert (problem["line"], problem["column"]) == (2, 18)
    assert problem["expected"] or problem["suggestion"]
    refusal(make(shop, condition="(" * 99 + "true" + ")" * 99), 422, "rule-too-complex")
    refusal(make(shop, lines="line.colour > 1"), 422, "rule-invalid")
    refusal(make(shop, params={"factor": 0}), 422, "rule-invalid")
    refusal(
        make(shop, effect="event_points", params={"event": "none"}, condition=None, lines=None),
        422,
        "unknown-event-type",
    )
    assert shop.get("/v1/earning-rules", key=shop.admin).json() == before


def test_case_086_a_change_never_reaches_back(shop):
    refusal(make(shop, state="live", effective_from=ago(minutes=1)), 422, "rule-effective-past")
    rule_id = make(shop, state="live").json()["rule_id"]
    refusal(change(shop, rule_id, effective_from=ago(minutes=1)), 422, "rule-effective-past")
    refusal(move(shop, rule_id, "paused", effective_from=ago(minutes=1)), 422, "rule-effective-past")
    refusal(change(shop, 99), 404, "not-found")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_office_sees_and_changes_rules(shop, method):
    for path in ("/v1/earning-rules", "/v1/earning-caps"):
        body = None if method == "GET" else RULE if path.endswith("rules") else {"caps": []}
        refusal(shop.call(method, path, body), 403, "forbidden")


def test_a_dry_run_tells_of_every_rule_and_writes_nothing(shop):
    make(shop, state="live")
    member = shop.member()
    order = shop.order(member, total_minor=1000, lines=[{"amount_minor": 1000, "category": "tea", "line_id": "x"}])
    assert shop.post("/v1/orders", order).json()["points"] == 10
    before = shop.picture()
    asked = {"order_id": order["order_id"], "language": "zh"}
    found = shop.post("/v1/earning-rules/dry-run", asked, key=shop.admin).json()
    assert (found["wallets"], found["stored_points"]) == ([{"wallet": "points", "points": 10}], 10)
    (told,) = [one for one in found["rules"] if one["label"]["en"] == "Tea"]
    assert (told["points"], told["code"], told["text"], told["line_ids"]) == (0, "not.condition", "未满足条件", ["x"])
    assert (told["condition"]["matched"], told["condition"]["absent"]) == (False, ["activity.channel"])
    draft = {**RULE, "condition": None}
    found = shop.post("/v1/earning-rules/dry-run", {**asked, "rule": draft}, key=shop.admin).json()
    assert found["wallets"] == [{"wallet": "points", "points": 30}]
    basket = {"total_minor": 2000, "member_id": member, "channel": "web", "lines": order["lines"] * 1}
    refusal(shop.post("/v1/earning-rules/dry-run", {"basket": basket}, key=shop.admin), 422, "total-mismatch")
    basket["total_minor"] = 1000
    found = shop.post("/v1/earning-rules/dry-run", {"basket": basket}, key=shop.admin).json()
    assert (found["wallets"][0]["points"], found["stored_points"]) == (30, None)
    refusal(
        shop.post("/v1/earning-rules/dry-run", {**asked, "basket": basket}, key=shop.admin), 422, "validation-failed"
    )
    refusal(shop.post("/v1/earning-rules/dry-run", {"order_id": "none"}, key=shop.admin), 404, "not-found")
    assert shop.picture() == before


def test_caps_are_saved_whole_and_hold(shop):
    caps = {"caps": [{"period": "day", "points_max": 15}]}
    saved = shop.post("/v1/earning-caps", caps, key=shop.admin)
    assert saved.json() == shop.get("/v1/earning-caps", key=shop.admin).json() == caps
    assert shop.post("/v1/earning-caps", caps, key=shop.admin).headers["idempotent-replay"] == "true"
    member = shop.member()
    assert [shop.buy(member, total_minor=1000)["points"] for _ in range(3)] == [10, 5, 0]
    refusal(
        shop.post("/v1/earning-caps", {"caps": [{"period": "day", "points_max": 0}]}, key=shop.admin),
        422,
        "rule-invalid",
    )
    assert shop.post("/v1/earning-caps", {"caps": []}, key=shop.admin).json() == {"caps": []}


def test_case_083_what_was_recorded_without_a_rule_is_listed(shop):
    rule = make(shop, state="live", condition="activity.lines.exists(l, l.amount > 0)", lines=None).json()
    lines = [{"amount_minor": 100} for _ in range(501)]
    bought = shop.buy(total_minor=50_100, lines=lines)
    assert bought["points"] == 501
    (error,) = shop.get("/v1/rule-errors", key=shop.admin).json()["errors"]
    assert (error["rule_id"], error["code"]) == (rule["rule_id"], "rule-too-expensive")
