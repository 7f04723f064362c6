"""An order that was cancelled in full can be completed again: awarded once more, by today's rules, exactly once."""

from datetime import timedelta

import pytest
from tests.flows.test_edge_cases import held, rated

from regulars import flows
from regulars.program import tiers
from regulars.records import activities, ledger, members, outbox


def reinstate(shop, number: str = "SO", **more) -> flows.Reinstated:
    return flows.reinstate_order(shop.conn, shop.plan, number, source="shop", at=shop.at, **more)


def cancelled(shop, number: str = "SO", *amounts: int, **more):
    member = shop.join("m")
    shop.buy(member, number, *(amounts or (10_000,)), **more)
    shop.give_back("cancel", number)
    return member


def earned(shop, member) -> list[int]:
    lines = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=50)
    return sorted(line.points for line in lines if line.movement in {ledger.Movement.EARN, ledger.Movement.CLAWBACK})


def test_edge_15_a_cancelled_order_that_is_completed_again_is_awarded_once_under_a_new_generation(shop):
    member = cancelled(shop)
    shop.later(1)
    rated(shop, points=3)
    first, again = reinstate(shop), reinstate(shop)
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert first.answer == again.answer
    assert (first.answer["order_id"], first.answer["generation"], first.answer["points"]) == ("SO", 2, 300)
    assert shop.balance(member).available == 300
    assert earned(shop, member) == [-100, 100, 300], "what was before stays"
    assert first.purchase.on_date == shop.today
    assert shop.is_sound()


def test_a_return_a_completion_and_a_statement_mean_the_newest_generation(shop):
    member = cancelled(shop, "SO", 6_000, 4_000)
    reinstate(shop)
    back = shop.give_back("R1", "SO", lines=(activities.ReturnedLine(line_id="2"),)).answer
    assert (back["points_reversed"], back["remaining_minor"]) == (40, 6_000)
    assert shop.balance(member).available == 60
    assert flows.activate_points(shop.conn, shop.plan, "SO", source="shop", at=shop.at).outcome == "created"
    shop.give_back("R2", "SO")
    third = reinstate(shop)
    assert (third.outcome, third.answer["generation"]) == ("created", 3)
    assert flows.activate_points(shop.conn, shop.plan, "SO", source="shop", at=shop.at).outcome == "created"
    assert flows.activate_points(shop.conn, shop.plan, "SO", source="shop", at=shop.at).outcome == "replayed"
    assert shop.balance(member).available == 100
    assert shop.is_sound()


def test_the_order_sent_again_and_its_old_cancellation_are_answered_as_the_first_time(shop):
    member = shop.join("m")
    first = shop.buy(member, "SO", 10_000)
    returned = shop.give_back("cancel", "SO")
    reinstate(shop)
    assert (shop.buy(member, "SO", 10_000).outcome, shop.buy(member, "SO", 10_000).answer) == ("replayed", first.answer)
    again = shop.give_back("cancel", "SO")
    assert (again.outcome, again.answer) == ("replayed", returned.answer)
    assert shop.balance(member).available == 100


@pytest.mark.parametrize("returned_minor", [0, 4_000])
def test_an_order_that_stands_cannot_be_reinstated(shop, returned_minor):
    member = shop.join("m")
    shop.buy(member, "SO", 10_000)
    if returned_minor:
        shop.give_back("R", "SO", amount_minor=returned_minor)
    before = shop.balance(member)
    with pytest.raises(activities.OrderNotCancelled) as refused:
        reinstate(shop)
    assert refused.value.facts == {"remaining_minor": 10_000 - returned_minor}
    assert shop.balance(member) == before


def test_an_order_nobody_knows_cannot_be_reinstated(shop):
    with pytest.raises(activities.OrderNotFound):
        reinstate(shop)


def test_an_order_cancelled_in_parts_can_be_reinstated_too(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 6_000, 4_000)
    for number in ("1", "2"):
        shop.give_back(f"R{number}", "SO", lines=(activities.ReturnedLine(line_id=number),))
    assert reinstate(shop).answer["points"] == 100
    assert shop.balance(member).available == 100


def test_points_that_paid_for_it_went_back_and_pay_again_only_when_they_are_held_anew(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 50_000)
    held(shop, member, 300)
    paid = flows.Intake(order=shop.order("SO", 10_000, points_paid_minor=300), member=member, hold_ids=("cart",))
    shop.take([paid])
    shop.give_back("cancel", "SO")
    assert shop.balance(member).available == 500
    plain = reinstate(shop)
    assert (plain.purchase.points_paid_minor, plain.purchase.burned_points, plain.answer["points"]) == (0, 0, 100)
    assert shop.balance(member).available == 600
    shop.give_back("cancel-2", "SO")
    with pytest.raises(flows.HoldAlreadyCaptured):
        reinstate(shop, hold_ids=("cart",))
    held(shop, member, 200, "cart-2")
    held_again = reinstate(shop, hold_ids=("cart-2",))
    assert (held_again.purchase.points_paid_minor, held_again.purchase.burned_points) == (200, 200)
    assert (held_again.answer["generation"], held_again.answer["points"]) == (3, 98)
    assert shop.balance(member).available == 500 - 200 + 98
    assert shop.is_sound()


def test_an_id_of_its_own_names_a_reinstatement_for_ever(shop):
    member = cancelled(shop)
    first = reinstate(shop, external_id="again-1")
    shop.give_back("cancel-2", "SO")
    assert reinstate(shop, external_id="again-1").answer == first.answer
    assert shop.balance(member).available == 0, "a late repeat awards nothing"
    with pytest.raises(activities.EventConflict):
        reinstate(shop, external_id="again-1", hold_ids=("cart",))
    assert reinstate(shop, external_id="again-2").answer["generation"] == 3


def test_what_a_line_was_taxed_and_discounted_is_remembered(shop):
    member = shop.join("m")
    line = activities.Line(line_id="1", amount_minor=10_000, tax_minor=1_900, discount_minor=500, sku="tea")
    order = shop.order("SO", 10_000)
    shop.take([flows.Intake(order=activities.Order(**{**fields(order), "lines": (line,)}), member=member)])
    before = activities.member_purchases(shop.conn, member, limit=1)[0]
    shop.give_back("cancel", "SO")
    after = reinstate(shop).purchase
    assert (before.eligible_minor, after.eligible_minor) == (8_100, 8_100)
    again = activities.lines(shop.conn, after)[0]
    assert (again.tax_minor, again.discount_minor) == (1_900, 500)


def fields(order) -> dict:
    return {name: getattr(order, name) for name in order.__struct_fields__}


def test_the_tier_counts_the_order_once(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 80_000)
    shop.give_back("cancel", "SO")
    reinstate(shop)
    days = tiers.days(shop.conn, member)
    assert (sum(day.spend_minor for day in days), sum(day.orders for day in days)) == (80_000, 1)


def test_a_receipt_that_is_completed_again_is_no_look_alike(shop):
    cancelled(shop, "SO", 10_000, receipt="R-1", store="S", till="T")
    assert reinstate(shop).answer["warnings"] == []
    assert activities.suspects(shop.conn, limit=10) == []


def test_a_frozen_member_gets_nothing_and_nothing_changes(shop):
    member = cancelled(shop)
    members.set_status(shop.conn, shop.plan.program.program_id, member, members.Status.FROZEN)
    with pytest.raises(members.MemberFrozen):
        reinstate(shop)
    members.set_status(shop.conn, shop.plan.program.program_id, member, members.Status.ACTIVE)
    assert reinstate(shop).answer["generation"] == 2


def test_of_a_member_who_was_merged_meanwhile_the_other_gets_the_points(shop):
    member, other = cancelled(shop), shop.join("other")
    flows.merge_members(shop.conn, shop.plan, member, other, at=shop.at)
    again = reinstate(shop)
    assert again.purchase.member_id == other
    assert shop.balance(other).available == 100
    shop.give_back("cancel-2", "SO")
    assert shop.balance(other).available == 0
    assert shop.is_sound()


def test_goods_that_come_back_without_their_order_come_back_of_the_new_generation(shop):
    member = cancelled(shop)
    shop.later(1)
    reinstate(shop)
    shop.at += timedelta(hours=1)
    goods = flows.Goods(line_id="1", sku="sku-1", quantity=1)
    done = flows.return_goods(
        shop.conn, shop.plan, member, [goods], source="shop", external_id="G", occurred_at=shop.at, at=shop.at
    )
    assert done == ["created"]
    assert shop.balance(member).available == 0


def test_it_is_noted_once_as_an_order_of_its_generation(shop):
    cancelled(shop)
    start = outbox.latest(shop.conn)
    reinstate(shop)
    reinstate(shop)
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=start, limit=10)
    assert [(one.change.type, one.change.data["generation"]) for one in page.changes] == [("order.recorded", 2)]
