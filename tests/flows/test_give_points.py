"""Gifts: limits, ends that stay, once per id, and no name in the journal."""

from dataclasses import replace
from datetime import date

import pytest
from tests.flows.conftest import NOW, Shop

from regulars import flows
from regulars.flows import counterparts
from regulars.kit.db import Conn
from regulars.records import activities, ledger, members

GIVING = ledger.Giving(transfer_max=500, day_max=800, member_days_min=7)


def allow(shop: Shop, giving: ledger.Giving | None = GIVING) -> None:
    ledger.save_wallet(shop.conn, replace(shop.plan.wallet, giving=giving))
    shop.reload()


@pytest.fixture
def pair(shop: Shop):
    """Ann has 1,000 points that end with March 2027, and both have been members for ten days."""
    allow(shop)
    ann, ben = shop.join("ann", name="Ann Archer"), shop.join("ben", name="Ben Baker")
    shop.buy(ann, "SO-1", 100_000)
    shop.later(days=10)
    return ann, ben


def give(shop: Shop, giver, to, points: int, gift_id: str = "G-1", *, preview: bool = False, **more: str):
    gift = flows.Gift(gift_id=gift_id, giver_id=giver, to=to, points=points, **more)
    return flows.give_points(shop.conn, shop.plan, gift, at=shop.at, preview=preview)


def story(shop: Shop, member, language: str = "en") -> list[tuple[str, int]]:
    lines = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=20)
    lines = counterparts.named(shop.conn, shop.plan.program.program_id, lines)
    return [
        (ledger.sentence(line, language=language, wallet=shop.plan.wallet, currency="CNY").title, line.points)
        for line in lines
    ]


def test_a_gift_moves_points_with_the_end_they_have(shop, pair):
    ann, ben = pair
    shop.later(days=30)
    given = give(shop, ann, ben, 300)
    assert given.outcome == "created"
    assert (given.answer["points"], given.answer["balance"]["available"]) == (300, 700)
    assert shop.balance(ben).expiring == ((date(2027, 3, 31), 300),)
    assert shop.balance(ann).expiring == ((date(2027, 3, 31), 700),)
    assert shop.is_sound()


def test_the_earliest_end_is_given_first_and_each_lot_arrives_as_it_was(shop, pair):
    ann, ben = pair
    shop.later(days=30)
    shop.buy(ann, "SO-2", 10_000)
    allow(shop, ledger.Giving(transfer_max=5_000, day_max=5_000))
    give(shop, ann, ben, 1_050)
    assert shop.balance(ben).expiring == ((date(2027, 3, 31), 1_000), (date(2027, 4, 30), 50))
    assert shop.balance(ann).expiring == ((date(2027, 4, 30), 70),)
    assert shop.is_sound()


def test_the_recipient_can_be_named_by_what_finds_them(shop, pair):
    ann, ben = pair
    to = members.Identifier(members.IdentifierKind.EXTERNAL, "ben")
    assert give(shop, ann, to, 10).answer["to_member"] == str(ben)


def test_the_same_gift_again_moves_nothing_and_another_under_its_id_is_refused(shop, pair):
    ann, ben = pair
    first = give(shop, ann, ben, 100)
    again = give(shop, ann, ben, 100)
    assert (again.outcome, again.answer) == ("replayed", first.answer)
    members.set_status(shop.conn, shop.plan.program.program_id, ben, members.Status.FROZEN)
    assert give(shop, ann, ben, 100).answer == first.answer
    members.set_status(shop.conn, shop.plan.program.program_id, ben, members.Status.ACTIVE)
    with pytest.raises(activities.EventConflict):
        give(shop, ann, ben, 101)
    with pytest.raises(activities.EventConflict):
        give(shop, ben, ann, 100)
    assert (shop.balance(ann).available, shop.balance(ben).available) == (900, 100)


def test_a_preview_says_what_would_be_left_and_writes_nothing(shop, pair):
    ann, ben = pair
    assert give(shop, ann, ben, 100, preview=True).answer["balance"]["available"] == 900
    assert shop.balance(ann).available == 1_000
    assert give(shop, ann, ben, 200).outcome == "created"


def test_what_arrives_pays_back_first_what_is_owed(shop, pair):
    ann, ben = pair
    shop.buy(ben, "SO-3", 20_000)
    allow(shop)
    give(shop, ben, ann, 200, "G-0")
    shop.give_back("R-1", "SO-3")
    assert shop.balance(ben).debt == 200
    give(shop, ann, ben, 300)
    assert (shop.balance(ben).available, shop.balance(ben).debt) == (100, 0)
    assert shop.is_sound()


def test_case_061_a_gift_needs_somebody_else_who_is_there(shop, pair, founded):
    ann, ben = pair
    with pytest.raises(flows.InvalidRecipient) as to_self:
        give(shop, ann, ann, 10)
    assert (to_self.value.code, to_self.value.kind.value) == ("invalid-recipient", "invalid")
    elsewhere = second_program(founded, shop.conn).join("carl")
    with pytest.raises(members.MemberNotFound):
        give(shop, ann, elsewhere, 10)
    members.set_status(shop.conn, shop.plan.program.program_id, ben, members.Status.ERASED)
    with pytest.raises(members.MemberErased):
        give(shop, ann, ben, 10)
    members.set_status(shop.conn, shop.plan.program.program_id, ben, members.Status.FROZEN)
    with pytest.raises(members.MemberFrozen):
        give(shop, ann, ben, 10)
    assert shop.balance(ann).available == 1_000


def second_program(founded, conn: Conn) -> Shop:
    plan = flows.found_program(
        conn, code="other", name={"en": "Other", "zh": "另一家"}, currency="CNY", time_zone="Asia/Shanghai",
        language="en", at=NOW,
    )  # fmt: skip
    return Shop(conn, plan)


def test_case_063_at_once_and_in_a_day_only_so_much_is_given(shop, pair):
    ann, ben = pair
    with pytest.raises(flows.TransferLimit) as beyond:
        give(shop, ann, ben, 501)
    assert (beyond.value.code, beyond.value.facts) == ("transfer-limit", {"limit": 500, "left": 800})
    give(shop, ann, ben, 500)
    with pytest.raises(flows.TransferLimit) as beyond:
        give(shop, ann, ben, 301, "G-2")
    assert beyond.value.facts == {"limit": 500, "left": 300}
    give(shop, ann, ben, 300, "G-2")
    shop.later(days=1)
    assert give(shop, ann, ben, 200, "G-3").outcome == "created"
    allow(shop, None)
    with pytest.raises(flows.TransferLimit) as never:
        give(shop, ann, ben, 1, "G-4")
    assert never.value.facts == {"limit": 0, "left": 0}


def test_case_063_a_new_membership_gives_nothing_yet(shop):
    allow(shop)
    ann, ben = shop.join("ann"), shop.join("ben")
    shop.buy(ann, "SO-1", 100_000)
    shop.later(days=6)
    with pytest.raises(flows.CoolDown) as early:
        give(shop, ann, ben, 10)
    assert (early.value.code, early.value.facts) == ("cool-down", {"until": "2026-03-17"})
    shop.later(days=1)
    assert give(shop, ann, ben, 10).outcome == "created"


def test_case_064_nothing_is_given_for_a_day_after_a_phone_was_added(shop, pair):
    ann, ben = pair
    shop.conn.execute(
        """insert into members.identifier (program_id, kind, value, member_id, added_at)
           values (%s, 'phone', '+861', %s, %s)""",
        [shop.plan.program.program_id, ann, shop.at],
    )
    shop.at = shop.at.replace(hour=23)
    with pytest.raises(flows.CoolDown):
        give(shop, ann, ben, 10)
    shop.later(days=1)
    assert give(shop, ann, ben, 10).outcome == "created"


@pytest.mark.parametrize("points", [0, -1])
def test_no_points_are_no_gift(shop, pair, points):
    with pytest.raises(flows.PointsOutOfRange):
        give(shop, *pair, points)


def test_more_than_can_be_spent_is_refused_and_the_id_stays_free(shop, pair):
    ann, ben = pair
    give(shop, ann, ben, 100)
    with pytest.raises(ledger.InsufficientPoints):
        give(shop, ben, ann, 101, "G-2")
    assert give(shop, ben, ann, 100, "G-2").outcome == "created"


def test_the_journal_keeps_no_name_and_a_statement_shows_a_letter_of_it(shop, pair):
    ann, ben = pair
    give(shop, ann, ben, 100, message="Happy birthday!")
    assert story(shop, ann)[0] == ("Given to B**", -100)
    assert story(shop, ben) == [("Received from A**", 100)]
    assert story(shop, ben, "zh") == [("来自 A** 的赠送", 100)]
    stored = shop.conn.execute("select string_agg(reason::text, ' ') from ledger.entry").fetchone()[0]
    assert "Ann" not in stored
    assert "Baker" not in stored
    shop.conn.execute("update members.profile set name = '' where member_id = %s", [ann])
    assert story(shop, ben) == [("Received from another member", 100)]
