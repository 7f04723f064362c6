"""The condition editor in a real browser: by clicks, by keys, as text, on a phone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .clicks import ask

Open = Callable[..., tuple[Page, list[str]]]


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


def test_a_marketer_builds_double_tea_for_gold_coffee_drinkers_by_clicks_and_sees_it_in_the_dry_run(
    enter: Open, address: str, shop, lin: UUID
) -> None:
    """Gold members who bought coffee twice in 30 days get double points on tea this weekend, at most 500 a day."""
    for number in range(2):
        shop.buy(lin, f"BIG-{number}", 2_000_000, category="coffee")
    shop.reload()
    page, complaints = enter()
    page.goto(f"{address}/earning")
    page.locator("summary").filter(has_text="Add a rule").click()
    page.get_by_role("link", name="A multiple of the points").click()
    page.get_by_label("Name in English").fill("Tea weekend")
    page.get_by_label("Times as many points").fill("2")
    ask(page, "condition", ("tier", "Gold"), ("lines bought: how many", "2"))
    coffee = page.locator("#condition-editor").get_by_role("group", name="Row 2")
    coffee.get_by_role("button", name="where …").click()
    coffee.get_by_label("What is asked").nth(1).select_option(label="category")
    coffee.get_by_label("Value").nth(1).fill("coffee")
    coffee.get_by_role("button", name="and …").click()
    coffee.get_by_label("What is asked").nth(2).select_option(label="moment")
    coffee.get_by_label("Value").nth(2).fill("30")
    expect(page.locator("#condition-preview")).to_contain_text(
        "tier is Gold and the number of (lines bought where category is “coffee” and moment was 30 days ago or less) "
        "is at least 2"
    )
    ask(page, "lines", ("category", "tea"))
    today = shop.plan.program.local_date(shop.at)
    page.get_by_label("From", exact=True).fill(today.isoformat())
    page.get_by_label("Until", exact=True).fill((today + timedelta(days=2)).isoformat())
    page.get_by_label("At most so many points for one member").fill("500")
    page.get_by_label("What members read, in English").fill("Double points on tea this weekend")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")
    page.get_by_role("link", name="Dry run").click()
    page.get_by_label("A basket of member").fill("13800138000")
    page.get_by_label("Item 1: amount").fill("400")
    page.get_by_label("Item 1: category").fill("tea")
    page.get_by_role("button", name="Run").click()
    tea = page.locator(".tried > li", has_text="Tea weekend")
    expect(tea).to_contain_text("+400")
    expect(tea).to_contain_text("✓ tier is Gold")
    page.get_by_label("Item 1: amount").fill("900")
    page.get_by_role("button", name="Run").click()
    expect(tea).to_contain_text("+500")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    page.get_by_label("Item 1: category").fill("books")
    page.get_by_role("button", name="Run").click()
    expect(tea).to_contain_text("No line of the order counts for it")
    tea.get_by_role("link", name="Tea weekend").click()
    page.get_by_role("button", name="Put into force").first.click()
    expect(page.get_by_role("status")).to_contain_text("In force from now on.")
    assert complaints == []
