"""The condition editor in a real browser: by clicks, by keys, as text, on a phone."""

from collections.abc import Callable
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Open = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def enter(open_page: Open, address: str, login_link: Callable[[], str]) -> Open:
    """Opens a page of somebody who has logged in."""

    def make(**how: object) -> tuple[Page, list[str]]:
        page, complaints = open_page(**how)
        page.goto(address + login_link())
        page.locator("form button.btn-primary").click()
        page.wait_for_url(f"{address}/")
        return page, complaints

    return make


def test_a_condition_is_built_by_clicks_and_says_whom_it_reaches(enter: Open, address: str, shop, lin: UUID) -> None:
    shop.join("M2")
    page, complaints = enter()
    page.goto(f"{address}/earning/try")
    preview = page.locator("#condition-preview")
    expect(preview).to_contain_text("Nothing is asked: all members.")
    page.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_label("What is asked")).to_be_focused()
    page.get_by_label("What is asked").select_option(label="tier")
    page.get_by_label("Value").select_option(label="Member")
    expect(preview).to_contain_text("2 members now, 100.0% of 2")
    expect(preview).to_contain_text("That is nearly everybody. I mean all 2 of them.")
    page.get_by_role("button", name="and …").click()
    page.get_by_label("What is asked").nth(1).select_option(label="past orders: how many")
    page.get_by_label("Value").nth(1).fill("1")
    expect(preview).to_contain_text("tier is Member and the number of past orders is at least 1")
    expect(preview).to_contain_text("1 member now, 50.0% of 2")
    expect(preview).to_contain_text("林晓梅")
    page.get_by_role("button", name="where …").click()
    page.get_by_label("What is asked").nth(2).select_option(label="moment")
    page.get_by_label("Value").nth(2).fill("30")
    expect(preview).to_contain_text("moment was 30 days ago or less")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Edit as text").click()
    expect(page.get_by_label("The condition as text")).to_have_value(
        'member.tier == "member" && member.orders.filter(r, now - r.at <= days(30)).size() >= 1'
    )
    assert complaints == []


def test_the_editor_needs_no_mouse(enter: Open, address: str, shop, lin: UUID) -> None:
    page, complaints = enter()
    page.goto(f"{address}/earning/try")
    page.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is asked")).to_be_focused()
    page.keyboard.type("available points")
    expect(page.get_by_label("How it is compared")).to_be_visible()
    expect(page.get_by_label("What is asked")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("How it is compared")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("300")
    expect(page.locator("#condition-preview")).to_contain_text("available points is at least 300")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove this part")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#condition-preview")).to_contain_text("Nothing is asked: all members.")
    assert complaints == []


def test_a_mistake_in_the_text_is_mended_at_its_place_on_a_phone(enter: Open, address: str, shop, lin: UUID) -> None:
    page, complaints = enter(size=(390, 844), theme="dark", language="zh-hans")
    page.goto(f"{address}/earning/try")
    page.get_by_role("button", name="以文本编辑").click()
    page.get_by_label("条件文本").fill('member.tier == "glod"')
    preview = page.locator("#condition-preview")
    expect(preview).to_contain_text("第 1 行第 16 列")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="改写为“gold”").click()
    expect(page.get_by_label("条件文本")).to_have_value('member.tier == "gold"')
    expect(preview).to_contain_text("等级为")
    page.get_by_role("button", name="按行编辑").click()
    expect(page.get_by_label("问什么")).to_have_value("member.tier")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert complaints == []
