"""Every page answers in both languages, weighs little, and shows nothing of another program."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from regulars import flows
from regulars.doors.console import assets
from regulars.records import access

PAGES = [
    "/",
    "/?days=365",
    "/members",
    "/members?show=ending",
    "/members?show=owing",
    "/members/enroll",
    "/members/{lin}",
    "/members/{lin}/adjust",
    "/members/{lin}/redeem",
    "/members/{lin}/edit",
    "/members/{lin}/give",
    "/members/{lin}/household",
    "/members/{lin}/merge",
    "/members/{merged}",
    "/members/{merged}/unmerge",
    "/ledger",
    "/orders",
    "/orders/{lin}/{order}",
    "/waiting",
    "/approvals",
    "/approvals?state=declined",
    "/approvals/{lin}/{waits}",
    "/earning",
    "/earning/1",
    "/earning/2",
    "/earning/3",
    "/earning/new",
    "/earning/terms",
    "/earning/new/earn_rate",
    "/earning/new/event_points",
    "/earning/new/birthday_factor",
    "/earning/new/tier_factor",
    "/earning/new/multiply",
    "/earning/new/bonus",
    "/earning/new/nth_order",
    "/earning/new/streak",
    "/earning/try",
    "/earning/try/earning",
    "/earning/try/line",
    "/earning/try/event",
    "/earning/try/journey",
    "/earning/try/guard",
    "/earning/dry-run",
    "/earning/caps",
    "/wallets",
    "/wallets/new",
    "/wallets/points/edit",
    "/tiers",
    "/tiers/edit",
    "/tiers/edit?add=1",
    "/rewards",
    "/rewards/new",
    "/rewards/redemptions",
    "/rewards/categories",
    "/coupons",
    "/coupons/new",
    "/coupons/pools/spring",
    "/coupons/pools/spring/edit",
    "/coupons/pools/summer",
    "/coupons/pools/spring/codes/{coupon}",
    "/fraud",
    "/fraud?state=all",
    "/fraud/report",
    "/fraud/rules/new/velocity",
    "/staff",
    "/privacy",
    "/audit",
    "/audit?kind=access",
    "/trials",
    "/segments",
    "/segments/new",
    "/segments/new?template=drifting",
    "/settings",
    "/settings/limits",
    "/me",
    "/developers",
]
_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def order(shop, lin) -> UUID:
    return shop.buy(lin, "SO-2", 5000)


@pytest.fixture
def merged(shop, lin) -> UUID:
    """A member who was merged into lin."""
    member = shop.join("M8")
    with shop.conn.transaction():
        flows.merge_members(shop.conn, shop.plan, member, lin, at=shop.at)
    return member


@pytest.fixture
def waits(shop, lin) -> UUID:
    """An adjustment above the limit of who asked for it."""
    with shop.conn.transaction():
        asked = flows.ask_adjustment(
            shop.conn, shop.plan, lin, 5000, by=access.staff(0, "Wang"), shown_reason="Sorry", reference="T", at=shop.at
        )
    assert asked.adjustment is not None
    return asked.adjustment.adjustment_id


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_in_both_languages_and_weighs_at_most_100_kb(
    operator: Client, lin: UUID, order: UUID, merged: UUID, waits: UUID, coupon: str, page: str
) -> None:
    address = page.format(lin=lin, order=order, merged=merged, waits=waits, coupon=coupon)
    fixed = sum(
        assets.BUILT.joinpath(assets.address(name).removeprefix("/static/") + ".br").stat().st_size
        for name in ("app.css", "app.js", "icons.svg", "favicon.svg")
    )
    titles = {}
    for language in ("en", "zh-hans"):
        operator.cookies["language"] = language
        answer = operator.get(address)
        assert answer.status_code == 200
        titles[language] = re.findall("<title>(.*?) ·", answer.content.decode())[0]
        packed = operator.get(address, headers={"accept-encoding": "gzip"})
        assert len(packed.content) + fixed <= 100 * 1024
    named = page.endswith(("{lin}", "{order}", "{merged}", "{coupon}"))
    if not named:
        assert (bool(_CHINESE.search(titles["en"])), bool(_CHINESE.search(titles["zh-hans"]))) == (False, True)


@pytest.mark.parametrize("page", [page for page in PAGES if "{" not in page])
def test_a_stranger_is_asked_to_log_in(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login")


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page])
def test_what_belongs_to_another_program_does_not_exist(operator: Client, shop, found: Callable, page: str) -> None:
    other = found("other")
    member = other.join("X1")
    order = other.buy(member, "X-1", 1000)
    assert operator.get(page.format(lin=member, order=order, merged=member, waits=order, coupon="R")).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["adjust", "redeem", "edit", "give", "household", "merge", "unmerge", "status", "identifiers"],
)
def test_nobody_acts_on_a_member_of_another_program(operator: Client, shop, found: Callable, page: str) -> None:
    other = found("other")
    member = other.join("X1")
    answer = operator.post(f"/members/{member}/{page}", {"status": "frozen"})
    assert answer.status_code == 404


def test_the_sidebar_leads_to_every_built_page(operator: Client, shop) -> None:
    page = operator.get("/orders").content.decode()
    links = re.findall(r'<a class="nav-item" href="([^"]*)"( aria-current="page")?', page)
    assert [address for address, _ in links] == [
        "/",
        "/waiting",
        "/approvals",
        "/members",
        "/orders",
        "/ledger",
        "/segments",
        "/earning",
        "/wallets",
        "/tiers",
        "/trials",
        "/rewards",
        "/coupons",
        "/experiences",
        "/campaigns",
        "/challenges",
        "/referrals",
        "/fraud",
        "/privacy",
        "/audit",
        "/developers",
        "/staff",
        "/settings",
    ]
    assert [address for address, current in links if current] == ["/orders"]
