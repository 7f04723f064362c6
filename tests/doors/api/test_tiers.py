"""Sets of tiers over the wire: terms in versions, who would move, where a member stands, tiers by hand."""

from datetime import date, timedelta

import msgspec
import pytest

from regulars.doors.api.tier_tells import MemberTiersTold, TierHistoryTold, TierMovesTold, TierSetsTold

from .conftest import refusal

GUEST = {"name": {"en": "Guest", "zh": "访客"}}
REGULAR = {
    "name": {"en": "Regular", "zh": "常客"},
    "threshold": 2,
    "benefits": [{"type": "member_price", "price": "8.5折"}],
}
COFFEE = {"name": {"en": "Coffee club"}, "metric": "orders", "window": "calendar", "tiers": [GUEST, REGULAR]}


def office(shop, path, body):
    return shop.post(path, body, key=shop.admin)


def sets(shop):
    content = shop.get("/v1/tier-sets").json()
    msgspec.convert(content, TierSetsTold)
    return {one["tier_set"]: one for one in content["tier_sets"]}


def test_a_set_is_saved_once_and_read_back(shop):
    first, again = (office(shop, "/v1/tier-sets/coffee", COFFEE) for _ in range(2))
    assert (first.status_code, first.json()) == (201, {"tier_set": "coffee", "version": 1, "effective_on": None})
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    told = sets(shop)
    assert list(told) == ["main", "coffee"]
    assert told["coffee"]["tiers"][1]["benefits"] == [
        {"type": "member_price", "factor": 0.85, "days": None, "text": {}}
    ]


def test_a_member_sees_every_set_with_what_is_missing_and_what_would_be_lost(shop):
    office(shop, "/v1/tier-sets/coffee", COFFEE)
    member = shop.member()
    shop.buy(member)
    shop.buy(member)
    content = shop.get(f"/v1/members/{member}/tiers?language=zh").json()
    msgspec.convert(content, MemberTiersTold)
    main, coffee = content["tier_sets"]
    assert (main["reached"], main["missing"], main["next"]["name"]) == (20_000, 80_000, "银卡会员")
    assert (coffee["tier"]["name"], coffee["would_lose"][0]["text"]) == ("常客", "会员价 8.5折（付 85%）")
    assert content["together"]["price_factor"] == 0.85
    assert coffee["history"][0]["from"] == "访客"


@pytest.mark.parametrize("price", ["85", "85%", "0.85折", "150% off"])
def test_a_price_that_could_mean_two_things_is_refused(shop, price):
    terms = {**COFFEE, "tiers": [GUEST, {**REGULAR, "benefits": [{"type": "member_price", "price": price}]}]}
    refusal(office(shop, "/v1/tier-sets/coffee", terms), 422, "validation-failed")
    assert list(sets(shop)) == ["main"]


def test_a_change_waits_for_its_day_shows_who_moves_and_is_taken_back(shop):
    tiers = sets(shop)["main"]["tiers"]
    asked = [{key: tier[key] for key in ("id", "name", "threshold", "color", "points_factor")} for tier in tiers]
    asked[1]["threshold"] = 5_000
    shop.buy(shop.member())
    moves = office(shop, "/v1/tier-sets/main/preview", {"tiers": asked}).json()
    msgspec.convert(moves, TierMovesTold)
    assert (moves["up"], moves["down"], moves["then"]["2"]) == (1, 0, 1)
    day = (date.today() + timedelta(days=40)).isoformat()
    waiting = office(shop, "/v1/tier-sets/main", {"tiers": asked, "effective_on": day, "note": "Easier"})
    assert waiting.json() == {"tier_set": "main", "version": 2, "effective_on": day}
    assert sets(shop)["main"]["tiers"][1]["threshold"] == 100_000
    assert shop.get("/v1/tier-sets").json()["scheduled"][0]["effective_on"] == day
    assert office(shop, "/v1/tier-sets/main/withdraw", {}).json()["withdrawn"] is True
    history = shop.get("/v1/tier-sets/main/versions", key=shop.admin).json()
    msgspec.convert(history, TierHistoryTold)
    assert [(one["version"], one["state"]) for one in history["versions"]] == [(2, "withdrawn"), (1, "live")]


def test_terms_are_undone_by_a_new_version_and_a_stale_reader_is_told(shop):
    office(shop, "/v1/tier-sets/coffee", COFFEE)
    office(shop, "/v1/tier-sets/coffee", {**COFFEE, "keep_months": 6, "version": 1})
    refusal(office(shop, "/v1/tier-sets/coffee", {**COFFEE, "version": 1}), 409, "tier-set-changed")
    assert office(shop, "/v1/tier-sets/coffee/undo", {"version": 1}).json()["version"] == 3
    assert sets(shop)["coffee"]["keep_months"] == 12
    refusal(office(shop, "/v1/tier-sets/coffee/undo", {"version": 9}), 404, "not-found")


def test_a_change_for_the_worse_is_refused_before_its_notice(shop):
    office(shop, "/v1/tier-sets/coffee", {**COFFEE, "change_notice_days": 30})
    dearer = {**COFFEE, "change_notice_days": 30, "tiers": [GUEST, {**REGULAR, "threshold": 9}]}
    body = refusal(office(shop, "/v1/tier-sets/coffee", dearer), 409, "tier-notice-too-short")
    assert "earliest" in body


def test_a_tier_is_given_by_hand_once_and_never_below_what_was_reached(shop):
    member = shop.member()
    until = (date.today() + timedelta(days=90)).isoformat()
    body = {"reference": "C-1", "tier": 3, "until": until, "reason": "Lost parcel"}
    first, again = (office(shop, f"/v1/members/{member}/tier", body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {
        "reference": "C-1", "tier_set": "main", "tier": 3, "until": until, "reached": 0,
    }  # fmt: skip
    told = shop.get(f"/v1/members/{member}/tiers").json()["tier_sets"][0]
    assert (told["tier"]["name"], told["manual_until"], told["history"][0]["by"]) == ("Gold", until, "")
    seen = shop.get(f"/v1/members/{member}/tiers", key=shop.admin).json()["tier_sets"][0]["history"][0]
    assert (seen["cause"], seen["reason"]) == ("manual", "Lost parcel")
    refusal(office(shop, f"/v1/members/{member}/tier", {**body, "tier": 2}), 409, "event-conflict")
    shop.buy(member, total_minor=600_000)
    ended = office(shop, f"/v1/members/{member}/tier", {"reference": "C-2", "reason": "Over"})
    assert ended.json()["tier"] == 3
    low = {"reference": "C-3", "tier": 2, "until": until, "reason": "Lower"}
    refusal(office(shop, f"/v1/members/{member}/tier", low), 409, "tier-reached")
    refusal(shop.post(f"/v1/members/{member}/tier", body), 403, "forbidden")
    no_day = {"reference": "C-4", "tier": 3, "reason": "No day"}
    refusal(office(shop, f"/v1/members/{member}/tier", no_day), 422, "validation-failed")
