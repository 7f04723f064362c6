"""What the program promises: rules, tiers, rewards, settings, keys; each saved once, with its effect told."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from regulars.doors.console import once
from regulars.program import earning, rewards, tiers
from regulars.records import access, activities, programs

RATE = {
    "picks": "best",
    "points": "1",
    "per": "1",
    "rounding": "down",
    "exclude": ["tax", "delivery", "gift_card", "fee", "discount"],
}
TERMS = {
    "return_window_days": "7",
    "kind": "days",
    "count": "90",
    "grace_days": "10",
    "debt_policy": "forgive",
    "point_value": "0.02",
}


def test_rules_are_told_as_sentences(operator: Client, shop) -> None:
    page = operator.get("/earning").content.decode()
    for words in (
        "Members earn 1 point for every ¥1.00 they spend. Fractions of a point are cut.",
        "Not counted: taxes, delivery, gift cards, fees, discounts.",
        "In the month of their birthday members earn 2× points.",
        "Higher tiers earn more: Silver 1.2×, Gold 1.5×.",
        "Points can be used at once.",
    ):
        assert words in page


def test_a_rule_saved_is_a_new_version_and_the_same_again_is_none(operator: Client, shop, lin: UUID) -> None:
    form = {**RATE, "points": "2"}
    said = [operator.post("/earning/1", form, follow=True).content.decode() for _ in range(2)]
    assert "Version 2 holds for purchases from now on." in said[0]
    assert "Nothing changed, so there is no new version." in said[1]
    first, *_ = earning.versions(shop.conn, 1, 1)
    assert (first.version, first.params["points"], first.created_by) == (2, 2, "owner")
    shop.reload()
    shop.buy(lin, "SO-2", 1000)
    assert shop.points(lin).spendable == 320


def test_a_rule_is_given_limits_and_loses_them(operator: Client, shop, lin: UUID) -> None:
    limits = {"member_points_max": "40", "member_period": "week", "budget_points_max": "1000"}
    page = operator.post("/earning/1", {**RATE, **limits}, follow=True).content.decode()
    assert "At most 40 points for one member in a week." in page
    assert "At most 1,000 points for all members together; 1,000 are left." in page
    shop.reload()
    shop.buy(lin, "SO-2", 10_000)
    assert "960 are left" in operator.get("/earning").content.decode()
    operator.post("/earning/1", RATE)
    assert earning.versions(shop.conn, 1, 1)[0].limits is None


@pytest.mark.parametrize("change", [{"points": "0"}, {"per": "0"}, {"rounding": "sideways"}, {"exclude": ["love"]}])
def test_a_rule_that_makes_no_sense_is_not_saved(operator: Client, shop, change: dict) -> None:
    assert operator.post("/earning/1", {**RATE, **change}).status_code == 422
    assert len(earning.versions(shop.conn, 1, 1)) == 1


def test_a_rule_is_paused_and_keeps_its_dates(operator: Client, shop, lin: UUID) -> None:
    form = {"factor": "3", "when": "day", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "picks": "best"}
    operator.post("/earning/2", form)
    operator.post("/earning/2/state", {"state": "paused"})
    newest, *_ = earning.versions(shop.conn, 1, 2)
    assert (newest.is_live, newest.params, newest.starts_on.isoformat()) == (
        False,
        {"factor": 3, "when": "day"},
        "2026-01-01",
    )
    wrong = operator.post("/earning/2", {**form, "starts_on": "2026-12-31", "ends_on": "2026-01-01"})
    assert wrong.status_code == 422


def test_the_calculator_asks_the_real_rules(operator: Client, shop) -> None:
    gold = shop.plan.ladder.tiers[2].tier_id
    answer = operator.get(
        "/earning/calculator", {"amount": "249.86", "on": "2026-05-03", "tier": gold, "birthday": "on"}
    )
    page = answer.content.decode()
    assert "<strong>622</strong>" in page  # 249 + 249 for the birthday + 124 for gold
    assert "Gold ×1.5" in page
    assert operator.get("/earning/calculator", {"amount": "", "on": "", "tier": "1"}).status_code == 422
    nothing = operator.get("/earning/calculator", {"amount": "0.20", "on": "2026-05-03", "tier": gold})
    assert "below ¥1.00" in nothing.content.decode()


def test_validity_and_value_of_points_are_saved(operator: Client, shop) -> None:
    operator.post("/earning/terms", TERMS)
    plan = shop.reload()
    assert plan.program.return_window_days == 7
    assert (plan.wallet.expiry.kind, plan.wallet.expiry.count, plan.wallet.expiry.grace_days) == ("days", 90, 10)
    assert (plan.wallet.debt_policy, plan.wallet.point_value_micros) == ("forgive", 20_000)
    assert operator.post("/earning/terms", {**TERMS, "count": "-1"}).status_code == 422


def ladder_form(shop, **changes: str) -> dict[str, str]:
    form = {"metric": "spend", "window_months": "12", "keep_months": "12"}
    for tier in shop.plan.ladder.tiers:
        key = tier.tier_id
        form |= {
            f"name_en_{key}": tier.name["en"],
            f"name_zh_{key}": tier.name["zh"],
            f"threshold_{key}": str(tier.threshold // 100),
            f"factor_{key}": f"{tier.points_factor:g}",
            f"color_{key}": tier.color,
            f"benefits_en_{key}": "\n".join(b["text"]["en"] for b in tier.benefits),
            f"benefits_zh_{key}": "\n".join(b["text"]["zh"] for b in tier.benefits),
        }
    return form | changes


def test_a_ladder_saved_as_it_is_stays_the_same(operator: Client, shop) -> None:
    before = shop.plan.ladder
    operator.post("/tiers/edit", ladder_form(shop))
    assert tiers.ladder(shop.conn, 1) == before


def test_new_thresholds_tell_whom_they_reach_and_then_hold(operator: Client, shop, lin: UUID) -> None:
    form = ladder_form(shop, threshold_2="200", threshold_3="400")
    effect = operator.get("/tiers/effect", form).content.decode()
    assert "Member 0 (−1) · Silver 1 (+1) · Gold 0 (0)" in effect
    assert tiers.ladder(shop.conn, 1).tiers[1].threshold == 100_000
    operator.post("/tiers/edit", form)
    assert [tier.threshold for tier in tiers.ladder(shop.conn, 1).tiers] == [0, 20_000, 40_000]
    page = operator.get("/tiers").content.decode()
    assert "¥200" in page


def test_a_ladder_that_does_not_rise_is_not_saved(operator: Client, shop) -> None:
    answer = operator.post("/tiers/edit", ladder_form(shop, threshold_2="9000"))
    assert answer.status_code == 422
    assert "each tier needs more than the one below" in answer.content.decode()
    assert tiers.ladder(shop.conn, 1).tiers[1].threshold == 100_000
    assert operator.get("/tiers/effect", ladder_form(shop, threshold_2="")).status_code == 422


def test_a_tier_is_added_on_top(operator: Client, shop) -> None:
    new = {
        "name_en_new": "Platinum",
        "name_zh_new": "白金会员",
        "threshold_new": "10000",
        "factor_new": "2",
        "color_new": "teal",
        "benefits_en_new": "Own lounge\n",
        "benefits_zh_new": "专属休息室",
    }
    operator.post("/tiers/edit?add=1", ladder_form(shop, **new))
    top = tiers.ladder(shop.conn, 1).tiers[-1]
    assert (top.rank, dict(top.name), top.threshold, top.points_factor) == (
        3,
        {"en": "Platinum", "zh": "白金会员"},
        1_000_000,
        2.0,
    )
    assert top.benefits == ({"type": "text", "text": {"en": "Own lounge", "zh": "专属休息室"}},)


REWARD = {
    "name_en": "Mug",
    "name_zh": "马克杯",
    "type": "product",
    "price_points": "400",
    "cost": "6.50",
    "units_left": "20",
    "rank_min": "0",
    "member_limit": "1",
    "limit_days": "30",
    "is_live": "on",
}


def mugs(shop) -> list[rewards.Reward]:
    return [r for r in rewards.catalogue(shop.conn, 1) if r.name.get("en") == "Mug"]


def test_a_reward_sent_twice_is_one_reward(operator: Client, shop) -> None:
    form = {**REWARD, "token": once.token()}
    operator.post("/rewards/new", form)
    operator.post("/rewards/new", form)
    (mug,) = mugs(shop)
    assert (mug.price_points, mug.cost_minor, mug.units_left, mug.member_limit, mug.limit_days) == (400, 650, 20, 1, 30)
    page = operator.get("/rewards").content.decode()
    assert "162%" in page  # ¥6.50 for points worth ¥4.00


def test_a_reward_is_changed_and_taken_off(operator: Client, shop) -> None:
    operator.post("/rewards/new", {**REWARD, "token": once.token()})
    (mug,) = mugs(shop)
    changed = {k: v for k, v in REWARD.items() if k != "is_live"} | {"price_points": "500", "units_left": ""}
    operator.post(f"/rewards/{mug.reward_id}/edit", {**changed, "token": once.token()})
    (mug,) = mugs(shop)
    assert (mug.price_points, mug.units_left, mug.is_live) == (500, None, False)


@pytest.mark.parametrize("change", [{"price_points": "0"}, {"name_en": "", "name_zh": ""}, {"type": "yacht"}])
def test_a_reward_that_makes_no_sense_is_not_saved(operator: Client, shop, change: dict) -> None:
    before = rewards.catalogue(shop.conn, 1)
    assert operator.post("/rewards/new", {**REWARD, **change, "token": once.token()}).status_code == 422
    assert rewards.catalogue(shop.conn, 1) == before


def test_a_reward_of_another_program_cannot_be_changed(operator: Client, shop, found) -> None:
    other = found("other").plan.program.program_id
    theirs = rewards.catalogue(shop.conn, other)[0]
    answer = operator.post(f"/rewards/{theirs.reward_id}/edit", {**REWARD, "token": once.token()})
    assert answer.status_code == 404
    assert rewards.catalogue(shop.conn, other)[0] == theirs


def test_the_program_is_renamed_and_moved(operator: Client, shop) -> None:
    form = {"name_en": "Roastery", "name_zh": "烘焙", "time_zone": "Europe/London", "language": "zh"}
    operator.post("/settings", form)
    program = programs.get(shop.conn, 1)
    assert (dict(program.name), program.time_zone, program.language, program.return_window_days) == (
        {"en": "Roastery", "zh": "烘焙"},
        "Europe/London",
        "zh",
        0,
    )
    assert operator.post("/settings", {**form, "name_en": "", "name_zh": ""}).status_code == 422
    assert operator.post("/settings", {**form, "time_zone": "Moon/Sea"}).status_code == 422


def test_the_same_terms_twice_are_one_version(operator: Client, shop) -> None:
    form = {"body_en": "Be kind.", "body_zh": "友善待人。"}
    said = [operator.post("/settings/terms", form, follow=True).content.decode() for _ in range(2)]
    assert "Version 2 is published" in said[0]
    assert "there is no new version" in said[1]
    assert [version for version, _, _ in programs.terms(shop.conn, 1)] == [2, 1]
    assert operator.post("/settings/terms", {"body_en": "", "body_zh": " "}).status_code == 422


def test_a_key_shows_its_secret_once_and_is_issued_once(operator: Client, shop) -> None:
    form = {"token": once.token(), "label": "Till", "scope": "checkout", "days": ""}
    page = operator.post("/developers", form).content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    assert access.authenticate(shop.conn, secret, at=datetime.now(UTC)).label == "Till"
    assert f"Authorization: Bearer {secret}" in page.replace("&#x27;", "'")
    again = operator.post("/developers", form, follow=True).content.decode()
    assert "This key was issued already" in again
    assert secret not in again
    assert len(access.keys(shop.conn, 1)) == 1


def test_a_key_is_revoked_at_once(operator: Client, shop) -> None:
    operator.post("/developers", {"token": once.token(), "label": "Till", "scope": "admin", "days": "30"})
    (key,) = access.keys(shop.conn, 1)
    said = [operator.post(f"/developers/{key.key_id}/revoke", follow=True).content.decode() for _ in range(2)]
    assert "Revoked: requests with this key are refused from now on." in said[0]
    assert "This key was not in force; nothing was changed." in said[1]
    (key,) = access.keys(shop.conn, 1)
    assert key.revoked_at is not None


def test_a_key_without_a_purpose_is_not_issued(operator: Client, shop) -> None:
    form = {"token": once.token(), "label": "", "scope": "checkout"}
    assert operator.post("/developers", form).status_code == 422
    assert access.keys(shop.conn, 1) == []


def test_refused_input_is_listed_without_its_content(operator: Client, shop) -> None:
    activities.keep_refused(
        shop.conn, 1, path="/v1/orders", code="total-mismatch", body_sealed=b"sealed", at=datetime.now(UTC)
    )
    page = operator.get("/developers").content.decode()
    assert "total-mismatch" in page
    assert "sealed" not in page


def test_points_for_an_event_are_a_rule_with_a_limit_in_words(operator: Client, shop, lin: UUID) -> None:
    form = {"picks": "best", "event": "review", "points": "50", "limit": "2", "period": "week"}
    page = operator.post("/earning/new", form, follow=True).content.decode()
    assert "“Review” earns 50 points. At most 2 a week for each member." in page
    assert "Reward for “Review”" in page
    (newest,) = earning.versions(shop.conn, 1, 4)
    assert (newest.effect, newest.version, newest.created_by) == ("event_points", 1, "owner")
    assert newest.params == {"event": "review", "points": 50, "limit": 2, "per": "week"}
    assert newest.label == {"en": "Reward for “Review”", "zh": "“评价”奖励"}
    changed = operator.post("/earning/4", {**form, "event": "share", "limit": ""}, follow=True).content.decode()
    assert "“Share” earns 50 points.</p>" in changed
    same = operator.post("/earning/4", {**form, "event": "share", "limit": ""}, follow=True).content.decode()
    assert "Nothing changed, so there is no new version." in same
    assert [rule.version for rule in earning.versions(shop.conn, 1, 4)] == [2, 1]
    operator.cookies["language"] = "zh-hans"
    assert "“分享”可得 50 积分。" in operator.get("/earning").content.decode()


@pytest.mark.parametrize("change", [{"event": "dance"}, {"points": "0"}, {"limit": "0"}, {"period": "year"}])
def test_points_for_an_event_that_make_no_sense_are_not_saved(operator: Client, shop, change: dict) -> None:
    form = {"picks": "best", "event": "review", "points": "50", "limit": "", "period": "day"}
    assert operator.post("/earning/new", {**form, **change}).status_code == 422
    assert earning.versions(shop.conn, 1, 4) == []
