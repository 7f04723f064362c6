"""Above a limit a second person decides: in the queue, on the page of one, on the member's page."""

import re
from dataclasses import replace
from html import unescape
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.doors.console.conftest import BACKEND

from regulars import flows
from regulars.doors import console
from regulars.doors.console import once
from regulars.records import access, ledger


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", answer.content.decode())))


def browser_of(name: str) -> Client:
    console.ensure_operator(name)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(get_user_model().objects.get(username=name), backend=BACKEND)
    return browser


@pytest.fixture
def boss(db: None) -> Client:
    return browser_of("boss")


def ask(browser: Client, member: UUID, points: int, token: str = "", **more: str):
    form = {"token": token or once.token(), "points": str(points), "shown_reason": "Sorry!", "hidden_note": "case 7"}
    form |= more
    return browser.post(f"/members/{member}/adjust", form, follow=True)


def waiting(shop) -> list[ledger.adjustments.Adjustment]:
    states = [ledger.adjustments.State.PENDING]
    return ledger.adjustments.newest(shop.conn, wallet_ids=shop.plan.wallets, states=states, limit=9)


def place(shop) -> str:
    (one,) = waiting(shop)
    return f"/approvals/{one.member_id}/{one.adjustment_id}"


def test_case_124_above_the_limit_it_waits_in_the_queue(operator: Client, boss: Client, shop, lin: UUID) -> None:
    page = text_of(ask(operator, lin, 1001))
    assert "This is above your limit: no points moved. It waits until a second person approves it." in page
    assert shop.points(lin).available == 300
    assert "1 adjustment waits for a second person" in text_of(boss.get("/"))
    queue = text_of(boss.get("/approvals"))
    assert "林晓梅 +1,001 Sorry! owner" in queue
    address = place(shop)
    assert "Available: 300 → 1,301 points. Worth ¥10.01." in text_of(boss.get(address))
    own = operator.get(address).content.decode()
    assert 'value="approve"' not in own
    refused = operator.post(address, {"what": "approve", "note": ""})
    assert refused.status_code == 422
    assert "a second person must approve it" in text_of(refused)
    assert shop.points(lin).available == 300
    done = text_of(boss.post(address, {"what": "approve", "note": "ok"}, follow=True))
    assert "Approved: the points moved." in done
    assert shop.points(lin).available == 1301
    assert "adjustment waits for a second person" not in text_of(boss.get("/"))
    assert "+1,001" in text_of(boss.get("/approvals?state=approved"))
    assert shop.is_sound()


def test_case_124_who_asked_and_who_decided_stands_on_the_members_page(
    operator: Client, boss: Client, shop, lin: UUID
) -> None:
    assert "Adjustments with a second person" not in text_of(operator.get(f"/members/{lin}"))
    ask(operator, lin, 2000)
    assert "Adjustments with a second person" in text_of(operator.get(f"/members/{lin}"))
    boss.post(place(shop), {"what": "approve", "note": ""})
    page = text_of(operator.get(f"/members/{lin}"))
    assert re.search(r"Sorry! owner, .{8,14} boss, .{8,14} \+2,000 Approved", page)
    assert "By owner · Approved by boss · Internal note: case 7" in page


def test_a_decline_says_why_and_moves_nothing(operator: Client, boss: Client, shop, lin: UUID) -> None:
    ask(operator, lin, 2000)
    address = place(shop)
    assert boss.post(address, {"what": "decline", "note": " "}).status_code == 422
    boss.post(address, {"what": "decline", "note": "The parcel arrived"})
    assert (waiting(shop), shop.points(lin).available) == ([], 300)
    shown = text_of(operator.get(address))
    assert "The parcel arrived" in shown
    assert "Approve and move" not in shown


def test_case_127_the_later_of_two_is_told(operator: Client, boss: Client, shop, lin: UUID) -> None:
    ask(operator, lin, 2000)
    address, third = place(shop), browser_of("third")
    boss.post(address, {"what": "approve", "note": ""})
    late = text_of(third.post(address, {"what": "decline", "note": "No"}, follow=True))
    assert "Somebody else decided this already; that stands." in late
    assert shop.points(lin).available == 2300


def test_case_129_a_double_click_asks_once_and_decides_once(operator: Client, boss: Client, shop, lin: UUID) -> None:
    token = once.token()
    ask(operator, lin, 2000, token)
    ask(operator, lin, 2000, token)
    assert len(waiting(shop)) == 1
    address = place(shop)
    boss.post(address, {"what": "approve", "note": ""})
    again = text_of(boss.post(address, {"what": "approve", "note": ""}, follow=True))
    assert "This was decided before; nothing was changed." in again
    assert shop.points(lin).available == 2300


def test_who_asked_may_withdraw(operator: Client, shop, lin: UUID) -> None:
    ask(operator, lin, 2000)
    address = place(shop)
    assert "Withdraw" in text_of(operator.get(address))
    operator.post(address, {"what": "decline", "note": "A mistake"})
    assert waiting(shop) == []


@pytest.mark.parametrize("named", ["M1", "+86 138 0013 8000", "id"])
def test_case_126_nobody_adjusts_or_approves_their_own_points(
    operator: Client, boss: Client, shop, lin: UUID, named: str
) -> None:
    noted = text_of(operator.post("/me", {"named": str(lin) if named == "id" else named}, follow=True))
    assert "Noted: you no longer adjust this member's points" in noted
    assert "林晓梅" in noted
    for points in (5, 5000):
        refused = ask(operator, lin, points)
        assert refused.status_code == 422
        assert "These points are your own" in text_of(refused)
    ask(boss, lin, 5000)
    refused = operator.post(place(shop), {"what": "approve", "note": ""})
    assert (refused.status_code, shop.points(lin).available) == (422, 300)


def test_nobody_is_named_by_what_nobody_has(operator: Client, shop, lin: UUID) -> None:
    answer = operator.post("/me", {"named": "nobody"})
    assert answer.status_code == 422
    assert "No member has this id or identifier." in text_of(answer)


def test_the_limits_are_settings(operator: Client, shop, lin: UUID) -> None:
    assert "Staff account 1,000 points at once, 5,000 in a day" in text_of(operator.get("/settings"))
    form = {"staff_once": "", "staff_day": "", "key_once": "10", "key_day": "0"}
    operator.post("/settings/limits", form)
    page = text_of(operator.get("/settings"))
    assert "Staff account any number of points at once, any number of in a day" in page
    assert "API key 10 points at once, 0 in a day" in page
    ask(operator, lin, 900_000)
    assert shop.points(lin).available == 900_300
    assert operator.post("/settings/limits", {**form, "staff_once": "-1"}).status_code == 422


def test_the_effect_says_that_a_second_person_is_needed(operator: Client, shop, lin: UUID) -> None:
    address = f"/members/{lin}/adjust/effect"
    assert "second person" not in text_of(operator.get(address, {"points": "1000"}))
    assert "Above your limit: a second person must approve it." in text_of(operator.get(address, {"points": "1001"}))


def test_a_key_belongs_to_who_issued_it(operator: Client, shop, lin: UUID) -> None:
    operator.post("/developers", {"token": once.token(), "label": "office", "scope": "admin"})
    (key,) = access.keys(shop.conn, shop.plan.program.program_id)
    owner = get_user_model().objects.get(username="owner")
    assert key.issued_by == key.actor.person == f"staff:{owner.pk}"
    ask(operator, lin, 2000)
    (one,) = waiting(shop)
    with pytest.raises(flows.FourEyes):
        flows.approve_adjustment(shop.conn, shop.plan, lin, one.reference, by=key.actor, at=shop.at)


def test_a_wallet_is_chosen_where_there_are_several(operator: Client, shop, lin: UUID) -> None:
    assert 'name="wallet"' not in operator.get(f"/members/{lin}/adjust").content.decode()
    stars = replace(shop.plan.wallet, code="stars", unit={"en": "stars", "zh": "星星"})
    stars = replace(stars, wallet_id=ledger.save_wallet(shop.conn, stars))
    assert 'name="wallet"' in operator.get(f"/members/{lin}/adjust").content.decode()
    told = operator.get(f"/members/{lin}/adjust/effect", {"points": "-5", "wallet": "stars"})
    assert "only 0 stars can be taken" in text_of(told)
    assert operator.get(f"/members/{lin}/adjust/effect", {"points": "5", "wallet": "moons"}).status_code == 404
    ask(operator, lin, 50, wallet="stars")
    today = shop.plan.program.local_date(shop.at)
    assert ledger.balances(shop.conn, [lin], wallet=stars, today=today)[lin].available == 50
    assert shop.points(lin).available == 300


def test_what_belongs_to_another_program_is_not_there(operator: Client, shop, found) -> None:
    other = found("other")
    member = other.join("X1")
    with other.conn.transaction():
        asked = flows.ask_adjustment(
            other.conn, other.plan, member, 5000, by=access.staff(0, "x"), shown_reason="x", reference="T", at=other.at
        )
    address = f"/approvals/{member}/{asked.adjustment.adjustment_id}"
    assert operator.get(address).status_code == 404
    assert operator.post(address, {"what": "approve", "note": ""}).status_code == 404
    assert "Nothing waits here" in text_of(operator.get("/approvals"))
