"""Segments over HTTP: saved, read, laid side by side, told as changes."""

SEGMENT = {
    "code": "buyers",
    "name": {"en": "Buyers", "zh": "买家"},
    "condition": "member.orders_total >= 1",
}


def save(shop, **more):
    return shop.post("/v1/segments", {**SEGMENT, **more}, key=shop.admin)


def test_a_segment_is_saved_and_holds_who_meets_it(shop):
    member = shop.member()
    shop.buy(member)
    other = shop.member()
    made = save(shop)
    assert (made.status_code, made.json()["members"], made.json()["problem"]) == (201, 1, "")
    assert "orders in all" in made.json()["condition_text"]
    read = shop.get("/v1/segments/buyers/members", key=shop.admin).json()
    assert (read["count"], [one["member_id"] for one in read["members"]], read["next_after"]) == (1, [member], None)
    of_member = shop.get(f"/v1/members/{member}/segments", key=shop.admin).json()["segments"]
    assert [(one["segment"], one["name"]) for one in of_member] == [("buyers", SEGMENT["name"])]
    assert shop.get(f"/v1/members/{other}/segments", key=shop.admin).json() == {"segments": []}


def test_members_come_page_by_page_and_as_of_a_moment(shop):
    known = sorted(shop.member() for _ in range(3))
    save(shop, code="all", condition="member.orders_total >= 0")
    first = shop.get("/v1/segments/all/members?limit=2", key=shop.admin).json()
    rest = shop.get(f"/v1/segments/all/members?limit=2&after={first['next_after']}", key=shop.admin).json()
    assert [one["member_id"] for one in first["members"] + rest["members"]] == known
    assert rest["next_after"] is None
    before = shop.get("/v1/segments/all/members?at=2020-01-01T00:00:00Z", key=shop.admin).json()
    assert (before["count"], before["members"]) == (0, [])
    for wrong in ("at=yesterday", "at=2999-01-01T00:00:00Z", "after=x", "limit=0"):
        refused = shop.get(f"/v1/segments/all/members?{wrong}", key=shop.admin)
        assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")


def test_another_condition_is_saved_under_the_same_code_and_told_in_the_history(shop):
    save(shop)
    changed = save(shop, condition="member.orders_total >= 2", is_archived=True)
    assert (changed.status_code, changed.json()["is_archived"]) == (200, True)
    told = shop.get("/v1/segments/buyers/history", key=shop.admin).json()["history"]
    assert {one["field"]: (one["was"], one["now"]) for one in told[0]["changes"]} == {
        "condition": ("member.orders_total >= 1", "member.orders_total >= 2"),
        "is_archived": ("", "yes"),
    }
    assert [one["segment"] for one in shop.get("/v1/segments", key=shop.admin).json()["segments"]] == ["buyers"]


def test_two_segments_are_laid_side_by_side(shop):
    shop.buy(shop.member())
    shop.member()
    save(shop)
    save(shop, code="all", condition="member.orders_total >= 0")
    both = shop.get("/v1/segments/all/overlap?with=buyers", key=shop.admin)
    assert both.json() == {"first": 2, "second": 1, "both": 1}
    assert shop.get("/v1/segments/all/overlap?with=nobody", key=shop.admin).status_code == 404


def test_what_is_wrong_is_refused_with_its_place(shop):
    wrong = save(shop, condition="member.ordrs_total >= 1")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rule-invalid")
    assert "orders_total" in wrong.json()["detail"]
    assert save(shop, code="Two Words").json()["code"] == "validation-failed"
    assert save(shop, name={}).status_code == 422
    assert shop.get("/v1/segments/nobody", key=shop.admin).status_code == 404
    assert shop.post("/v1/segments", SEGMENT).status_code == 403
