"""Campaigns in the console: from a template, reviewed, launched, stopped by a line, resumed, ended."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from msgspec.structs import replace as with_terms

from regulars.program import campaigns, rewards
from regulars.records import access

ANN = access.Actor(kind=access.ActorKind.STAFF, code="ann", name="Ann", person="ann")

LINE = {
    "metric": "redeemer_rate",
    "threshold": "30",
    "action": "pause",
    "age_min_days": "0",
    "sample_min": "1",
    "margin_percent": "10",
    "is_on": "on",
}
TERMS = {"name_en": "Double points week", "holdout_percent": "0", "audience_mode": "launch"}


def drafted(operator: Client, shop, template: str = "double_week") -> campaigns.Campaign:
    operator.post(f"/campaigns/new/{template}")
    made = campaigns.every(shop.conn, 1)[-1]
    operator.post(f"/campaigns/{made.campaign_id}/edit", {**TERMS, "points_max": "5000"})
    return made


def launched(operator: Client, shop) -> campaigns.Campaign:
    made = drafted(operator, shop)
    for state in ("review", "live"):
        operator.post(f"/campaigns/{made.campaign_id}/state", {"state": state})
    shop.reload()
    return campaigns.get(shop.conn, 1, made.campaign_id)


def test_a_template_drafts_a_campaign_with_its_rules_and_lines(operator: Client, shop) -> None:
    assert "No campaigns yet" in operator.get("/campaigns").content.decode()
    page = operator.get("/campaigns/new").content.decode()
    assert all(one.name["en"] in page for one in campaigns.TEMPLATES.values())
    page = operator.post("/campaigns/new/double_week", follow=True).content.decode()
    assert "It gives nothing until it is launched." in page
    assert "Before it goes live" in page
    assert "of spend is given back" in page
    assert "Everybody is in the audience." in page
    assert "Members who use their points below 30.0%, after 7 days and from 100 members on" in page
    assert "Double points week" in operator.get("/campaigns").content.decode()


def test_it_is_launched_and_gives_and_its_page_tells_what(operator: Client, shop, lin: UUID) -> None:
    made = launched(operator, shop)
    assert made.state is campaigns.State.LIVE
    shop.buy(lin, "C-1", 1000)
    page = operator.get(f"/campaigns/{made.campaign_id}").content.decode()
    assert "10 / 5,000" in page
    assert "Association only" in page
    assert "Without a holdout nobody can tell" in page
    assert "Points given by day" in page


def test_a_line_is_tried_on_the_past_then_saved_and_pauses_the_campaign(operator: Client, shop, lin: UUID) -> None:
    made = launched(operator, shop)
    shop.buy(lin, "C-1", 1000)
    path = f"/campaigns/{made.campaign_id}"
    page = operator.post(f"{path}/lines/new", {**LINE, "what": "try"}).content.decode()
    assert "On the past" in page
    assert len(campaigns.lines(shop.conn, 1, made.campaign_id)) == 2
    page = operator.post(f"{path}/lines/new", {**LINE, "what": "save"}, follow=True).content.decode()
    assert "It is watched every minute" in page
    assert len(campaigns.lines(shop.conn, 1, made.campaign_id)) == 3
    wrong = operator.post(f"{path}/lines/3", {**LINE, "threshold": "130"})
    assert wrong.status_code == 422
    assert operator.get(f"{path}/lines/9").status_code == 404


def test_a_pause_needs_a_reason_shows_on_home_and_is_lifted_with_one(operator: Client, shop, lin: UUID) -> None:
    made = launched(operator, shop)
    path = f"/campaigns/{made.campaign_id}"
    page = operator.post(f"{path}/state", {"state": "paused"}, follow=True).content.decode()
    assert "Say why" in page
    operator.post(f"{path}/state", {"state": "paused", "note": "The margin"})
    shop.reload()
    page = operator.get(path).content.decode()
    assert "The margin" in page
    home = operator.get("/").content.decode()
    assert "“Double points week” is paused" in home
    operator.post(f"{path}/state", {"state": "live", "note": "A new price"})
    page = operator.get(path).content.decode()
    assert "Resumed" in page
    assert "is paused" not in operator.get("/").content.decode()


def test_what_changed_is_told_and_undone(operator: Client, shop) -> None:
    made = launched(operator, shop)
    path = f"/campaigns/{made.campaign_id}"
    assert "its start and its holdout stay" in operator.get(f"{path}/edit").content.decode()
    stores = ("East = - / 20.00", "North = 100", "South = 200 / 35.50 / 9")
    changed = {"name_en": "Triple week", "points_max": "9000", "store_points": "\n".join(stores)}
    page = operator.post(f"{path}/edit", changed, follow=True).content.decode()
    assert "Double points week" in page
    assert "Triple week" in page
    kept = campaigns.get(shop.conn, 1, made.campaign_id).terms
    assert kept.store_budgets == {
        "North": campaigns.Budget(points_max=100),
        "South": campaigns.Budget(points_max=200, money_minor_max=3550, grants_max=9),
        "East": campaigns.Budget(money_minor_max=2000),
    }
    shown = operator.get(f"{path}/edit").content.decode()
    assert "\n".join(stores) in shown
    change = campaigns.changes(shop.conn, 1, made.campaign_id)[0]
    page = operator.post(f"{path}/undo/{change.change_no}", follow=True).content.decode()
    assert "Undone by a change of its own" in page
    assert campaigns.get(shop.conn, 1, made.campaign_id).terms.name == {"en": "Double points week"}
    wrong = operator.post(f"{path}/edit", {**changed, "store_points": "North"})
    assert wrong.status_code == 422


def test_the_program_can_want_a_second_person_and_a_holdout_of_its_own(operator: Client, shop) -> None:
    operator.post("/campaigns/all", {"holdout_percent": "5", "needs_second_person": "on"})
    assert campaigns.policy(shop.conn, 1) == campaigns.Policy(holdout_percent=5, needs_second_person=True)
    made = drafted(operator, shop)
    path = f"/campaigns/{made.campaign_id}/state"
    operator.post(path, {"state": "review"})
    page = operator.post(path, {"state": "live"}, follow=True).content.decode()
    assert "a second person must launch it" in page
    assert campaigns.get(shop.conn, 1, made.campaign_id).state is campaigns.State.REVIEW
    assert "waits for its review" in operator.get("/").content.decode()


@pytest.mark.parametrize("path", ["/campaigns", "/campaigns/new", "/campaigns/all"])
def test_pages_are_read_in_chinese(operator: Client, shop, path: str) -> None:
    operator.post("/language", {"language": "zh-hans"})
    operator.cookies["django_language"] = "zh-hans"
    page = operator.get(path).content.decode()
    assert "活动" in page


def test_its_page_lists_what_it_bundles_with_the_way_to_each(operator: Client, shop) -> None:
    made = drafted(operator, shop)
    number = str(made.campaign_id)
    pool = {
        "name_en": "Autumn", "code": "autumn", "codes": "personal", "kind": "amount", "value": "20", "rank_min": "0",
        "stacking": "alone", "version": "0", "campaign": number,
    }  # fmt: skip
    operator.post("/coupons/new", pool)
    gift = next(one for one in rewards.catalogue(shop.conn, 1) if one.code == "tote-bag")
    rewards.save(shop.conn, replace(gift, campaign_id=made.campaign_id), at=shop.at)
    page = operator.get(f"/campaigns/{number}").content.decode()
    assert 'href="/coupons/pools/autumn"' in page
    assert "Coupons: ¥20.00 off" in page
    assert f'href="/rewards/{gift.reward_id}"' in page
    assert 'href="/earning/' in page
    link = f'<a href="/campaigns/{number}">Double points week</a>'
    assert link in operator.get("/coupons/pools/autumn").content.decode()
    assert link in operator.get(f"/rewards/{gift.reward_id}").content.decode()
    operator.post("/coupons/pools/autumn/edit", {**pool, "version": "1", "campaign": ""})
    told = operator.get("/coupons/pools/autumn").content.decode()
    assert "Campaign: Double points week → –" in told
    assert 'href="/coupons/pools/autumn"' not in operator.get(f"/campaigns/{number}").content.decode()


def test_a_goal_shows_how_far_it_is_and_rules_say_which_campaign_they_are_of(operator: Client, shop, lin: UUID) -> None:
    operator.post("/campaigns/new/double_week")
    (one,) = campaigns.every(shop.conn, 1)
    terms = with_terms(one.terms, holdout_percent=0, goal=campaigns.Goal(metric="participants", target=4))
    with shop.conn.transaction():
        campaigns.change(shop.conn, 1, one.campaign_id, terms, currency="CNY", by=ANN, at=shop.at)
    path = f"/campaigns/{one.campaign_id}"
    for state in ("review", "live"):
        operator.post(f"{path}/state", {"state": state, "note": "go"})
    shop.reload()
    shop.at = datetime.now(UTC)
    shop.buy(lin, "SO-7", 10_000)
    page = operator.get(path).content.decode()
    assert "1 / 4 (25%)" in page
    assert "of its days until" in page
    assert "of the campaign “Double points week”" in operator.get("/earning").content.decode()
