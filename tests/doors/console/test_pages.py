"""Every page answers in both languages, weighs little, and shows nothing of another program."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from regulars.doors.console import assets

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
    "/ledger",
    "/orders",
    "/orders/{lin}/{order}",
    "/waiting",
    "/approvals",
    "/approvals?state=declined",
    "/earning",
    "/earning/1",
    "/earning/2",
    "/earning/3",
    "/earning/new",
    "/earning/terms",
    "/earning/new/earn_rate",
    "/earning/new/birthday_factor",
    "/earning/new/tier_factor",
    "/wallets",
    "/wallets/new",
    "/wallets/points/edit",
    "/tiers",
    "/tiers/edit",
    "/tiers/edit?add=1",
    "/rewards",
    "/rewards/new",
    "/rewards/redemptions",
    "/settings",
    "/settings/limits",
    "/me",
    "/developers",
]
_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def order(shop, lin) -> UUID:
    return shop.buy(lin, "SO-2", 5000)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_in_both_languages_and_weighs_at_most_100_kb(
    operator: Client, lin: UUID, order: UUID, page: str
) -> None:
    address = page.format(lin=lin, order=order)
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
    named = "{lin}" in page and not page.endswith(("adjust", "redeem", "edit"))
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
    assert operator.get(page.format(lin=member, order=order)).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["adjust", "redeem", "edit", "status", "identifiers"],
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
        "/members",
        "/ledger",
        "/orders",
        "/waiting",
        "/approvals",
        "/earning",
        "/wallets",
        "/tiers",
        "/rewards",
        "/developers",
        "/settings",
    ]
    assert [address for address, current in links if current] == ["/orders"]
