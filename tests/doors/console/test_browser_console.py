"""The console at work in a real browser: find a member, move points, redeem, return, change the language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.program.rewards.test_pictures import png

from regulars import flows
from regulars.kit import ids
from regulars.program import challenges, experiences, referrals, rewards
from regulars.records import access, activities, ledger

WIDE, PHONE = (1440, 900), (390, 844)
Open = Callable[..., tuple[Page, list[str]]]
PAGES = [
    "/",
    "/members",
    "/members/enroll",
    "/members/{lin}",
    "/members/{lin}/adjust",
    "/members/{lin}/redeem",
    "/members/{lin}/give",
    "/members/{lin}/household",
    "/members/{lin}/merge",
    "/members/{merged}",
    "/members/{merged}/unmerge",
    "/members/{mate}/household",
    "/members/{lin}?wallet=cash",
    "/ledger?kind=earned",
    "/orders",
    "/orders/{lin}/{order}",
    "/waiting",
    "/approvals",
    "/approvals/{lin}/{waits}",
    "/earning",
    "/earning/1",
    "/earning/terms",
    "/earning/try",
    "/earning/dry-run",
    "/earning/new/multiply",
    "/earning/new/bonus",
    "/earning/new/earn_rate",
    "/earning/new/event_points",
    "/wallets",
    "/wallets/new",
    "/wallets/points/edit",
    "/wallets/cash/edit",
    "/tiers",
    "/tiers/edit",
    "/tiers/new",
    "/members/{lin}/tier",
    "/rewards",
    "/rewards/new",
    "/rewards/redemptions",
    "/rewards/categories",
    "/rewards/{bike}",
    "/rewards/{bike}/edit",
    "/redemptions/{lin}/{redeemed}",
    "/coupons",
    "/coupons/new",
    "/coupons/pools/spring",
    "/coupons/pools/spring/edit",
    "/coupons/pools/summer",
    "/coupons/pools/spring/codes/{coupon}",
    "/experiences",
    "/experiences/new",
    "/experiences/{experience}",
    "/experiences/{experience}/edit",
    "/referrals",
    "/referrals/terms",
    "/challenges",
    "/challenges/new",
    "/challenges/{challenge}",
    "/challenges/{challenge}/edit",
    "/settings",
    "/settings/limits",
    "/me",
    "/developers",
]


def a_draw_and_a_parcel(shop, member: UUID) -> tuple[UUID, UUID]:
    """A sweepstake with a picture, several prices and a condition, drawn; and a bag that was sent."""
    picture = rewards.pictures.read(png(300, 200))
    tote = next(one for one in rewards.catalogue(shop.conn, 1) if one.code == "tote-bag")
    bike = replace(
        tote,
        reward_id=ids.key_of("browser", "bike"),
        code="bike",
        name={"en": "City bike", "zh": "城市自行车"},
        type="sweepstake",
        price_points=10,
        prices=(rewards.Price(points=5, money_minor=300),),
        steps=rewards.Steps(by="had", steps=(rewards.Step(units=2, percent=150),)),
        audience=flows.reward_audience(shop.plan, "member.orders_12m >= 1"),
        params={"winners": 1},
        ends_at=shop.at + timedelta(minutes=30),
        picture_id=picture.picture_id,
        picture_alt={"en": "A bike", "zh": "自行车"},
        units_left=None,
        member_limit=None,
        version=0,
    )
    with shop.conn.transaction():
        rewards.keep_picture(shop.conn, picture, at=shop.at)
        flows.save_reward(shop.conn, shop.plan, bike, by="Wang", at=shop.at)
        flows.save_reward(shop.conn, shop.plan, replace(tote, price_points=100), by="Wang", at=shop.at)
        ask = {"external_id": "R-1", "at": shop.at, "actor": "Wang"}
        one = flows.redeem_reward(shop.conn, shop.plan, member, tote.reward_id, **ask).redemption
        flows.redeem_reward(shop.conn, shop.plan, member, bike.reward_id, **{**ask, "external_id": "R-2"}, quantity=3)
        parcel = {"carrier": "SF Express", "tracking": "SF1234567890", "note": "With a card"}
        flows.fulfill_redemption(
            shop.conn, shop.plan, member, one.redemption_id, at=shop.at, actor="Wang", move=rewards.Move.SHIP, **parcel
        )
        flows.draw_winners(shop.conn, shop.plan, bike, outside="7 12 23", by="Wang", at=bike.ends_at)
    return bike.reward_id, one.redemption_id


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "zh-hans")],
    ids=["wide-light-en", "phone-dark-zh"],
)
def test_no_page_shuts_anybody_out_or_breaks_the_policy(
    enter: Open,
    address: str,
    shop,
    lin: UUID,
    coupon: str,
    size: tuple[int, int],
    theme: str,
    language: str,
) -> None:
    order = shop.buy(lin, "SO-2", 5000, store="A", till="1", receipt="R1")
    shop.buy(lin, "SO-3", 5000, store="A", till="1", receipt="R1")
    merged, mate = shop.join("M8"), shop.join("M9")
    money = replace(shop.plan.wallet, code="cash", unit={"en": "cashback"}, kind=ledger.WalletKind.CASHBACK)
    ledger.save_wallet(shop.conn, money)
    with shop.conn.transaction():
        flows.merge_members(shop.conn, shop.reload(), merged, lin, at=shop.at)
        flows.found_household(shop.conn, shop.plan, "HH-1", [mate], at=shop.at)
        flows.activate_points(shop.conn, shop.plan, "SO-99", source="shop", at=shop.at)
        asked = flows.ask_adjustment(
            shop.conn, shop.plan, lin, 5000, by=access.staff(0, "Wang"), shown_reason="Sorry", reference="T", at=shop.at
        )
    waits = asked.adjustment.adjustment_id
    bike, redeemed = a_draw_and_a_parcel(shop, lin)
    experience = uuid4()
    night = experiences.Experience(
        program_id=1, experience_id=experience, code="x", name={"en": "Night"}, description={}, capacity=1,
        starts_at=shop.at + timedelta(days=1), ends_at=shop.at + timedelta(days=2), state=experiences.State.OPEN,
    )  # fmt: skip
    experiences.save(shop.conn, night, by="owner", at=shop.at)
    flows.book_seat(shop.conn, shop.plan, experience, lin, at=shop.at)
    scheme = referrals.Scheme(program_id=1, advocate_points=9, friend_points=5)
    referrals.save(shop.conn, scheme, by="owner", at=shop.at)
    referrals.join(shop.conn, 1, mate, lin, reasons=["device"], at=shop.at, on=shop.at.date())
    challenge = uuid4()
    goal = challenges.Challenge(
        program_id=1, challenge_id=challenge, code="c", name={"en": "Three"}, description={}, counts="order",
        measure=challenges.Measure.COUNT, milestones=(challenges.Milestone(target=3, points=9, badge={"en": "B"}),),
        state=challenges.State.LIVE,
    )  # fmt: skip
    challenges.save(shop.conn, goal, by="owner", at=shop.at)
    page, complaints = enter(size=size, theme=theme, language=language)
    for path in PAGES:
        names = {"waits": waits, "merged": merged, "mate": mate, "challenge": challenge, "coupon": coupon}
        names["experience"] = experience
        page.goto(address + path.format(lin=lin, order=order, bike=bike, redeemed=redeemed, **names))
        found = Axe().run(page)
        assert [(path, v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    assert complaints == []


def test_a_member_is_found_and_gets_points_in_a_few_keys(enter: Open, shop, lin: UUID) -> None:
    page, complaints = enter()
    page.keyboard.press("/")
    page.keyboard.type("8000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("林晓梅")
    page.get_by_role("link", name="Adjust points").click()
    sheet = page.get_by_role("dialog", name="Adjust points")
    sheet.get_by_label("Points").press_sequentially("50")
    expect(sheet.locator(".effect")).to_have_text("Available: 300 → 350 points. Worth ¥0.50.")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    sheet.get_by_label("Reason").fill("Late delivery")
    sheet.get_by_role("button", name="Adjust points").dblclick()
    expect(page.get_by_role("status")).to_contain_text("50 points were added. 350 can be used now.")
    expect(page.locator("#ledger .ledger-line").first).to_contain_text("Late delivery")
    assert complaints == []
    assert [line.points for line in shop.lines(lin)] == [50, 300]


def test_a_reward_is_redeemed_and_handed_out(enter: Open, address: str, shop, lin: UUID) -> None:
    page, complaints = enter()
    page.goto(f"{address}/members/{lin}")
    page.get_by_role("link", name="Redeem").click()
    sheet = page.get_by_role("dialog", name="Redeem a reward")
    expect(sheet).to_contain_text("200 points short")
    sheet.get_by_role("button", name="Redeem").first.click()
    expect(page.get_by_role("status")).to_contain_text("Redeemed for 300 points.")
    page.goto(f"{address}/rewards/redemptions")
    page.get_by_role("region", name="Redemptions").get_by_role("button", name="Hand out").click()
    expect(page.get_by_role("status")).to_contain_text("Handed out.")
    (one,) = rewards.redemptions(shop.conn, 1, limit=5)
    assert one.state is rewards.State.FULFILLED
    assert complaints == []


def test_a_return_shows_its_effect_while_it_is_typed(enter: Open, address: str, shop, lin: UUID) -> None:
    (order,) = activities.newest(shop.conn, 1, limit=1)
    page, complaints = enter()
    page.goto(f"{address}/orders/{lin}/{order.order_id}")
    page.get_by_label("Item 2").fill("1")
    expect(page.locator("#return-effect")).to_have_text("¥200.00 comes back, 200 points are taken back.")
    page.get_by_role("button", name="Return these").click()
    expect(page.get_by_role("status")).to_contain_text("The return is recorded.")
    assert shop.points(lin).spendable == 100
    assert complaints == []


def test_identifiers_open_in_place(enter: Open, address: str, lin: UUID) -> None:
    page, complaints = enter()
    page.goto(f"{address}/members/{lin}")
    expect(page.locator("#identifiers")).to_contain_text("+86 138****8000")
    page.get_by_role("button", name="Show in full").click()
    expect(page.locator("#identifiers")).to_contain_text("+8613800138000")
    assert page.url == f"{address}/members/{lin}"
    assert complaints == []


def test_the_calculator_and_the_ladder_answer_at_once(enter: Open, address: str, lin: UUID) -> None:
    page, complaints = enter()
    page.goto(f"{address}/earning")
    expect(page.locator("#calculated")).to_contain_text("249 points")
    page.get_by_label("by a member of tier").select_option(label="Gold")
    expect(page.locator("#calculated")).to_contain_text("373 points")
    page.goto(f"{address}/tiers/edit")
    page.get_by_label("Threshold").nth(1).fill("200")
    expect(page.locator("#tiers-effect")).to_contain_text("Silver 1 (+1)")
    assert complaints == []


def test_the_language_changes_and_the_page_stays(enter: Open, address: str, lin: UUID) -> None:
    page, _complaints = enter()
    page.goto(f"{address}/members/{lin}?kind=earned")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="积分账本")).to_be_visible()
    expect(page.locator("#ledger")).to_contain_text("订单 SO-1 获得")
    assert page.url == f"{address}/members/{lin}?kind=earned"
