"""The console in a real browser: no accessibility or policy violation, and the small script works."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection, connections
from django.urls import clear_url_caches
from playwright.sync_api import Browser, Page, expect, sync_playwright

from regulars.doors import console
from regulars.doors.console import onetime

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium fonts-noto-cjk")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WIDE, PHONE = (1440, 900), (390, 844)


class _Server(ThreadingMixIn, WSGIServer):
    def process_request_thread(self, request: object, client_address: object) -> None:
        """A thread a request: its database connection ends with it."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(dsn: str) -> Iterator[str]:
    """Where the console answers, its page of components included."""
    served = console.application(settings.REGULARS, dsn)
    from regulars.doors.console import gallery, urls  # Django's models exist only once it is configured

    before = list(urls.urlpatterns)
    urls.urlpatterns += gallery.ADDRESSES
    clear_url_caches()
    server = make_server("127.0.0.1", 0, served, _Server, _Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    urls.urlpatterns[:] = before
    clear_url_caches()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def open_page(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = WIDE,
    theme: str = "light",
    language: str = "en",
) -> tuple[Page, list[str]]:
    """A fresh page, and the list its complaints (policy violations, script errors) go to."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    cookies = {"theme": theme, "language": language}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "light", "en"), (WIDE, "dark", "zh-hans"), (PHONE, "light", "zh-hans"), (PHONE, "dark", "en")],
    ids=["wide-light-en", "wide-dark-zh", "phone-light-zh", "phone-dark-en"],
)
@pytest.mark.parametrize("place", ["/login", "/_components?messages"])
def test_nothing_is_wrong_for_a_screen_reader_and_nothing_breaks_the_policy(
    browser: Browser, address: str, place: str, size: tuple[int, int], theme: str, language: str
) -> None:
    page, complaints = open_page(browser, address, size=size, theme=theme, language=language)
    page.goto(address + place)
    found = Axe().run(page)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.context.close()


def test_a_slash_leads_to_the_search_box(browser: Browser, address: str) -> None:
    page, _complaints = open_page(browser, address)
    page.goto(f"{address}/_components")
    page.keyboard.press("/")
    page.keyboard.type("lin/1")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("lin/1")
    page.context.close()


def test_the_sidebar_opens_on_a_phone_and_closes_with_escape(browser: Browser, address: str) -> None:
    page, _complaints = open_page(browser, address, size=PHONE)
    page.goto(f"{address}/_components")
    members = page.get_by_role("link", name="Members", exact=True)
    expect(members).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(members).to_be_visible()
    box = members.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.keyboard.press("Escape")
    expect(members).to_be_hidden()
    page.context.close()


def test_a_dialog_says_the_effect_and_closes(browser: Browser, address: str) -> None:
    page, _complaints = open_page(browser, address)
    page.goto(f"{address}/_components")
    page.get_by_role("button", name="Add points").click()
    dialog = page.get_by_role("dialog", name="Add 50 points?")
    expect(dialog).to_contain_text("412 members")
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.context.close()


def test_hovering_a_chart_shows_the_numbers_of_that_day(browser: Browser, address: str) -> None:
    page, _complaints = open_page(browser, address)
    page.goto(f"{address}/_components")
    page.locator(".chart-slot").nth(3).hover()
    expect(page.locator(".chart-tip").nth(3)).to_be_visible()
    expect(page.locator(".chart-tip").nth(4)).to_be_hidden()
    page.context.close()


def fresh_link() -> str:
    """Made in a thread of its own: Playwright keeps an event loop in ours, and Django refuses to share it."""

    def make() -> str:
        console.ensure_operator("browser")
        link = onetime.issue("browser")
        connection.close()
        return link

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(make).result()


def test_a_fragment_comes_in_under_the_strict_policy_and_a_refusal_shows_its_reason(
    browser: Browser, address: str
) -> None:
    page, complaints = open_page(browser, address)
    page.goto(f"{address}/_components")
    page.get_by_label("Name", exact=True).press_sequentially("lin")
    expect(page.locator("#count")).to_have_text("103 members")
    assert complaints == []
    page.get_by_label("Name", exact=True).fill("much too long a name")
    expect(page.locator("#count")).to_have_text("That name is too long.")
    page.context.close()


def test_a_one_time_link_lets_in_and_the_account_menu_lets_out(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, address)
    page.goto(address + fresh_link())
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []
    page.get_by_label("Account").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you")
    assert complaints == []
    page.context.close()


def test_the_theme_menu_changes_the_page_at_once(browser: Browser, address: str) -> None:
    page, _complaints = open_page(browser, address, theme="light")
    page.goto(f"{address}/login")
    bright = page.evaluate("getComputedStyle(document.querySelector('.entrance-main')).backgroundColor")
    page.get_by_label("Theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[data-bs-theme=dark]")).to_have_count(1)
    assert bright == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.entrance-main')).backgroundColor") == (
        "rgb(23, 30, 36)"
    )
    page.context.close()
