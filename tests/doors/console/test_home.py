"""Home: decisions first, then figures; honest when there is nothing yet; and the page that founds a program."""

import re
from datetime import UTC, datetime

from django.test import Client

from regulars import flows
from regulars.program import rewards
from regulars.records import activities, programs

FORM = {"name": "街角烘焙", "currency": "CNY", "time_zone": "Asia/Shanghai", "language": "zh"}


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def test_without_a_program_every_page_leads_to_founding_one(operator: Client, fresh) -> None:
    for page in ("/", "/members", "/earning"):
        assert operator.get(page)["Location"] == "/welcome"
    assert "Found your program" in text_of(operator.get("/welcome"))


def test_founding_makes_a_program_with_its_defaults(operator: Client, fresh) -> None:
    answer = operator.post("/welcome", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    (program,) = programs.all_of(fresh)
    assert (dict(program.name), program.currency, program.time_zone, program.language) == (
        {"zh": "街角烘焙"},
        "CNY",
        "Asia/Shanghai",
        "zh",
    )
    assert len(flows.load(fresh, program.program_id).ladder.tiers) == 3


def test_founding_twice_makes_one_program(operator: Client, fresh) -> None:
    operator.post("/welcome", FORM)
    assert operator.post("/welcome", FORM)["Location"] == "/"
    assert len(programs.all_of(fresh)) == 1


def test_a_form_without_a_name_founds_nothing(operator: Client, fresh) -> None:
    assert operator.post("/welcome", {**FORM, "name": ""}).status_code == 422
    assert programs.all_of(fresh) == []


def test_before_the_first_order_the_page_says_what_to_do_next(operator: Client, shop) -> None:
    page = text_of(operator.get("/"))
    assert "Waiting for the first order" in page
    assert "regulars import" in page
    assert "Repurchase rate" not in page


def test_figures_come_with_definition_and_comparison(operator: Client, shop, lin) -> None:
    shop.buy(lin, "SO-2", 10000)
    page = text_of(operator.get("/"))
    assert "Members with at least one order in the period." in page
    assert "¥400" in page  # net revenue
    assert "100.0%" in page  # one buyer, who bought twice
    assert "400 points that members hold, at ¥0.01 a point." in page
    assert "Nothing needs a decision today" in page


def test_the_range_is_kept_in_the_address(operator: Client, shop, lin) -> None:
    page = operator.get("/?days=365").content.decode()
    assert '<a href="?days=365" aria-current="true">12 months</a>' in page
    assert "compared with the 364 days before" in page
    assert '<a href="?days=30" aria-current="true">' in operator.get("/?days=7").content.decode()


def test_what_waits_for_a_person_stands_first_with_its_button(operator: Client, shop, lin) -> None:
    shop.buy(lin, "SO-3", 2_000_000)
    free = next(r for r in rewards.catalogue(shop.conn, 1) if r.code == "free-delivery")
    tote = next(r for r in rewards.catalogue(shop.conn, 1) if r.code == "tote-bag")
    with shop.conn.transaction():
        flows.redeem_reward(shop.conn, shop.plan, lin, free.reward_id, external_id="r1", at=shop.at)
        rewards.save(shop.conn, rewards.Reward(**{**fields(tote), "units_left": 2}), at=shop.at)
        flows.refund_order(
            shop.conn,
            shop.plan,
            activities.Return(source="shop", external_id="R9", order_external_id="SO-9", occurred_at=shop.at),
            at=datetime.now(UTC),
        )
    page = text_of(operator.get("/"))
    for sentence in (
        "1 redeemed reward waits to be handed out",
        "1 return waits for its order",
        "1 reward is nearly or wholly gone",
        "Units left: Canvas tote bag (2)",
        "Only 1% of the points are used",
    ):
        assert sentence in page
    assert page.index("Needs a decision") < page.index("Active members")


def fields(reward: rewards.Reward) -> dict:
    return {name: getattr(reward, name) for name in reward.__dataclass_fields__}
