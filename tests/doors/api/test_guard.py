"""The guard over HTTP: what a till is told, what a person decides, what stays."""


def hold(shop, member, name="h"):
    return shop.post("/v1/holds", {"hold_id": name, "member_id": member, "points": 1})


def test_points_that_are_looked_at_are_not_spent_until_a_person_decided(shop):
    member, case = shop.found_by_the_guard()
    refused = hold(shop, member)
    assert (refused.status_code, refused.json()["code"], refused.json()["case"]) == (409, "under-review", case)
    decided = shop.post(
        f"/v1/guard/cases/{case}/decision", {"is_abuse": False, "reason": "a party"}, key=shop.admin
    ).json()
    assert (decided["state"], decided["reason"]) == ("released", "a party")
    assert hold(shop, member).status_code == 201
    again = shop.post(f"/v1/guard/cases/{case}/decision", {"is_abuse": True, "reason": "no"}, key=shop.admin)
    assert (again.status_code, again.json()["code"]) == (409, "already-decided")


def test_a_challenge_is_passed_by_showing_who_one_is(shop):
    member, case = shop.found_by_the_guard("challenge")
    refused = hold(shop, member)
    assert (refused.status_code, refused.json()["code"]) == (409, "challenge-required")
    assert shop.post(f"/v1/guard/cases/{case}/passed", {"how": "code"}, key=shop.admin).status_code == 200
    assert hold(shop, member).status_code == 201


def test_what_a_spending_opened_stays_although_the_spending_is_refused(shop):
    rule = {"type": "contact_change", "params": {"points": 1, "hours": 48}, "mode": "live", "verdict": "hold"}
    assert shop.post("/v1/guard/rules", rule, key=shop.admin).status_code == 201
    member = shop.member()
    shop.buy(member)
    shop.new_contact(member)
    assert hold(shop, member).json()["code"] == "under-review"
    cases = shop.get("/v1/guard/cases?state=open", key=shop.admin).json()["cases"]
    assert [(one["member_id"], one["type"]) for one in cases] == [(member, "contact_change")]
    assert hold(shop, member, "again").json()["code"] == "under-review"
    assert len(shop.get("/v1/guard/cases", key=shop.admin).json()["cases"]) == 1


def test_a_rule_with_wrong_numbers_is_refused_with_what_they_may_be(shop):
    rule = {"type": "velocity", "params": {"orders": 0, "hours": 24}}
    refused = shop.post("/v1/guard/rules", rule, key=shop.admin)
    assert (refused.status_code, refused.json()["code"]) == (422, "guard-rule-invalid")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/params/orders"]
    assert shop.post("/v1/guard/rules", {**rule, "rule_id": 9}, key=shop.admin).status_code == 404


def test_a_till_may_not_see_or_change_the_guard(shop):
    assert shop.get("/v1/guard/cases").status_code == 403
    assert shop.post("/v1/guard/rules", {"type": "velocity", "params": {}}).status_code == 403
