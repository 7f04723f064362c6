"""Gifts, households and merges over HTTP: cases 61 to 63 and 134 of the catalog of bad input."""

from .conftest import refusal


def _pair(shop, points=1000) -> tuple[str, str]:
    shop.allow_gifts(transfer_max=500, day_max=800)
    giver, to = shop.member(name="Ann Archer"), shop.member(phone="+86 139 0013 9000", name="Ben Baker")
    shop.give(giver, points)
    return giver, to


def _give(shop, giver, to, points=200, **more):
    who = {"identifier": to} if ":" in to else {"id": to}
    return shop.post("/v1/gifts", {"gift_id": "G-1", "from_member": giver, "to": who, "points": points, **more})


def test_a_gift_is_given_once_and_told_again_byte_by_byte(shop):
    giver, to = _pair(shop)
    first, again = _give(shop, giver, to, message="Enjoy!"), _give(shop, giver, to, message="Enjoy!")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    assert first.json()["balance"]["available"] == 800
    assert shop.balance(to)["available"] == 200
    line = shop.get(f"/v1/members/{to}/statement").json()["lines"][0]
    assert (line["title"], line["details"][0]["text"]) == ("Received from A**", "“Enjoy!”")
    refusal(_give(shop, giver, to, 201), 409, "event-conflict")
    assert shop.books().is_sound


def test_a_preview_gives_nothing_and_keeps_its_name_free(shop):
    giver, to = _pair(shop)
    before = shop.picture()
    told = _give(shop, giver, "phone:+8613900139000", preview=True)
    assert (told.status_code, told.json()["preview"], told.json()["to_member"]) == (200, True, to)
    assert shop.picture() == before
    assert _give(shop, giver, to).status_code == 201


def test_case_061_a_gift_needs_somebody_else(shop, other):
    giver, _ = _pair(shop)
    elsewhere = other.member()
    before = shop.picture()
    refusal(_give(shop, giver, giver), 422, "invalid-recipient")
    refusal(_give(shop, giver, elsewhere), 404, "not-found")
    refusal(_give(shop, giver, "phone:+8613900000000"), 404, "not-found")
    assert refusal(_give(shop, giver, "phone:12"), 422, "validation-failed")["errors"][0]["pointer"] == "/to/identifier"
    assert shop.picture() == before


def test_case_063_a_gift_beyond_the_limit_tells_what_is_left(shop):
    giver, to = _pair(shop)
    body = refusal(_give(shop, giver, to, 501), 409, "transfer-limit")
    assert (body["limit"], body["left"]) == (500, 800)


def test_members_of_a_household_are_told_what_they_share(shop):
    ann, ben = _pair(shop)
    founded = shop.post("/v1/households", {"household_id": "HH", "member_ids": [ann]})
    assert (founded.status_code, founded.json()["balance"]["available"]) == (201, 1000)
    again = shop.post("/v1/households", {"household_id": "HH", "member_ids": [ann]})
    assert (again.status_code, again.content) == (200, founded.content)
    assert shop.post("/v1/households/HH/members", {"member_id": ben}).status_code == 201
    assert [shop.balance(one)["available"] for one in (ann, ben)] == [1000, 1000]
    assert shop.get(f"/v1/members/{ben}").json()["household_id"] == "HH"
    shop.give(ben, 50)
    assert shop.balance(ann)["available"] == 1050
    offers = shop.get(f"/v1/members/{ben}/rewards").json()["rewards"]
    assert [one["can_redeem"] for one in offers if one["points"] == 900] == [True]
    left = shop.post("/v1/households/HH/leave", {"member_id": ann}).json()
    assert [one["member_id"] for one in left["members"]] == [ben]
    refusal(shop.post("/v1/households/HH/leave", {"member_id": ben}), 409, "last-member")
    dissolved = shop.post("/v1/households/HH/dissolve", {"to": ben}).json()
    assert (dissolved["state"], dissolved["balance"]["available"]) == ("dissolved", 0)
    assert shop.balance(ben)["available"] == 1050
    refusal(shop.get("/v1/households/none"), 404, "not-found")
    assert shop.books().is_sound


def test_case_134_a_merge_is_previewed_done_told_again_and_undone(shop):
    ann, ben = _pair(shop)
    path = f"/v1/members/{ann}"
    refusal(shop.post(f"{path}/merge", {"into": ben}), 403, "forbidden")
    told = shop.post(f"{path}/merge", {"into": ben, "preview": True}, key=shop.admin).json()
    assert (told["moved"], told["preview"]) == ([{"wallet": "points", "points": 1000, "debt": 0}], True)
    assert shop.balance(ann)["available"] == 1000
    done = shop.post(f"{path}/merge", {"into": ben}, key=shop.admin)
    assert (done.status_code, done.json()["balance"]["available"]) == (200, 1000)
    assert shop.post(f"{path}/merge", {"into": ben}, key=shop.admin).headers["idempotent-replay"] == "true"
    assert shop.get(path).json()["member_id"] == ben
    assert shop.buy(ann)["member_id"] == ben
    assert shop.get(f"{path}/statement").json()["member_id"] == ben
    undone = shop.post(f"{path}/unmerge", {}, key=shop.admin).json()
    assert (undone["from_member"], undone["balance"]["available"]) == (ben, 1000)
    assert shop.get(path).json()["member_id"] == ann
    refusal(shop.post(f"{path}/unmerge", {}, key=shop.admin), 409, "not-merged")
    assert shop.books().is_sound
