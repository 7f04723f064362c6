"""Referrals over HTTP: terms, codes, joining, reading, deciding."""

TERMS = {"advocate_points": 100, "friend_points": 50, "keep_days": 14, "link": "https://shop.example/join?code={code}"}


def open_referrals(shop, **more):
    assert shop.post("/v1/referral-terms", {**TERMS, **more}, key=shop.admin).status_code == 200


def code_of(shop, member, **told):
    return shop.post(f"/v1/members/{member}/referral-code", told).json()["code"]


def friend(shop, code, name="F-1", **told):
    return shop.post("/v1/members", {"external_id": name, "referral": {"code": code, **told}})


def test_a_code_stays_the_same_and_tells_nothing_of_its_member(shop):
    open_referrals(shop)
    member = shop.member(name="Ann Lin", phone="+8613800138000")
    path = f"/v1/members/{member}/referral-code"
    first, again = shop.post(path, {}), shop.post(path, {})
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    code = first.json()["code"]
    assert first.json()["link"] == f"https://shop.example/join?code={code}"
    assert len(code) == 9
    assert not any(part in code for part in ("ANN", "LIN", "8000"))


def test_an_advocate_sees_a_pending_reward_and_not_the_friend(shop):
    open_referrals(shop)
    ann = shop.member()
    answer = friend(shop, code_of(shop, ann), "Secret-Friend")
    assert (answer.status_code, answer.json()["referral"]) == (201, {"status": "joined", "reasons": []})
    bob = answer.json()["member_id"]
    shop.buy(bob)
    found = shop.get(f"/v1/members/{ann}/referrals")
    assert [(f["state"], f["points"]) for f in found.json()["friends"]] == [("pending", 100)]
    assert bob not in found.text
    assert "Secret-Friend" not in found.text
    figures = shop.get("/v1/referrals/figures", key=shop.admin).json()
    assert (figures["codes"], figures["joined"], figures["bought"], figures["kept"]) == (1, 1, 1, 0)


def test_case_078f_a_self_referral_is_202_referral_review_and_a_person_decides(shop):
    open_referrals(shop)
    ann = shop.member()
    answer = friend(shop, code_of(shop, ann, device="D"), device="D")
    assert (answer.status_code, answer.json()["referral"]) == (
        202,
        {"status": "referral-review", "reasons": ["device"]},
    )
    again = friend(shop, code_of(shop, ann), device="D")
    assert (again.status_code, again.json()["member_id"]) == (202, answer.json()["member_id"])
    waits = shop.get("/v1/referrals?review=waits", key=shop.admin).json()["referrals"]
    assert [(one["member_id"], one["reasons"]) for one in waits] == [(answer.json()["member_id"], ["device"])]
    path = f"/v1/referrals/{answer.json()['member_id']}"
    assert shop.post(f"{path}/refuse", {}, key=shop.admin).json()["state"] == "refused"
    late = shop.post(f"{path}/approve", {}, key=shop.admin)
    assert (late.status_code, late.json()["code"]) == (409, "already-decided")


def test_case_078f_ones_own_phone_is_oneself(shop):
    open_referrals(shop)
    ann = shop.member(phone="+8613800138111")
    answer = shop.post("/v1/members", {"phone": "+8613800138111", "referral": {"code": code_of(shop, ann)}})
    assert (answer.status_code, answer.json()["referral"]["reasons"]) == (202, ["identifier"])
    assert shop.get("/v1/referrals", key=shop.admin).json() == {"referrals": []}


def test_an_unknown_code_enrolls_nobody(shop):
    open_referrals(shop)
    refused = friend(shop, "NOBODYHAS", "F-9")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-referral-code")
    assert shop.get("/v1/members/lookup?identifier=external:F-9").status_code == 404


def test_closed_referrals_say_so(shop):
    assert shop.get("/v1/referral-terms").json() == {"terms": None}
    assert friend(shop, "ANYTHING1").json()["code"] == "referral-closed"
    assert shop.post(f"/v1/members/{shop.member()}/referral-code", {}).json()["code"] == "referral-closed"


def test_terms_are_for_admins_and_make_sense(shop):
    assert shop.post("/v1/referral-terms", TERMS).status_code == 403
    wrong = shop.post("/v1/referral-terms", {**TERMS, "link": "https://x"}, key=shop.admin)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation-failed")


def test_another_program_sees_nothing(shop, other):
    (held,) = shop.held_friends(1)
    assert other.post(f"/v1/referrals/{held}/approve", {}, key=other.admin).status_code == 404
    open_referrals(other)
    code = code_of(shop, shop.member())
    assert friend(other, code).json()["code"] == "unknown-referral-code"
