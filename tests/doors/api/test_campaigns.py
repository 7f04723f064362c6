"""Campaigns over HTTP: made, launched, stopped, measured, read."""

CAMPAIGN = {
    "code": "double",
    "name": {"en": "Double"},
    "template": "double_week",
}


def post(shop, path, body=None):
    return shop.post(f"/v1/campaigns{path}", body or {}, key=shop.admin)


def get(shop, path):
    return shop.get(f"/v1/campaigns{path}", key=shop.admin)


def begin(shop, **more):
    made = post(shop, "", {"code": "double", "template": "double_week"})
    assert made.status_code == 201, made.text
    terms = {"code": "double", "name": {"en": "Double"}, "holdout_percent": 0, **more}
    changed = post(shop, "", terms)
    assert changed.status_code == 200, changed.text
    for state in ("review", "live"):
        moved = post(shop, "/double/state", {"state": state})
        assert moved.status_code == 200, moved.text
    return moved.json()


def test_a_campaign_from_a_template_gives_double_points_until_its_budget_is_used_up(shop):
    told = begin(shop, budget={"points_max": 15})
    assert (told["state"], told["template"], len(told["stop_lines"])) == ("live", "double_week", 2)
    points = [shop.buy(shop.member(), total_minor=1000)["points"] for _ in range(3)]
    assert points == [20, 15, 10]
    assert get(shop, "/double").json()["state"] == "stopped"
    refused = post(shop, "/double/state", {"state": "live"})
    assert (refused.status_code, refused.json()["code"]) == (409, "budget-exhausted")
    figures = get(shop, "/double/figures").json()
    assert (figures["points"], figures["cost_minor"], figures["participants"]) == (15, 15, 2)
    assert figures["label"] == "association"


def test_case_078d_paused_it_gives_nothing_and_needs_a_reason(shop):
    begin(shop)
    refused = post(shop, "/double/state", {"state": "paused"})
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign-invalid")
    assert post(shop, "/double/state", {"state": "paused", "reason": "thin margin"}).json()["state"] == "paused"
    again = post(shop, "/double/state", {"state": "paused", "reason": "thin margin"})
    assert again.headers["idempotent-replay"] == "true"
    assert shop.buy(shop.member(), total_minor=1000)["points"] == 10
    history = get(shop, "/double/history").json()["history"]
    assert [(one["what"], one["note"]) for one in history][:1] == [("paused", "thin margin")]


def test_the_same_again_changes_nothing_and_a_change_can_be_undone(shop):
    begin(shop)
    same = {"code": "double", "name": {"en": "Double"}, "holdout_percent": 0}
    again = post(shop, "", same)
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    fixed = post(shop, "", {**same, "holdout_percent": 20})
    assert (fixed.status_code, fixed.json()["code"]) == (409, "campaign-state")
    post(shop, "", {**same, "name": {"en": "Other"}})
    change = get(shop, "/double/history").json()["history"][0]
    assert change["changes"] == [{"field": "name", "was": '{"en":"Double"}', "now": '{"en":"Other"}'}]
    back = post(shop, "/double/undo", {"change_no": change["change_no"]})
    assert back.json()["name"] == {"en": "Double"}


def test_an_audience_that_cannot_be_read_is_refused_with_its_place(shop):
    refused = post(shop, "", {"code": "x", "name": {"en": "X"}, "audience": "member.ordrs_total > 1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "rule-invalid")
    assert refused.json()["suggestion"] == "orders_total"


def test_a_line_is_tried_saved_and_watched(shop):
    begin(shop)
    line = {"metric": "redeemer_rate", "threshold": 30, "sample_min": 1, "age_min_days": 0, "is_sure": False}
    shop.buy(shop.member(), total_minor=1000)
    tried = post(shop, "/double/stop-lines/dry-run", line).json()
    assert [day["verdict"] for day in tried["days"]] == ["fires"]
    assert get(shop, "/double").json()["state"] == "live"
    assert len(post(shop, "/double/stop-lines", line).json()["stop_lines"]) == 3
    watched = post(shop, "/double/watch").json()
    assert watched["state"] == "paused"
    assert watched["stop_lines"][2]["fired_at"]
    unknown = post(shop, "/double/stop-lines", {**line, "line": 9})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


def test_only_operators_see_and_make_campaigns(shop):
    assert shop.get("/v1/campaigns").status_code == 403
    assert shop.post("/v1/campaigns", CAMPAIGN).status_code == 403
    assert get(shop, "/nothing").status_code == 404


def test_the_lint_says_what_to_change(shop):
    found = shop.get("/v1/lint", key=shop.admin).json()
    assert {one["level"] for one in found["findings"]} <= {"good", "warn", "bad", "unknown"}
    assert all(one["figure"] for one in found["findings"])


def test_case_078d_coupons_and_rewards_of_a_paused_campaign_are_refused(shop):
    begin(shop)
    number = get(shop, "/double").json()["campaign_id"]
    reward = {"code": "mug", "name": {"en": "Mug"}, "type": "product", "points": 5, "campaign_id": number}
    made = shop.post("/v1/rewards", reward, key=shop.admin).json()
    assert made["campaign_id"] == number
    pool = {
        "pool": "spring", "name": {"en": "Spring"}, "benefit": {"kind": "amount", "amount_minor": 100},
        "campaign_id": number,
    }  # fmt: skip
    shop.post("/v1/coupon-pools", pool, key=shop.admin)
    shop.post("/v1/coupon-pools/spring/state", {"state": "live"}, key=shop.admin)
    member = shop.member()
    shop.buy(member, total_minor=10_000)
    post(shop, "/double/state", {"state": "paused", "reason": "too many"})
    asked, address = {"redemption_id": "R-1", "member_id": member}, f"/v1/rewards/{made['reward_id']}/purchases"
    refused = shop.post(address, asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign-paused")
    issue = {"issue_id": "1", "member_id": member}
    refused = shop.post("/v1/coupon-pools/spring/issues", issue, key=shop.admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign-paused")
    offers = shop.get(f"/v1/members/{member}/rewards").json()["rewards"]
    assert [one["why_not"] for one in offers if one["name"] == "Mug"] == ["campaign-paused"]
    post(shop, "/double/state", {"state": "live", "reason": "go on"})
    assert shop.post(address, asked).status_code == 201
    assert shop.post("/v1/coupon-pools/spring/issues", issue, key=shop.admin).status_code == 201
    unknown = shop.post("/v1/rewards", {**reward, "code": "cup", "campaign_id": 99}, key=shop.admin)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
