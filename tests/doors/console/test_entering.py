"""Who gets in, and how: the log-in page, one-time links, and the door that stays shut."""

import re
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from regulars.doors import console
from regulars.doors.console import onetime
from regulars.kit import clock

PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.usefixtures("shop")


def make_owner() -> None:
    console.ensure_operator("owner", email="owner@example.com")
    owner = get_user_model().objects.get(username="owner")
    owner.set_password(PASSWORD)
    owner.save()


def log_in(client: Client, login: str, password: str):  # type: ignore[no-untyped-def]
    return client.post("/login", {"login": login, "password": password})


def is_inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_stranger_is_sent_to_the_login_page_and_back_after_it(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=/")


@pytest.mark.parametrize("login", ["owner", "owner@example.com"])
def test_name_or_mail_with_the_password_gets_in(client: Client, login: str) -> None:
    make_owner()
    answer = log_in(client, login, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_inside(client)


def test_a_wrong_password_stays_out_and_does_not_tell_which_half_was_wrong(client: Client) -> None:
    make_owner()
    wrong_password = log_in(client, "owner", "guess").content.decode()
    wrong_name = log_in(client, "nobody", PASSWORD).content.decode()
    sentences = [re.findall(r'role="alert".*?<p>(.*?)</p>', page, re.DOTALL) for page in (wrong_password, wrong_name)]
    assert sentences[0] == sentences[1] != []
    assert not is_inside(client)


def test_after_five_wrong_guesses_the_right_password_must_wait_too(client: Client) -> None:
    make_owner()
    for n in range(5):
        log_in(client, "owner", f"guess {n}")
    assert log_in(client, "owner", PASSWORD).status_code == 200
    assert not is_inside(client)


def test_a_flood_of_logins_ends_in_429_with_a_page_that_says_what_to_do(client: Client) -> None:
    answers = [log_in(client, "", "") for _ in range(31)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert "Too many tries" in answers[-1].content.decode()


def test_passwords_are_kept_as_argon2(db: None) -> None:
    make_owner()
    assert get_user_model().objects.get(username="owner").password.startswith("argon2$argon2id$")


def test_strangers_cannot_sign_up(client: Client) -> None:
    form = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, "email": "eve@example.com"}
    answer = client.post("/signup", form)
    assert "By invitation" in answer.content.decode()
    assert not get_user_model().objects.filter(username="eve").exists()


def test_an_operator_is_made_once_and_without_a_password(db: None) -> None:
    assert console.ensure_operator("owner") is True
    assert console.ensure_operator("owner") is False
    assert not get_user_model().objects.get(username="owner").has_usable_password()


def test_opening_a_link_uses_nothing_up_and_its_button_logs_in(client: Client) -> None:
    console.ensure_operator("owner")
    path = onetime.issue("owner")
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Welcome, owner" in page.content.decode()
        assert page["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page["Cache-Control"]
    assert not is_inside(client)
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_inside(client)


def test_a_link_works_once(client: Client) -> None:
    console.ensure_operator("owner")
    path = onetime.issue("owner")
    client.post(path)
    second = Client(SERVER_NAME="localhost")
    assert second.post(path).status_code == 410
    assert second.get(path).status_code == 410
    assert not is_inside(second)


def test_a_link_is_over_after_a_day(db: None) -> None:
    console.ensure_operator("owner")
    at = clock.now()
    token = onetime.issue("owner", at=at).removeprefix("/enter/")
    last = at + timedelta(hours=24) - timedelta(microseconds=1)
    assert onetime.holder(token, at=last) == get_user_model().objects.get(username="owner")
    assert onetime.consume(token, at=at + timedelta(hours=24)) is None


def test_a_new_link_ends_the_one_before(client: Client) -> None:
    console.ensure_operator("owner")
    first, second = onetime.issue("owner"), onetime.issue("owner")
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)


def test_a_closed_account_gets_no_link_and_its_old_link_is_dead(client: Client) -> None:
    console.ensure_operator("owner")
    path = onetime.issue("owner")
    get_user_model().objects.filter(username="owner").update(is_active=False)
    assert client.post(path).status_code == 410
    with pytest.raises(LookupError):
        onetime.issue("owner")


def test_the_token_itself_is_not_kept(db: None) -> None:
    console.ensure_operator("owner")
    token = onetime.issue("owner").removeprefix("/enter/")
    kept = get_user_model().objects.get(username="owner").loginlink_set.values().get()
    assert kept == {
        "id": ANY,
        "operator_id": ANY,
        "digest": onetime._digest(token),
        "issued_at": ANY,
        "expires_at": ANY,
        "used_at": None,
    }
    assert token not in kept["digest"]


def test_a_link_needs_the_token_of_its_form(db: None) -> None:
    console.ensure_operator("owner")
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    path = onetime.issue("owner")
    answer = strict.post(path)
    assert answer.status_code == 403
    assert "The form was open for too long" in answer.content.decode()
    assert strict.get(path).status_code == 200


def test_logging_out_needs_a_post(operator: Client) -> None:
    operator.get("/logout")
    assert is_inside(operator)
    operator.post("/logout")
    assert not is_inside(operator)


def test_an_operator_without_a_password_can_set_one(operator: Client) -> None:
    assert operator.get("/password", follow=True).redirect_chain == [("/password/set", 302)]
    operator.post("/password/set", {"password1": PASSWORD, "password2": PASSWORD})
    again = Client(SERVER_NAME="localhost")
    assert log_in(again, "owner", PASSWORD).status_code == 302
    assert is_inside(again)
