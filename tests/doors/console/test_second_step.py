"""The second step of a log-in: turned on with a code, asked for from then on, also after a link."""

import time

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from regulars.doors import console
from regulars.doors.console import onetime

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.usefixtures("shop")


def code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value  # Django is configured by now

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def confirm(client: Client, path: str) -> None:
    """A step that matters asks for the password again."""
    answer = client.get(path)
    if answer.status_code == 302:
        client.post(answer["Location"], {"password": PASSWORD})


@pytest.fixture
def protected(client: Client) -> str:
    """The owner, who turned it on; answers the secret of the app."""
    console.ensure_operator("owner")
    owner = get_user_model().objects.get(username="owner")
    owner.set_password(PASSWORD)
    owner.save()
    client.post("/login", {"login": "owner", "password": PASSWORD})
    confirm(client, "/me/second-step/on")
    page = client.get("/me/second-step/on").content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    assert client.post("/me/second-step/on", {"code": "000000"}).status_code == 200
    assert client.post("/me/second-step/on", {"code": code(secret)}).status_code == 302
    assert "It is on" in client.get("/me/second-step").content.decode()
    return secret


def is_inside(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_a_password_alone_is_not_enough_any_more(protected: str) -> None:
    browser = Client(SERVER_NAME="localhost")
    answer = browser.post("/login", {"login": "owner", "password": PASSWORD})
    assert answer["Location"] == "/login/second-step"
    assert not is_inside(browser)
    assert browser.post("/login/second-step", {"code": "000000"}).status_code == 200
    assert not is_inside(browser)


def test_a_recovery_code_lets_in_once(client: Client, protected: str) -> None:
    codes = client.get("/me/second-step/codes").content.decode().split('<pre class="code-block">')[1].split()
    for attempt in range(2):
        browser = Client(SERVER_NAME="localhost")
        browser.post("/login", {"login": "owner", "password": PASSWORD})
        browser.post("/login/second-step", {"code": codes[0]})
        assert is_inside(browser) is (attempt == 0)


def test_a_log_in_link_asks_for_it_too(protected: str) -> None:
    browser = Client(SERVER_NAME="localhost")
    assert browser.post(onetime.issue("owner"))["Location"] == "/login/second-step"
    assert not is_inside(browser)


def test_the_secret_is_stored_sealed(protected: str) -> None:
    from allauth.mfa.models import Authenticator

    stored = Authenticator.objects.get(type="totp").data
    assert protected not in str(stored)


def test_it_is_turned_off_again(client: Client, protected: str) -> None:
    assert client.get("/me/second-step/off").status_code == 200
    assert client.post("/me/second-step/off").status_code == 302
    browser = Client(SERVER_NAME="localhost")
    browser.post("/login", {"login": "owner", "password": PASSWORD})
    assert is_inside(browser)
