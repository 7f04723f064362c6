"""Experiences over HTTP: made, opened, booked, waited for, entered, rated."""

from .conftest import ago


def book(shop, path, member):
    return shop.post(f"{path}/bookings", {"member_id": member})


def test_seats_then_places_and_the_next_moves_up(shop):
    path = shop.invite("night")
    ann, bob, cat = (shop.member() for _ in range(3))
    answers = [book(shop, path, one) for one in (ann, bob, cat)]
    assert [answer.status_code for answer in answers] == [201, 201, 202]
    assert (answers[2].json()["ahead"], answers[2].json()["ticket"]) == (0, None)
    again = book(shop, path, ann)
    assert (again.status_code, again.headers["idempotent-replay"]) == (200, "true")
    assert again.json() == answers[0].json()
    assert shop.post(f"{path}/bookings/{ann}/cancel", {}).json() == {"state": "cancelled", "moved_up": [cat]}
    (seat,) = shop.get(f"/v1/members/{cat}/experiences").json()["bookings"]
    assert (seat["state"], len(seat["ticket"])) == ("booked", 64)
    assert seat["ticket_svg"].startswith("<svg")
    (told,) = shop.get("/v1/experiences").json()["experiences"]
    assert (told["seats_left"], told["waiting"]) == (0, 0)


def test_a_ticket_lets_in_once_and_then_feedback_is_taken(shop):
    shop.reward("event_attended", 30)
    path, ann = shop.invite("night"), shop.member()
    ticket = book(shop, path, ann).json()["ticket"]
    early = shop.post(f"{path}/bookings/{ann}/feedback", {"rating": 5})
    assert (early.status_code, early.json()["code"]) == (409, "no-seat")
    first, again = (shop.post(f"{path}/check-ins", {"ticket": ticket}) for _ in range(2))
    assert (first.status_code, first.json()["points"]) == (201, 30)
    assert (again.status_code, again.json()["points"], again.headers["idempotent-replay"]) == (200, 0, "true")
    assert shop.post(f"{path}/bookings/{ann}/feedback", {"rating": 4, "comment": "Good"}).status_code == 200
    wrong = shop.post(f"{path}/bookings/{ann}/feedback", {"rating": 6})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation-failed")
    (there,) = shop.get(f"{path}/bookings", key=shop.admin).json()["attendees"]
    assert (there["state"], there["rating"], there["comment"]) == ("attended", 4, "Good")


def test_refusals_say_why(shop):
    path, ann = shop.invite("gold", rank_min=3), shop.member()
    refused = book(shop, path, ann)
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (409, "not-invited", "tier")
    assert book(shop, "/v1/experiences/none", ann).status_code == 404
    odd = shop.post(f"{path}/check-ins", {"ticket": "x"})
    assert (odd.status_code, odd.json()["code"]) == (422, "unknown-ticket")
    none = shop.post(f"{path}/bookings/{ann}/cancel", {})
    assert (none.status_code, none.json()["code"]) == (409, "no-seat")


def test_only_admins_make_them_and_what_is_over_is_fixed(shop):
    path = shop.invite("night")
    body = {
        "code": "night",
        "name": {"en": "Night"},
        "starts_at": ago(hours=-1),
        "ends_at": ago(hours=-2),
        "capacity": 2,
    }
    assert shop.post("/v1/experiences", body).status_code == 403
    backwards = shop.post("/v1/experiences", {**body, "ends_at": ago(hours=1)}, key=shop.admin)
    assert (backwards.status_code, backwards.json()["code"]) == (422, "validation-failed")
    unread = shop.post("/v1/experiences", {**body, "condition": "member.tear == 1"}, key=shop.admin)
    assert (unread.status_code, unread.json()["code"]) == (422, "rule-invalid")
    assert shop.post(f"{path}/state", {"state": "cancelled"}, key=shop.admin).json()["state"] == "cancelled"
    late = shop.post(f"{path}/state", {"state": "open"}, key=shop.admin)
    assert (late.status_code, late.json()["code"]) == (409, "experience-fixed")
    assert shop.get(f"{path}/history", key=shop.admin).json()["history"][0]["changes"] == [
        {"field": "state", "was": "2", "now": "4"}
    ]


def test_another_program_has_none_of_it(shop, other):
    path = shop.invite("night")
    ticket = book(shop, path, shop.member()).json()["ticket"]
    assert other.post(f"{path}/check-ins", {"ticket": ticket}).status_code == 404
    elsewhere = other.invite("night")
    assert other.post(f"{elsewhere}/check-ins", {"ticket": ticket}).json()["code"] == "unknown-ticket"
