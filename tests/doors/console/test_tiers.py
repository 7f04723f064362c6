"""Tiers on screens: several sets, benefits as people write them, changes that wait, history, tiers by hand."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests.doors.console.test_program import ladder_form

from regulars.doors.console import once
from regulars.program import challenges, tiers


def words(answer) -> str:
    return answer.content.decode()


def coffee(**more: str) -> dict[str, str]:
    form = {
        "code": "coffee", "name_en": "Coffee club", "name_zh": "咖啡俱乐部", "metric": "orders", "window": "calendar",
        "window_months": "12", "keep_months": "12", "starts_month": "1", "landing": "one", "notice_days": "30",
        "grace_days": "0", "change_notice_days": "0",
    }  # fmt: skip
    for key, name, threshold in (("1", "Guest", "0"), ("2", "Regular", "2")):
        form |= {f"name_en_{key}": name, f"threshold_{key}": threshold, f"factor_{key}": "1", f"color_{key}": "gray"}
    return form | more


def test_a_second_set_is_made_shown_and_edited(operator: Client, shop) -> None:
    assert operator.post("/tiers/new", coffee(price_2="85折", adviser_2="on")).status_code == 302
    main, club = tiers.ladders(shop.conn, 1)
    assert (main.is_main, club.code, club.window, club.landing) == (True, "coffee", "calendar", "one")
    assert club.tiers[1].benefits == ({"type": "member_price", "factor": 0.85}, {"type": "adviser"})
    page = words(operator.get("/tiers/sets/coffee"))
    assert "Member price: 15% off, you pay 85%, A personal adviser" in page
    assert "Coffee club" in words(operator.get("/tiers"))
    assert "8.5折" in words(operator.get("/tiers/sets/coffee/edit"))
    again = coffee(price_2="8.5折", adviser_2="on")
    operator.post("/tiers/sets/coffee/edit", again)
    assert tiers.ladders(shop.conn, 1)[1].version == 1


@pytest.mark.parametrize("written", ["85", "85%", "150% off", "0.85折"])
def test_a_price_that_could_mean_two_things_stands_on_the_form(operator: Client, shop, written: str) -> None:
    answer = operator.post("/tiers/new", coffee(price_2=written))
    assert answer.status_code == 422
    assert "Write what members pay as" in words(answer)
    assert len(tiers.ladders(shop.conn, 1)) == 1


def test_a_change_waits_for_its_day_and_is_taken_back(operator: Client, shop, lin: UUID) -> None:
    day = date.today() + timedelta(days=400)
    operator.post("/tiers/edit", ladder_form(shop, threshold_2="2000", effective_on=day.isoformat(), note="Dearer"))
    assert tiers.ladder(shop.conn, 1).tiers[1].threshold == 100_000
    page = words(operator.get("/tiers"))
    assert "Silver ¥1,000 → ¥2,000" in page
    assert "Dearer" in page
    operator.post("/tiers/sets/main/withdraw")
    assert tiers.scheduled(shop.conn, 1) == []
    assert "Taken back" in words(operator.get("/tiers"))


def test_a_version_holds_again_by_a_new_one(operator: Client, shop) -> None:
    operator.post("/tiers/edit", ladder_form(shop, keep_months="24"))
    assert "A tier is kept for (months) 12 → 24" in words(operator.get("/tiers"))
    operator.post("/tiers/sets/main/undo/1")
    found = tiers.ladder(shop.conn, 1)
    assert (found.version, found.keep_months) == (3, 12)


def test_the_effect_says_who_moves(operator: Client, shop, lin: UUID) -> None:
    effect = words(operator.get("/tiers/effect", ladder_form(shop, threshold_2="200", threshold_3="400")))
    assert "member moves up" in effect


def test_a_tier_is_given_by_hand_and_shown_with_who_and_why(operator: Client, shop, lin: UUID) -> None:
    until = (date.today() + timedelta(days=365)).isoformat()
    page = words(operator.get(f"/members/{lin}/tier"))
    token = page.split('name="token" value="')[1].split('"')[0]
    form = {"token": token, "tier": "main:3", "until": until, "reason": "Lost parcel"}
    for _ in range(2):
        assert operator.post(f"/members/{lin}/tier", form).status_code == 302
    assert tiers.holdings(shop.conn, [lin])[lin].is_manual
    shown = words(operator.get(f"/members/{lin}"))
    assert "Given by hand until" in shown
    assert shown.count("Lost parcel") == 1
    wrong = operator.post(f"/members/{lin}/tier", {**form, "token": "0" * 32, "until": ""})
    assert wrong.status_code == 422


def test_milestones_of_the_year_stand_on_the_page_of_the_tiers(operator: Client, shop, lin: UUID) -> None:
    page = operator.get("/tiers").content.decode()
    assert "No milestones on the way" in page
    assert 'value="year" selected' in operator.get("/challenges/new?season=year").content.decode()
    form = {
        "name_en": "A year of tea", "counts": "order", "measure": "spend", "season": "year", "target_0": "1000",
        "points_0": "50", "token": once.token(),
    }  # fmt: skip
    operator.post("/challenges/new", form)
    (made,) = challenges.challenges(shop.conn, 1)
    operator.post(f"/challenges/{made.challenge_id}/state", {"state": "live"})
    assert "A year of tea" in operator.get("/tiers").content.decode()
    shop.reload()
    shop.buy(lin, "SO-9", 10_000)
    assert "“A year of tea”: ¥100" in operator.get(f"/members/{lin}").content.decode()
