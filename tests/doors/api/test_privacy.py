"""Consent, restriction, erasure and export over HTTP."""

import pytest

CHOICE = {"purpose": "marketing", "channel": "email", "is_given": True}


def say(shop, member, *, yes=True, **more):
    told = {"choices": [{**CHOICE, "is_given": yes, **more}], "place": "checkout", "proof": "form 1"}
    return shop.post(f"/v1/members/{member}/consents", told)


def allowed(shop, *members, **more):
    asked = {"purpose": "marketing", "channel": "email", "member_ids": list(members), **more}
    return shop.post("/v1/consents/allowed", asked).json()["allowed"]


def test_a_choice_is_told_back_with_its_proof_and_holds(shop):
    one, other = shop.member(), shop.member()
    told = say(shop, one).json()
    assert [(c["place"], c["proof"], c["is_given"]) for c in told["history"]] == [("checkout", "form 1", True)]
    assert [c for c in told["allows"] if c["purpose"] == "marketing" and c["is_allowed"]] == [
        {
            "purpose": "marketing", "channel": "email", "is_allowed": True,
            "since": told["history"][0]["given_at"], "version": 0,
        }
    ]  # fmt: skip
    assert allowed(shop, one, other) == [one]
    say(shop, one, yes=False)
    assert allowed(shop, one, other) == []


@pytest.mark.parametrize("more", [{"channel": ""}, {"version": 7}, {"purpose": "profiling"}])
def test_a_choice_that_cannot_be_is_refused(shop, more):
    refused = say(shop, shop.member(), **more)
    assert (refused.status_code, refused.json()["code"]) == (422, "consent-invalid")


def test_links_are_made_for_yes_and_no(shop):
    made = shop.post(f"/v1/members/{shop.member()}/consent-links", {"purpose": "marketing", "channel": "email"})
    assert made.status_code == 201
    assert made.json()["confirm_path"].startswith("/p/confirm/")
    assert made.json()["stop_path"].startswith("/p/stop/")


def test_a_till_may_not_forget_restrict_or_export(shop):
    member = shop.member()
    for path, body in (("erasure", {}), ("restriction", {"is_restricted": True}), ("erasure/withdraw", {})):
        assert shop.post(f"/v1/members/{member}/{path}", body).status_code == 403
    assert shop.get(f"/v1/members/{member}/export").status_code == 403


def test_everything_is_exported_and_that_is_in_the_audit_log(shop):
    member = shop.member()
    shop.buy(member)
    told = shop.get(f"/v1/members/{member}/export", key=shop.admin).json()
    assert {"members.identifier", "activities.purchase", "ledger.entry"} <= told["tables"].keys()
    acts = shop.get("/v1/audit", key=shop.admin).json()["acts"]
    assert [(a["verb"], a["member_id"]) for a in acts] == [("GET /v1/members/{member_id}/export", member)]


def test_a_member_is_forgotten_and_what_comes_after_is_told_so(shop):
    member = shop.member()
    shop.buy(member)
    path = f"/v1/members/{member}/erasure"
    assert shop.post(path, {"preview": True}, key=shop.admin).json()["reasons"] == []
    done = shop.post(path, {}, key=shop.admin)
    assert (done.status_code, done.json()["status"]) == (200, "erased")
    again = shop.post(path, {}, key=shop.admin)
    assert again.json()["status"] == "erased"
    refused = say(shop, member)
    assert (refused.status_code, refused.json()["code"]) == (410, "member-erased")
    shown = shop.get(f"/v1/members/{member}").json()
    assert (shown["status"], shown["name"], shown["identifiers"]) == ("erased", "", [])


def test_case_136_what_stands_against_it_is_named(shop):
    member = shop.member()
    shop.buy(member)
    shop.post("/v1/holds", {"hold_id": "h", "member_id": member, "points": 1})
    refused = shop.post(f"/v1/members/{member}/erasure", {}, key=shop.admin)
    assert (refused.status_code, refused.json()["code"], refused.json()["reasons"]) == (
        409, "erasure-blocked", ["open-hold"],
    )  # fmt: skip
    later = shop.post(f"/v1/members/{member}/erasure", {"due_on": "2099-01-01"}, key=shop.admin)
    assert (later.status_code, later.json()["status"]) == (202, "scheduled")
    back = shop.post(f"/v1/members/{member}/erasure/withdraw", {}, key=shop.admin)
    assert back.json()["is_taken_back"] is True


def test_the_use_of_data_is_restricted_and_let_go(shop):
    member = shop.member()
    say(shop, member)
    path = f"/v1/members/{member}/restriction"
    shop.post(path, {"is_restricted": True, "reason": "dispute"}, key=shop.admin)
    assert allowed(shop, member) == []
    shop.post(path, {"is_restricted": False}, key=shop.admin)
    assert allowed(shop, member) == [member]
