"""The console in a real browser: no accessibility or policy violation, and the small script works."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("shop")
WIDE, PHONE = (1440, 900), (390, 844)
Open = Callable[..., tuple[Page, list[str]]]


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "light", "en"), (WIDE, "dark", "zh-hans"), (PHONE, "light", "zh-hans"), (PHONE, "dark", "en")],
    ids=["wide-light-en", "wide-dark-zh", "phone-light-zh", "phone-dark-en"],
)
@pytest.mark.parametrize("place", ["/login", "/_components?messages"])
def test_nothing_is_wrong_for_a_screen_reader_and_nothing_breaks_the_policy(
    open_page: Open, address: str, place: str, size: tuple[int, int], theme: str, language: str
) -> None:
    page, complaints = open_page(size=size, theme=theme, language=language)
    page.goto(address + place)
    found = Axe().run(page)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.context.close()


def test_a_slash_leads_to_the_search_box(open_page: Open, address: str) -> None:
    page, _complaints = open_page()
    page.goto(f"{address}/_components")
    page.keyboard.press("/")
    page.keyboard.type("lin/1")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("lin/1")
    page.context.close()


def test_the_sidebar_opens_on_a_phone_and_closes_with_escape(open_page: Open, address: str) -> None:
    page, _complaints = open_page(size=PHONE)
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


def test_a_dialog_says_the_effect_and_closes(open_page: Open, address: str) -> None:
    page, _complaints = open_page()
    page.goto(f"{address}/_components")
    page.get_by_role("button", name="Add points").click()
    dialog = page.get_by_role("dialog", name="Add 50 points?")
    expect(dialog).to_contain_text("412 members")
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.context.close()


def test_hovering_a_chart_shows_the_numbers_of_that_day(open_page: Open, address: str) -> None:
    page, _complaints = open_page()
    page.goto(f"{address}/_components")
    page.locator(".chart-slot").nth(3).hover()
    expect(page.locator(".chart-tip").nth(3)).to_be_visible()
    expect(page.locator(".chart-tip").nth(4)).to_be_hidden()
    page.context.close()


def test_a_fragment_comes_in_under_the_strict_policy_and_a_refusal_shows_its_reason(
    open_page: Open, address: str
) -> None:
    page, complaints = open_page()
    page.goto(f"{address}/_components")
    page.get_by_label("Name", exact=True).press_sequentially("lin")
    expect(page.locator("#count")).to_have_text("103 members")
    assert complaints == []
    page.get_by_label("Name", exact=True).fill("much too long a name")
    expect(page.locator("#count")).to_have_text("That name is too long.")
    page.context.close()


def test_a_one_time_link_lets_in_and_the_account_menu_lets_out(
    open_page: Open, address: str, login_link: Callable[[], str]
) -> None:
    page, complaints = open_page()
    page.goto(address + login_link())
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Corner Shop")
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"]] == []
    page.get_by_label("Account").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you")
    assert complaints == []
    page.context.close()


def test_the_theme_menu_changes_the_page_at_once(open_page: Open, address: str) -> None:
    page, _complaints = open_page(theme="light")
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
