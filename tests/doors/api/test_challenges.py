"""Challenges over HTTP: made, begun, played, read."""

CHALLENGE = {
    "code": "two",
    "name": {"en": "Two visits", "zh": "两次光临"},
    "milestones": [{"target": 1, "points": 5}, {"target": 2, "points": 50, "badge": {"en": "Regular"}}],
}


def begin(shop, **more):
    made = shop.post("/v1/challenges", {**CHALLENGE, **more}, key=shop.admin)
    assert made.status_code == 201, made.text
    path = f"/v1/challenges/{made.json()['challenge']}/state"
    assert shop.post(path, {"state": "live"}, key=shop.admin).json()["state"] == "live"


def test_a_member_plays_and_reads_how_far_they_are(shop):
    begin(shop)
    member = shop.member()
    first = shop.buy(member)
    assert [one["type"] for one in first["effects"]] == ["challenge.reached"]
    found = shop.get(f"/v1/members/{member}/challenges").json()
    assert [(c["challenge"], c["value"], c["next_target"], c["reached"]) for c in found["challenges"]] == [
        ("two", 1, 2, [1])
    ]
    second = shop.buy(member)
    assert second["effects"] == [{"type": "challenge.reached", "challenge": "two", "name": "Two visits", "points": 50}]
    found = shop.get(f"/v1/members/{member}/challenges").json()
    assert [badge["badge"] for badge in found["badges"]] == [{"en": "Regular"}]


def test_saving_again_changes_nothing_and_what_is_live_is_fixed(shop):
    begin(shop)
    again = shop.post("/v1/challenges", CHALLENGE, key=shop.admin)
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    fixed = shop.post("/v1/challenges", {**CHALLENGE, "counts": "review"}, key=shop.admin)
    assert (fixed.status_code, fixed.json()["code"]) == (409, "challenge-fixed")
    back = shop.post("/v1/challenges/two/state", {"state": "draft"}, key=shop.admin)
    assert (back.status_code, back.json()["code"]) == (409, "challenge-fixed")
    told = shop.get("/v1/challenges/two/history", key=shop.admin).json()["history"]
    assert told[0]["changes"] == [{"field": "state", "was": "1", "now": "2"}]


def test_only_admins_make_challenges_and_see_drafts(shop):
    assert shop.post("/v1/challenges", CHALLENGE).status_code == 403
    shop.post("/v1/challenges", CHALLENGE, key=shop.admin)
    assert shop.get("/v1/challenges").json() == {"challenges": []}
    assert [c["state"] for c in shop.get("/v1/challenges", key=shop.admin).json()["challenges"]] == ["draft"]
    assert shop.get("/v1/challenges/two/leaderboard").status_code == 404


def test_a_condition_is_checked_and_told_in_words(shop):
    made = shop.post("/v1/challenges", {**CHALLENGE, "condition": 'activity.store == "A"'}, key=shop.admin).json()
    assert made["condition"] == 'activity.store == "A"'
    assert "A" in made["condition_text"]
    for wrong in ("member.points > 3", "activity.stre == 1"):
        refused = shop.post("/v1/challenges", {**CHALLENGE, "condition": wrong}, key=shop.admin)
        assert (refused.status_code, refused.json()["code"]) == (422, "rule-invalid")
    unknown = shop.post("/v1/challenges", {**CHALLENGE, "counts": "moonwalk"}, key=shop.admin)
    assert unknown.json()["code"] == "unknown-event-type"


def test_a_leaderboard_shows_pseudonyms_of_those_who_asked(shop):
    begin(shop)
    ann, bob = shop.member(name="Ann Lin"), shop.member()
    for member in (ann, ann, bob):
        shop.buy(member)
    assert shop.get("/v1/challenges/two/leaderboard").json()["places"] == []
    own = shop.post(f"/v1/members/{ann}/player", {"listed": True, "pseudonym": "ann lin"})
    assert (own.status_code, own.json()["code"]) == (422, "validation-failed")
    assert shop.post(f"/v1/members/{ann}/player", {"listed": True, "pseudonym": "Crane"}).json() == {
        "pseudonym": "Crane"
    }
    board = shop.get("/v1/challenges/two/leaderboard").json()
    assert board == {
        "challenge": "two", "season_on": None, "places": [{"rank": 1, "pseudonym": "Crane", "value": 2}],
    }  # fmt: skip
    assert shop.post(f"/v1/members/{ann}/player", {"listed": False}).json() == {"pseudonym": None}
    assert shop.get("/v1/challenges/two/leaderboard").json()["places"] == []


def test_a_challenge_can_belong_to_a_campaign_of_the_program(shop):
    campaign = shop.post("/v1/campaigns", {"code": "spring", "name": {"en": "Spring"}}, key=shop.admin).json()
    made = shop.post("/v1/challenges", {**CHALLENGE, "campaign_id": campaign["campaign_id"]}, key=shop.admin)
    assert (made.status_code, made.json()["campaign_id"]) == (201, campaign["campaign_id"])
    unknown = shop.post("/v1/challenges", {**CHALLENGE, "campaign_id": 999}, key=shop.admin)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    shop.post("/v1/challenges/two/state", {"state": "live"}, key=shop.admin)
    member = shop.member()
    shop.buy(member)
    assert shop.get(f"/v1/members/{member}/challenges").json()["challenges"] == [], "its campaign is a draft"
