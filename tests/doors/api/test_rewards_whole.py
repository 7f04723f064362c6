"""The catalogue over HTTP: saved, pictured, priced, handed out, drawn, changed back."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from tests.program.rewards.test_pictures import png

from .conftest import refusal


def save(shop, code="mug", status=201, **more) -> dict:
    body = {"code": code, "name": {"en": code.title(), "zh": code}, "type": "product", "points": 100, **more}
    answer = shop.post("/v1/rewards", body, key=shop.admin)
    assert answer.status_code == status, answer.text
    return answer.json()


def member(shop, points=1000) -> str:
    member_id = shop.member()
    shop.give(member_id, points)
    return member_id


def redeem(shop, reward, member_id, redemption_id="RD-1", **more):
    body = {"redemption_id": redemption_id, "member_id": member_id, **more}
    return shop.post(f"/v1/rewards/{reward['reward_id']}/purchases", body)


def test_a_reward_is_saved_with_everything_and_the_same_again_changes_nothing(shop):
    body = {
        "prices": [{"points": 40, "money_minor": 1500}],
        "steps": {"by": "had", "steps": [{"units": 2, "percent": 150}]},
        "audience": 'member.tier == "member"',
        "stores": ["S-1"],
        "units_left": 5,
        "ends_at": "2036-01-01T00:00:00+00:00",
    }
    first = save(shop, **body)
    assert (first["version"], first["units_left"], first["stores"]) == (1, 5, ["S-1"])
    assert all(first["for_whom"].values())
    again = save(shop, status=200, **body)
    assert again == first
    shown = shop.get("/v1/rewards").json()["rewards"]
    assert first in shown
    refusal(shop.post("/v1/rewards", {"code": "x"}), 403, "forbidden")


def test_a_version_that_is_not_the_last_is_refused(shop):
    first = save(shop)
    save(shop, status=200, points=120, version=first["version"])
    body = {"code": "mug", "name": {"en": "Mug"}, "type": "product", "points": 90, "version": 1}
    refusal(shop.post("/v1/rewards", body, key=shop.admin), 409, "reward-changed")
    assert shop.get(f"/v1/rewards/{first['reward_id']}").json()["reward"]["points"] == 120


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"type": "dream"}, "validation-failed"),
        ({"points": 0}, "validation-failed"),
        ({"category": "none"}, "validation-failed"),
        ({"audience": "member.teir == 1"}, "rule-invalid"),
        ({"type": "gift_card"}, "validation-failed"),
        ({"type": "gift_card", "wallet": "none", "amount_minor": 5}, "unknown-wallet"),
        ({"type": "sweepstake", "winners": 1}, "validation-failed"),
        ({"rank_min": 9}, "validation-failed"),
        ({"steps": {"by": "left", "steps": [{"units": 1, "percent": 50}]}}, "validation-failed"),
    ],
)
def test_a_reward_that_makes_no_sense_is_refused(shop, more, code):
    body = {"code": "mug", "name": {"en": "Mug"}, "type": "product", "points": 100, **more}
    answer = shop.post("/v1/rewards", body, key=shop.admin)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "mug" not in [one["code"] for one in shop.get("/v1/rewards").json()["rewards"]]


def test_case_051_why_not_is_told_before_and_after(shop):
    reward = save(shop, audience="member.orders_12m >= 1")
    member_id = member(shop)
    offers = shop.get(f"/v1/members/{member_id}/rewards").json()["rewards"]
    (offer,) = [one for one in offers if one["reward_id"] == reward["reward_id"]]
    assert (offer["can_redeem"], offer["why_not"]) == (False, "audience")
    body = refusal(redeem(shop, reward, member_id), 409, "reward-not-available")
    assert (body["reason"], body["for_whom"]) == ("audience", reward["for_whom"])
    assert body["for_whom"]["en"] == offer["for_whom"]


def test_case_053_a_price_that_moved_since_it_was_shown_is_refused(shop):
    reward = save(shop, steps={"by": "had", "steps": [{"units": 1, "percent": 150}]})
    member_id = member(shop)
    assert redeem(shop, reward, member_id, max_points=100).status_code == 201
    body = refusal(redeem(shop, reward, member_id, "RD-2", max_points=100), 409, "price-changed")
    assert (body["old"], body["new"]) == (100, 150)
    assert redeem(shop, reward, member_id, "RD-2", max_points=150).json()["points"] == 150


def test_points_and_money_are_chosen_and_undone(shop):
    reward = save(shop, prices=[{"points": 40, "money_minor": 1500}])
    member_id = member(shop)
    told = redeem(shop, reward, member_id, money_minor=1500, max_points=40).json()
    assert (told["points"], told["money_minor"], told["paid_from"]) == (40, 1500, None)
    undone = shop.post(f"/v1/rewards/{reward['reward_id']}/purchases/RD-1/refund", {"member_id": member_id}).json()
    assert (undone["points_restored"], undone["money_to_return_minor"]) == (40, 1500)
    assert shop.balance(member_id)["available"] == 1000


def test_a_picture_is_taken_by_its_bytes_only(shop):
    reward = save(shop)
    path = f"/v1/rewards/{reward['reward_id']}/picture"
    content = base64.b64encode(png()).decode()
    told = shop.post(path, {"content": content, "alt": {"en": "A mug"}}, key=shop.admin).json()
    assert told["picture"]["path"].startswith("/pictures/")
    assert told["picture"]["path"].endswith(".png")
    assert told["picture"]["alt"] == {"en": "A mug"}
    svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
    refusal(shop.post(path, {"content": svg}, key=shop.admin), 422, "picture-unusable")
    refusal(shop.post(path, {"content": "%%%"}, key=shop.admin), 422, "validation-failed")
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\x00" * 2**20).decode()
    refusal(shop.post(path, {"content": large}, key=shop.admin), 422, "picture-unusable")
    assert shop.get(f"/v1/rewards/{reward['reward_id']}").json()["reward"]["picture"] == told["picture"]


def test_case_066_a_parcel_is_followed_and_cannot_be_undone_once_sent(shop):
    reward, member_id = save(shop), member(shop)
    redeem(shop, reward, member_id)
    path = f"/v1/rewards/{reward['reward_id']}/purchases/RD-1"
    who = {"member_id": member_id}
    refusal(shop.post(f"{path}/steps", {**who, "step": "ship"}), 403, "forbidden")
    assert shop.post(f"{path}/steps", {**who, "step": "prepare"}, key=shop.admin).json()["state"] == "preparing"
    body = {**who, "step": "ship", "carrier": "SF Express", "tracking": "SF-9"}
    first, again = (shop.post(f"{path}/steps", body, key=shop.admin) for _ in range(2))
    assert (first.json()["state"], again.headers["idempotent-replay"]) == ("shipped", "true")
    refusal(shop.post(f"{path}/refund", who), 409, "already-fulfilled")
    (waiting,) = shop.get("/v1/redemptions", key=shop.admin).json()["redemptions"]
    assert (waiting["state"], waiting["tracking"]) == ("shipped", "SF-9")
    shop.post(f"{path}/steps", {**who, "step": "deliver"}, key=shop.admin)
    shown = shop.get(f"{path}?member_id={member_id}").json()
    assert [one["step"] for one in shown["way"]] == ["redeemed", "prepare", "ship", "deliver"]
    assert all(one["actor"].startswith("key:") for one in shown["way"])
    assert shop.get("/v1/redemptions", key=shop.admin).json()["redemptions"] == []


def test_redemptions_are_read_page_by_page(shop):
    reward, member_id = save(shop), member(shop)
    for n in range(5):
        redeem(shop, reward, member_id, f"RD-{n}")
    found, cursor = [], ""
    while True:
        page = shop.get(f"/v1/redemptions?limit=2{cursor}", key=shop.admin).json()
        found += [one["redemption_id"] for one in page["redemptions"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == ["RD-4", "RD-3", "RD-2", "RD-1", "RD-0"]
    refusal(shop.get("/v1/redemptions?reward_id=x", key=shop.admin), 422, "validation-failed")


def test_partner_codes_are_added_and_handed_out(shop):
    reward = save(shop, "cinema", type="partner_code")
    path = f"/v1/rewards/{reward['reward_id']}/codes"
    told = shop.post(path, {"codes": ["A-1", "A-2"]}, key=shop.admin).json()
    assert (told["added"], told["units_left"]) == (2, 2)
    assert shop.post(path, {"codes": ["A-2"]}, key=shop.admin).json()["added"] == 0
    assert redeem(shop, reward, member(shop)).json()["code"] == "A-1"
    refusal(shop.post(path, {"codes": ["bad\x01code"]}, key=shop.admin), 422, "validation-failed")


def test_a_draw_shows_its_hash_before_and_its_seed_after(shop):
    ends_at = datetime.now(UTC) + timedelta(days=1)
    reward = save(shop, "bike", type="sweepstake", winners=1, ends_at=ends_at.isoformat())
    path = f"/v1/rewards/{reward['reward_id']}/draw"
    before = shop.get(path).json()
    assert (before["state"], before["seed"], before["winners"]) == ("open", None, [])
    member_id = member(shop)
    redeem(shop, reward, member_id, quantity=2)
    refusal(shop.post(path, {}, key=shop.admin), 409, "draw-not-possible")
    with shop.connect() as conn:
        conn.execute("update rewards.reward set ends_at = now() where code = 'bike'")
    after = shop.post(path, {"outside": "7 12 23"}, key=shop.admin).json()
    assert (after["seed_hash"], after["entries"], after["outside"]) == (before["seed_hash"], 2, "7 12 23")
    assert [one["member_id"] for one in after["winners"]] == [member_id]
    assert shop.get(path).json() == after
    refusal(shop.post(path, {}, key=shop.admin), 409, "already-decided")


def test_a_change_is_told_with_its_author_and_taken_back(shop):
    reward = save(shop, units_left=3)
    save(shop, status=200, points=120, units_left=3)
    path = f"/v1/rewards/{reward['reward_id']}/history"
    newest, first = shop.get(path, key=shop.admin).json()["changes"]
    assert newest["changes"] == {"price_points": [100, 120]}
    assert newest["changed_by"] == first["changed_by"]
    assert newest["changed_by"].startswith("key:")
    assert shop.post(f"{path}/2/undo", {}, key=shop.admin).json()["points"] == 100
    refusal(shop.post(f"{path}/1/undo", {}, key=shop.admin), 422, "validation-failed")
    refusal(shop.post(f"{path}/x/undo", {}, key=shop.admin), 422, "validation-failed")


def test_shelves_are_kept_in_order_and_filter_the_catalogue(shop):
    for code, place in (("tea", 2), ("home", 1)):
        body = {"code": code, "name": {"en": code}, "place": place}
        assert shop.post("/v1/reward-categories", body, key=shop.admin).status_code == 201
    found = shop.get("/v1/reward-categories").json()["categories"]
    assert [one["code"] for one in found] == ["home", "tea"]
    save(shop, category="tea")
    assert [one["code"] for one in shop.get("/v1/rewards?category=tea").json()["rewards"]] == ["mug"]
    assert shop.get("/v1/rewards?category=home").json()["rewards"] == []


def test_what_a_donation_gave_is_shown(shop):
    reward, member_id = save(shop, "trees", type="donation", cost_minor=200), member(shop)
    redeem(shop, reward, member_id, quantity=3)
    totals = shop.get(f"/v1/rewards/{reward['reward_id']}").json()["totals"]
    assert totals == {"members": 1, "units": 3, "points": 300, "given_minor": 600}
