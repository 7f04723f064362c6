"""Experiences in the console: made, opened, signed up for, entered, given back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.test import Client

from regulars.doors.console import once
from regulars.program import experiences


def clock(**ahead: float) -> str:
    """A moment as a browser's field says it, on the shop's clock."""
    return (datetime.now(UTC) + timedelta(**ahead)).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")


def make(operator: Client, shop, **more: str) -> experiences.Experience:
    form = {
        "token": once.token(),
        "name_en": "Tasting",
        "starts_at": clock(hours=1),
        "ends_at": clock(hours=3),
        "capacity": "1",
        "rank_min": "0",
        "no_show_days": "0",
        **more,
    }
    answer = operator.post("/experiences/new", form)
    assert answer.status_code == 302, answer.content.decode()
    return next(one for one in experiences.experiences(shop.conn, 1) if one.code == f"experience-{form['token'][:12]}")


def test_an_experience_is_made_opened_filled_and_entered(operator: Client, shop, lin: UUID) -> None:
    one = make(operator, shop)
    path = f"/experiences/{one.experience_id}"
    assert "Nobody signed up yet" in operator.get(path).content.decode()
    assert "Members can sign up now." in operator.post(f"{path}/state", {"state": "open"}, follow=True).content.decode()
    said = operator.post(f"{path}/sign-up", {"named": "+86 138 0013 8000"}, follow=True).content.decode()
    assert "Signed up." in said
    shop.join("M2", called="Bob")
    said = operator.post(f"{path}/sign-up", {"named": "M2"}, follow=True).content.decode()
    assert "No seat is left: in the waiting list, 0 wait before." in said
    wrong = operator.post(f"{path}/sign-up", {"named": "nobody"})
    assert wrong.status_code == 422
    ticket = experiences.ticket_text(experiences.booking(shop.conn, lin, one.experience_id))
    assert "林晓梅 is in." in operator.post(f"{path}/enter", {"ticket": ticket}, follow=True).content.decode()
    assert "was let in before" in operator.post(f"{path}/enter", {"ticket": ticket}, follow=True).content.decode()
    odd = operator.post(f"{path}/enter", {"ticket": "x"})
    assert (odd.status_code, "No seat has this ticket" in odd.content.decode()) == (422, True)
    assert "Was there" in operator.get(f"/members/{lin}").content.decode()
    assert "Tasting" in operator.get("/experiences").content.decode()


def test_a_seat_given_back_goes_to_the_next(operator: Client, shop, lin: UUID) -> None:
    one = make(operator, shop)
    path = f"/experiences/{one.experience_id}"
    bob = shop.join("M2")
    operator.post(f"{path}/state", {"state": "open"})
    for named in (str(lin), str(bob)):
        operator.post(f"{path}/sign-up", {"named": named})
    said = operator.post(f"{path}/{lin}/cancel", follow=True).content.decode()
    assert "Given back; the next in the list has the seat." in said
    assert experiences.booking(shop.conn, bob, one.experience_id).state is experiences.Seat.BOOKED


def test_times_are_those_of_the_shop_and_history_tells_changes(operator: Client, shop) -> None:
    one = make(operator, shop, starts_at="2127-03-20T19:00", ends_at="2127-03-20T21:00")
    assert one.starts_at == datetime(2127, 3, 20, 11, tzinfo=UTC)
    form = {"token": once.token(), "name_en": "Tasting", "starts_at": "2127-03-20T20:00", "ends_at": "2127-03-20T21:00"}
    rest = {"capacity": "2", "rank_min": "0", "no_show_days": "0"}
    page = operator.post(f"/experiences/{one.experience_id}/edit", {**form, **rest}, follow=True).content.decode()
    assert "Seats: 1 → 2" in page
    assert "Begins: Mar 20, 2127 19:00 → Mar 20, 2127 20:00" in page
    backwards = operator.post("/experiences/new", {**form, **rest, "ends_at": "2127-03-20T19:00"})
    assert backwards.status_code == 422
