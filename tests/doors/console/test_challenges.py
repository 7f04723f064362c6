"""Challenges in the console: made, begun, played, changed, ended."""

from uuid import UUID

from django.test import Client

from regulars.doors.console import once
from regulars.program import campaigns, challenges

FORM = {
    "name_en": "Two visits",
    "name_zh": "两次光临",
    "counts": "order",
    "measure": "count",
    "season": "once",
    "target_0": "1",
    "points_0": "5",
    "target_1": "2",
    "points_1": "50",
    "badge_en_1": "Regular",
}


def make(operator: Client, shop, **more: str) -> challenges.Challenge:
    operator.post("/challenges/new", {**FORM, "token": once.token(), **more})
    (made,) = challenges.challenges(shop.conn, 1)
    return made


def test_a_challenge_is_made_begun_and_played(operator: Client, shop, lin: UUID) -> None:
    one = make(operator, shop)
    assert (one.state, [m.target for m in one.milestones]) == (challenges.State.DRAFT, [1, 2])
    page = operator.post(f"/challenges/{one.challenge_id}/state", {"state": "live"}, follow=True).content.decode()
    assert "It counts from now on." in page
    shop.reload()
    shop.buy(lin, "SO-2", 1000)
    shop.buy(lin, "SO-3", 1000)
    assert shop.points(lin).spendable == 375
    page = operator.get(f"/members/{lin}").content.decode()
    assert "Challenge “Two visits”: 2 reached" in page
    assert "Regular" in page
    page = operator.get("/challenges").content.decode()
    assert "Orders · How often" in page


def test_what_is_live_keeps_its_goal_and_its_history_tells_every_change(operator: Client, shop) -> None:
    one = make(operator, shop)
    path = f"/challenges/{one.challenge_id}"
    operator.post(f"{path}/state", {"state": "live"})
    changed = {**FORM, "name_en": "Twice", "target_1": "9", "token": once.token()}
    page = operator.post(f"{path}/edit", changed, follow=True).content.decode()
    assert "Title: Two visits → Twice" in page
    assert "State: Draft → Live" in page
    kept = challenges.get(shop.conn, 1, one.challenge_id)
    assert (kept.name["en"], [m.target for m in kept.milestones]) == ("Twice", [1, 2])
    operator.post(f"{path}/state", {"state": "ended"})
    page = operator.post(f"{path}/state", {"state": "live"}, follow=True).content.decode()
    assert "Members already play for it: end this one and begin another." in page
    assert challenges.get(shop.conn, 1, one.challenge_id).state is challenges.State.ENDED


def test_a_form_sent_twice_makes_one(operator: Client, shop) -> None:
    form = {**FORM, "token": once.token()}
    for _ in range(2):
        assert operator.post("/challenges/new", form).status_code == 302
    assert len(challenges.challenges(shop.conn, 1)) == 1


def test_what_makes_no_sense_is_shown_beside_the_form(operator: Client, shop) -> None:
    for wrong in ({"target_1": "1"}, {"points_1": "", "badge_en_1": ""}, {"condition": "member.points > 3"}):
        answer = operator.post("/challenges/new", {**FORM, "token": once.token(), **wrong})
        assert answer.status_code == 422, wrong
    assert "of a member it sees" in answer.content.decode()
    assert challenges.challenges(shop.conn, 1) == []


def test_spend_is_asked_and_shown_as_money(operator: Client, shop) -> None:
    one = make(operator, shop, measure="spend", target_0="50", target_1="99.50")
    assert [m.target for m in one.milestones] == [5000, 9950]
    assert "¥99.50" in operator.get(f"/challenges/{one.challenge_id}").content.decode()


def test_a_challenge_of_a_campaign_stands_on_the_page_of_both(operator: Client, shop) -> None:
    operator.post("/campaigns/new/double_week")
    (campaign,) = campaigns.every(shop.conn, 1)
    one = make(operator, shop, campaign=str(campaign.campaign_id))
    assert one.campaign_id == campaign.campaign_id
    assert "Double points week" in operator.get(f"/challenges/{one.challenge_id}").content.decode()
    page = operator.get(f"/campaigns/{campaign.campaign_id}").content.decode()
    assert f"/challenges/{one.challenge_id}" in page
    assert "Challenge: 2" in page
