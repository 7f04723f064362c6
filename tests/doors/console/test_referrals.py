"""Referrals in the console: terms, figures, the queue, a member's page."""

from datetime import timedelta
from uuid import UUID

from django.test import Client

from regulars.flows import refer_friends
from regulars.program import referrals
from regulars.records import members

TERMS = {
    "is_live": "on",
    "advocate_points": "100",
    "friend_points": "50",
    "minimum": "50",
    "window_days": "30",
    "keep_days": "0",
    "cap_period": "year",
    "link": "https://shop.example/{code}",
}


def bring(shop, name: str, advocate_id: UUID, **told: str) -> UUID:
    """A friend who joins by the advocate's code."""
    with shop.conn.transaction():
        friend = members.get(shop.conn, 1, shop.join(name, called=name.title()))
        refer_friends.join_by_code(shop.conn, shop.plan, friend, advocate_id, told, is_new=True, at=shop.at)
    return friend.member_id


def test_terms_are_saved_told_and_kept_in_history(operator: Client, shop) -> None:
    assert "Nobody can bring friends yet" in operator.get("/referrals").content.decode()
    page = operator.post("/referrals/terms", TERMS, follow=True).content.decode()
    assert "The terms are saved." in page
    page = operator.post("/referrals/terms", {**TERMS, "minimum": "80"}, follow=True).content.decode()
    assert "The first purchase is at least: ¥50.00 → ¥80.00" in page
    assert (
        "Nothing was changed."
        in operator.post("/referrals/terms", {**TERMS, "minimum": "80"}, follow=True).content.decode()
    )
    wrong = operator.post("/referrals/terms", {**TERMS, "link": "http://x"})
    assert wrong.status_code == 422
    assert referrals.scheme(shop.conn, 1).minimum_minor == 8000


def test_who_waits_is_approved_and_paid_once_kept(operator: Client, shop, lin: UUID) -> None:
    operator.post("/referrals/terms", TERMS)
    shop.reload()
    refer_friends.note_traits(shop.conn, shop.plan, members.get(shop.conn, 1, lin), {"device": "D"}, at=shop.at)
    friend = bring(shop, "mei", lin, device="D")
    shop.buy(friend, "SO-9", 6000)
    page = operator.get("/referrals").content.decode()
    assert "same device" in page
    assert (
        "Approved: both are rewarded"
        in operator.post(f"/referrals/{friend}", {"what": "approve"}, follow=True).content.decode()
    )
    late = operator.post(f"/referrals/{friend}", {"what": "refuse"}, follow=True).content.decode()
    assert "Somebody else decided this already" in late
    with shop.conn.transaction():
        assert refer_friends.settle_referrals(shop.conn, shop.plan, at=shop.at + timedelta(days=1)) == 1
    assert shop.points(lin).spendable == 400
    page = operator.get(f"/members/{lin}").content.decode()
    assert "A friend you brought has bought and kept it" in page
    assert "1 friend brought" in page
    assert "Rewarded" in operator.get(f"/members/{friend}").content.decode()
