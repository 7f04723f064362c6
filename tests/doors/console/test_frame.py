"""What every page has: headers, language, theme, no inline code, little weight."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from regulars.doors.console import assets

TEMPLATES = Path(assets.__file__).parent / "templates"
PUBLIC = ["/login", "/signup", "/inactive", "/enter/unknown", "/no-such-page"]
INSIDE = ["/", "/password/set"]

pytestmark = pytest.mark.usefixtures("shop")


def test_no_page_may_be_framed_or_run_foreign_code(client: Client) -> None:
    headers = client.get("/login").headers
    policy = sorted(part.strip() for part in headers["Content-Security-Policy"].split(";"))
    assert policy == [
        "base-uri 'none'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
    ]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(operator: Client) -> None:
    operator.get("/")
    operator.post("/theme", {"theme": "dark", "next": "/"})
    operator.post("/language", {"language": "zh-hans", "next": "/"})
    assert set(operator.cookies) >= {"operator", "csrftoken", "theme", "language"}
    for name in ("csrftoken", "theme", "language"):
        assert (operator.cookies[name]["httponly"], operator.cookies[name]["samesite"]) == (True, "Lax")
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_inline_code_or_style(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r'\sstyle="|<style|\son[a-z]+="|hx-on|js:|javascript:', text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("path", [*PUBLIC, *INSIDE])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_speak_the_language_asked_for(operator: Client, path: str, language: str) -> None:
    if path in PUBLIC:
        operator.logout()
    operator.cookies["language"] = language
    page = operator.get(path, follow=True).content.decode()
    assert f'<html lang="{ {"en": "en", "zh-hans": "zh-Hans"}[language] }"' in page
    title = re.search(r"<title>(.*?) ·", page)
    assert title is not None
    assert bool(re.search("[\u4e00-\u9fff]", title[1])) is (language == "zh-hans")


def test_the_browser_language_serves_until_one_is_chosen(client: Client) -> None:
    assert "欢迎回来" in client.get("/login", headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()


def test_the_language_switch_comes_back_to_the_same_page(client: Client) -> None:
    answer = client.post("/language", {"language": "zh-hans", "next": "/login?next=/"})
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=/")
    assert "欢迎回来" in client.get("/login").content.decode()


@pytest.mark.parametrize(
    ("theme", "mark"),
    [
        ("dark", '<html lang="en" data-bs-theme="dark">'),
        ("light", '<html lang="en" data-bs-theme="light">'),
        ("auto", '<html lang="en">'),
        ("pink", '<html lang="en">'),
    ],
)
def test_the_theme_is_in_the_page_as_it_arrives(client: Client, theme: str, mark: str) -> None:
    answer = client.post("/theme", {"theme": theme, "next": "/login"})
    assert answer["Location"] == "/login"
    assert mark in client.get("/login").content.decode()


def test_the_theme_switch_leads_to_no_other_site(client: Client) -> None:
    assert client.post("/theme", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


def test_the_sidebar_marks_where_one_is_and_shows_no_page_that_does_not_exist(operator: Client) -> None:
    page = operator.get("/").content.decode()
    links = re.findall(r'<a class="nav-item" href="([^"]*)"( aria-current="page")?', page)
    assert links[0] == ("/", ' aria-current="page"')
    assert "#" not in [address for address, _current in links]


def test_the_gallery_is_not_open_without_debug(operator: Client) -> None:
    assert operator.get("/_components").status_code == 404


def test_djangos_tables_live_in_their_own_schema(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select distinct schemaname from pg_tables where tablename = 'operator'")
        assert cursor.fetchall() == [("people",)]
        cursor.execute("select count(*) from pg_tables where schemaname = 'public'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("path", INSIDE)
def test_a_page_weighs_at_most_100_kb_over_the_wire(operator: Client, path: str) -> None:
    page = operator.get(path, headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    fixed = sum(
        assets.BUILT.joinpath(assets.address(name).removeprefix("/static/") + ".br").stat().st_size
        for name in ("app.css", "app.js", "icons.svg", "favicon.svg")
    )
    assert len(page.content) + fixed <= 100 * 1024
