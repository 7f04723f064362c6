"""A marketer builds a weekend campaign with a stop-loss line by clicks alone, in a real browser."""

from collections.abc import Callable
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from regulars import flows
from regulars.program import campaigns
from regulars.records import access

from .clicks import ask

Open = Callable[..., tuple[Page, list[str]]]
ANN = access.Actor(kind=access.ActorKind.STAFF, code="staff:9", name="Ann", person="staff:9")


def test_the_weekend_campaign_of_a_marketer(enter: Open, address: str, shop, lin: UUID) -> None:
    """Members of a tier, double points this weekend, at most 500 points, stopped under 30 % redemption."""
    page, complaints = enter()
    page.goto(f"{address}/campaigns/new")
    page.get_by_role("button", name="Start Double points weekend").click()
    expect(page.get_by_role("heading", name="Double points weekend")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Before it goes live")

    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Name in English").fill("Tea weekend for members")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("What is asked").select_option(label="tier")
    page.get_by_label("Value").select_option(label="Member")
    page.get_by_label("At most so many points").fill("500")
    page.get_by_label("From").fill("")
    page.get_by_label("I mean", exact=False).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Tea weekend for members")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 of 1 members are in the audience as of now.")

    page.get_by_role("link", name="Members who use their points below 30.0%, after 7 days").click()
    expect(page.get_by_label("Threshold")).to_have_value("30")
    page.get_by_label("Not before so many days").fill("0")
    page.get_by_label("Not below a sample of").fill("1")
    page.get_by_label("Only when chance does not explain it").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Members who use their points below 30.0%, after 0 days")

    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("main")).to_contain_text("It is live: purchases earn from it from now on.")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []

    made = campaigns.every(shop.conn, 1)[-1]
    assert (made.terms.audience_text, made.terms.budget.points_max) == ('member.tier == "member"', 500)
    held = campaigns.is_held_out(campaigns.Policy(), made, lin)
    shop.reload()
    shop.buy(lin, "WEEKEND", 1000)
    page.reload()
    expect(page.locator("main")).to_contain_text("0 / 500" if held else "10 / 500")

    page.get_by_role("link", name="Members who use their points below").click()
    page.get_by_role("button", name="Try on the past").click()
    expect(page.locator("main")).to_contain_text("On the past")
    said = "It would not have fired" if held else "It would have fired once"
    expect(page.locator("main")).to_contain_text(said)
    assert complaints == []


def test_double_tea_for_gold_coffee_drinkers_with_its_stop_loss_line_in_one_go(
    enter: Open, address: str, shop, lin: UUID
) -> None:
    """Gold members who bought coffee twice in 30 days get double points on tea this weekend, at most 500 a day, stop
    under 30 % redemption: one campaign, its rule, its line and the dry run, by clicks alone."""
    for number in range(2):
        shop.buy(lin, f"BIG-{number}", 2_000_000, category="coffee")
    page, complaints = enter()
    page.goto(f"{address}/campaigns/new")
    page.get_by_role("button", name="Start Double points weekend").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Name in English").fill("Double tea")
    ask(page, "audience", ("tier", "Gold"), ("lines bought: how many", "2"))
    coffee = page.locator("#audience-editor").get_by_role("group", name="Row 2")
    coffee.get_by_role("button", name="where …").click()
    coffee.get_by_label("What is asked").nth(1).select_option(label="category")
    coffee.get_by_label("Value").nth(1).fill("coffee")
    coffee.get_by_role("button", name="and …").click()
    coffee.get_by_label("What is asked").nth(2).select_option(label="moment")
    coffee.get_by_label("Value").nth(2).fill("30")
    page.get_by_label("Holdout in percent").fill("0")
    page.get_by_label("From").fill("")
    page.get_by_label("I mean", exact=False).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("1 of 1 members are in the audience as of now.")

    page.get_by_role("link", name="Look at").first.click()
    ask(page, "lines", ("category", "tea"))
    page.get_by_label("At most so many points for one member").fill("500")
    page.get_by_role("button", name="Save").last.click()
    shop.reload()

    page.goto(f"{address}/campaigns/1")
    page.get_by_role("link", name="Members who use their points below 30.0%, after 7 days").click()
    page.get_by_label("Not before so many days").fill("0")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("main")).to_contain_text("It is live: purchases earn from it from now on.")

    page.goto(f"{address}/earning/dry-run")
    page.get_by_label("A basket of member").fill("13800138000")
    page.get_by_label("Item 1: amount").fill("400")
    page.get_by_label("Item 1: category").fill("tea")
    page.get_by_role("button", name="Run").click()
    tea = page.locator(".tried > li", has_text="Double points")
    expect(tea).to_contain_text("+400")
    page.get_by_label("Item 1: amount").fill("900")
    page.get_by_role("button", name="Run").click()
    expect(tea).to_contain_text("+500")
    assert complaints == []


@pytest.mark.parametrize("path", ["/campaigns", "/campaigns/new", "/campaigns/1", "/campaigns/1/edit"])
def test_pages_fit_a_phone(enter: Open, address: str, shop, path: str) -> None:
    flows.start_campaign(shop.conn, shop.plan, "double_week", by=ANN, at=shop.at)
    page, complaints = enter(size=(390, 844))
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert complaints == []
