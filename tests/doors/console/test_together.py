"""Gifts, households and merges on the screens: shown in numbers first, done once, undone."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from regulars import flows
from regulars.doors.console import once
from regulars.records import ledger, members


@pytest.fixture
def amy(shop) -> UUID:
    """A member called Amy with 100 points; members may give from their first day on."""
    giving = ledger.Giving(transfer_max=250, day_max=250, member_days_min=0)
    ledger.save_wallet(shop.conn, replace(shop.plan.wallet, giving=giving))
    shop.reload()
    member = shop.join("M2", called="Amy")
    shop.buy(member, "SO-2", 10_000)
    return member


def send(operator: Client, path: str, **form: str) -> str:
    return operator.post(path, {"token": once.token(), **form}, follow=True).content.decode()


def test_a_gift_is_shown_then_given_once(operator: Client, shop, lin: UUID, amy: UUID) -> None:
    form = {"other": "M2", "points": "80", "message": "Enjoy!", "token": once.token()}
    shown = send(operator, f"/members/{lin}/give", **form)
    assert "80 points go to Amy; 220 can be used afterwards." in shown
    assert shop.points(amy).available == 100
    for _ in range(2):
        assert "80 points were given." in send(operator, f"/members/{lin}/give", **form, confirmed="on")
    assert (shop.points(lin).available, shop.points(amy).available) == (220, 180)
    page = operator.get(f"/members/{amy}?kind=given").content.decode()
    assert "Received from 林**" in page
    assert "“Enjoy!”" in page
    assert "At most 250 points are given at once, and 170 more today." in send(
        operator, f"/members/{lin}/give", other="M2", points="251"
    )
    assert "Nobody else is found by this." in send(operator, f"/members/{lin}/give", other="M1", points="1")


def test_a_household_is_shared_left_and_dissolved(operator: Client, shop, lin: UUID, amy: UUID) -> None:
    for member in (lin, amy):
        assert "The points are in the shared account now." in send(
            operator, f"/members/{member}/household", household="HH-1"
        )
    page = operator.get(f"/members/{lin}").content.decode()
    assert "Shares the account of household HH-1." in page
    assert ">400<" in page
    assert "A** brought their points into the shared account" in page
    listed = operator.get("/members").content.decode()
    assert listed.count(">400<") == 2
    assert operator.get("/ledger").status_code == 200
    assert operator.get("/ledger.csv").status_code == 200
    order = shop.buy(lin, "SO-9", 5_000)
    assert "Earned with order SO-9" in operator.get(f"/orders/{lin}/{order}").content.decode()
    assert "450 points" not in send(operator, f"/members/{amy}/household", what="leave")
    assert shop.points(amy).available == 0
    assert "dissolved" in send(operator, f"/members/{lin}/household", what="dissolve")
    assert shop.points(lin).available == 450
    assert "was dissolved" in send(operator, f"/members/{amy}/household", household="HH-1")
    assert shop.is_sound()


def test_case_134_a_merge_is_shown_done_and_undone(operator: Client, shop, lin: UUID, amy: UUID) -> None:
    shown = send(operator, f"/members/{amy}/merge", other="+86 138 0013 8000")
    assert "100 points move." in shown
    assert shop.points(amy).available == 100
    assert "Merged. It can be undone" in send(
        operator, f"/members/{amy}/merge", other="+86 138 0013 8000", confirmed="on"
    )
    assert shop.points(lin).available == 400
    page = operator.get(f"/members/{amy}").content.decode()
    assert f'Merged into <a href="/members/{lin}">林晓梅</a>' in page
    assert "Adjust points" not in page
    assert 'aria-label="Balances"' not in page
    assert 'id="ledger"' not in page
    assert "Its points and their ledger are on the page of 林晓梅" in page
    assert "No shop id, phone, card or e-mail leads here." in page
    kept = operator.get(f"/members/{lin}").content.decode()
    assert f'<a href="/members/{amy}">Amy</a> was merged into this member.' in kept
    assert "<dd>M1, M2</dd>" in kept
    assert "100 points move." in operator.get(f"/members/{amy}/unmerge").content.decode()
    assert "The merge was undone." in send(operator, f"/members/{amy}/unmerge")
    assert (shop.points(lin).available, shop.points(amy).available) == (300, 100)
    assert members.get(shop.conn, 1, amy).status is members.Status.ACTIVE
    again = operator.get(f"/members/{amy}/unmerge", follow=True).content.decode()
    assert "This member is merged into nobody." in again
    assert flows.verify_books(shop.conn).is_sound


def test_a_merge_tells_money_as_an_amount(operator: Client, shop, lin: UUID, amy: UUID) -> None:
    money = replace(shop.plan.wallet, code="cash", unit={"en": "cashback"}, kind=ledger.WalletKind.CASHBACK)
    ledger.save_wallet(shop.conn, money)
    form = {"wallet": "cash", "points": "4.4", "shown_reason": "Sorry"}
    assert "¥4.40 cashback were added." in send(operator, f"/members/{amy}/adjust", **form)
    shown = send(operator, f"/members/{amy}/merge", other="M1")
    assert "¥4.40 cashback move." in shown
    assert "100 points move." in shown


def test_the_page_of_a_household_names_who_else_is_in_it(operator: Client, shop, lin: UUID, amy: UUID) -> None:
    for member in (lin, amy):
        send(operator, f"/members/{member}/household", household="HH-1")
    page = operator.get(f"/members/{amy}/household").content.decode()
    assert f'<a href="/members/{lin}">林晓梅</a>' in page
