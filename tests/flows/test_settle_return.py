"""Money that is settled later than goods come back: the reversal is set aside, and done or let go once it is known."""

import pytest
from tests.flows.test_edge_cases import held

from regulars import flows
from regulars.records import activities, ledger, outbox


def pend(shop, number: str = "R", order: str = "SO", **more) -> flows.Refunded:
    return shop.give_back(number, order, is_pending=True, **more)


def confirm(shop, number: str = "R", order: str = "SO") -> flows.Refunded:
    return flows.confirm_return(shop.conn, shop.plan, order, number, source="shop", at=shop.at)


def fail(shop, number: str = "R", order: str = "SO") -> flows.Refunded:
    return flows.fail_return(shop.conn, shop.plan, order, number, source="shop", at=shop.at)


def bought(shop, *amounts: int, name: str = "m", number: str = "SO"):
    member = shop.join(name)
    shop.buy(member, number, *(amounts or (10_000,)))
    return member


def stored(shop, member) -> activities.Purchase:
    return activities.member_purchases(shop.conn, member, limit=1)[0]


def sentences(shop, member, language: str) -> list[str]:
    lines = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=20)
    return [
        ledger.sentence(line, language=language, wallet=shop.plan.wallet, currency="CNY").title
        for line in reversed(lines)
    ]


def test_edge_48_a_pending_return_sets_its_points_aside_and_takes_them_once_it_is_confirmed(shop):
    member = bought(shop)
    told = pend(shop).answer
    assert (told["status"], told["points_reversed"], told["points_set_aside"]) == ("pending", 0, 100)
    balance = shop.balance(member)
    assert (balance.available, balance.held) == (0, 100)
    assert stored(shop, member).returned_minor == 0
    with pytest.raises(ledger.InsufficientPoints):
        held(shop, member, 1)
    shop.later(10)
    done = confirm(shop).answer
    assert (done["status"], done["points_reversed"], done["points_taken_back"], done["points_owed"]) == (
        "recorded", 100, 100, 0,
    )  # fmt: skip
    balance = shop.balance(member)
    assert (balance.available, balance.held, balance.debt) == (0, 0, 0)
    assert stored(shop, member).returned_minor == 10_000
    assert shop.is_sound()


def test_a_confirmed_return_is_told_as_one_that_came_at_once(shop):
    one, other = bought(shop, 6_000, 4_000), bought(shop, 6_000, 4_000, name="n", number="SO-2")
    line = (activities.ReturnedLine(line_id="2"),)
    pend(shop, lines=line)
    confirmed = confirm(shop).answer
    at_once = shop.give_back("R", "SO-2", lines=line).answer
    about = {"order_id", "member_id"}
    assert {k: v for k, v in confirmed.items() if k not in about} == {
        k: v for k, v in at_once.items() if k not in about
    }
    assert shop.balance(one) == shop.balance(other)
    kept = [activities.lines(shop.conn, stored(shop, member)) for member in (one, other)]
    assert kept[0] == kept[1]


def test_a_return_that_fails_lets_everything_go(shop):
    member = bought(shop)
    before = shop.balance(member)
    pend(shop)
    failed, again = fail(shop), fail(shop)
    assert (failed.outcome, again.outcome, failed.answer) == ("created", "replayed", again.answer)
    assert (failed.answer["status"], failed.answer["remaining_minor"]) == ("failed", 10_000)
    assert shop.balance(member) == before
    assert shop.give_back("R-2", "SO").answer["points_reversed"] == 100
    assert shop.is_sound()


def test_repeats_answer_the_same_and_tell_where_it_stands(shop):
    bought(shop)
    first, again = pend(shop), pend(shop)
    assert (first.outcome, again.outcome, first.answer) == ("created", "replayed", again.answer)
    with pytest.raises(activities.EventConflict):
        shop.give_back("R", "SO")
    done, once_more = confirm(shop), confirm(shop)
    assert (done.outcome, once_more.outcome, done.answer) == ("created", "replayed", once_more.answer)
    assert pend(shop).answer == done.answer
    with pytest.raises(activities.ReturnDecided) as refused:
        fail(shop)
    assert refused.value.facts == {"state": "recorded"}


def test_what_failed_cannot_be_confirmed_and_what_never_was_is_not_found(shop):
    bought(shop)
    pend(shop)
    fail(shop)
    with pytest.raises(activities.ReturnDecided):
        confirm(shop)
    with pytest.raises(activities.ReturnNotFound):
        confirm(shop, "other")
    with pytest.raises(activities.OrderNotFound):
        confirm(shop, "R", "nothing")


def test_it_counts_against_what_can_still_come_back(shop):
    bought(shop, 6_000, 4_000)
    first = pend(shop, lines=(activities.ReturnedLine(line_id="2"),)).answer
    assert first["remaining_minor"] == 6_000
    with pytest.raises(activities.RefundExceedsPurchase):
        shop.give_back("R-2", "SO", lines=(activities.ReturnedLine(line_id="2", quantity=1),))
    with pytest.raises(activities.RefundExceedsPurchase):
        shop.give_back("R-2", "SO", amount_minor=6_001)
    rest = shop.give_back("R-2", "SO").answer
    assert (rest["amount_minor"], rest["points_reversed"], rest["remaining_minor"]) == (6_000, 60, 0)
    with pytest.raises(activities.AlreadyRefunded):
        shop.give_back("R-3", "SO")
    with pytest.raises(activities.OrderNotCancelled):
        flows.reinstate_order(shop.conn, shop.plan, "SO", source="shop", at=shop.at)
    done = confirm(shop).answer
    assert (done["points_reversed"], done["remaining_minor"]) == (40, 0)
    assert flows.reinstate_order(shop.conn, shop.plan, "SO", source="shop", at=shop.at).answer["points"] == 100


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_parts_confirmed_in_any_order_take_what_one_whole_return_takes(shop, order):
    member = bought(shop, 3_333, 3_333, 3_334)
    for number in range(3):
        pend(shop, f"R{number}", lines=(activities.ReturnedLine(line_id=str(number + 1)),))
    taken = [confirm(shop, f"R{number}").answer["points_reversed"] for number in order]
    assert sum(taken) == 100
    assert (shop.balance(member).available, shop.balance(member).debt, shop.balance(member).held) == (0, 0, 0)
    assert shop.is_sound()


def test_points_that_were_spent_before_cannot_be_set_aside_and_are_owed_in_the_end(shop):
    member = bought(shop)
    held(shop, member, 70)
    flows.capture_hold(shop.conn, shop.plan, member, "cart", at=shop.at)
    assert pend(shop).answer["points_set_aside"] == 30
    done = confirm(shop).answer
    assert (done["points_taken_back"], done["points_owed"]) == (100, 70)
    assert shop.balance(member).debt == 70
    assert shop.is_sound()


def test_points_that_are_not_usable_yet_are_set_aside_too(founded):
    shop = founded(return_window_days=14)
    member = bought(shop)
    assert pend(shop).answer["points_set_aside"] == 100
    shop.live(20)
    assert (shop.balance(member).available, shop.balance(member).pending, shop.balance(member).held) == (0, 0, 100)
    fail(shop)
    assert shop.balance(member).available == 100
    assert shop.is_sound()


def test_points_it_was_paid_with_come_back_when_it_is_confirmed(shop):
    member = shop.join("m")
    shop.buy(member, "OLD", 50_000)
    held(shop, member, 300)
    shop.take([flows.Intake(order=shop.order("SO", 10_000, points_paid_minor=300), member=member, hold_ids=("cart",))])
    pend(shop)
    assert shop.balance(member).available == 200
    assert confirm(shop).answer["points_restored"] == 300
    assert shop.balance(member).available == 500
    assert shop.is_sound()


def test_the_clock_never_ends_what_is_set_aside(shop):
    member = bought(shop)
    pend(shop)
    shop.later(300)
    assert flows.release_due_holds(shop.conn, shop.plan, at=shop.at) == 0
    assert shop.balance(member).held == 100


def test_an_award_that_ended_meanwhile_is_not_taken_and_comes_back_to_nobody(shop):
    member = bought(shop)
    pend(shop)
    shop.live(800)
    done = confirm(shop).answer
    assert (done["points_taken_back"], done["points_expired"], done["policy"]) == (0, 100, "refund-of-expired")
    shop.live(60)
    assert (shop.balance(member).available, shop.balance(member).debt, shop.balance(member).held) == (0, 0, 0)
    assert shop.is_sound()


def test_a_pending_return_that_comes_before_its_order_waits_and_then_pends(shop):
    assert pend(shop).answer["status"] == "waiting-for-purchase"
    member = bought(shop)
    assert (shop.balance(member).available, shop.balance(member).held) == (0, 100)
    assert confirm(shop).answer["points_reversed"] == 100


def test_a_preview_of_a_pending_return_writes_nothing(shop):
    member = bought(shop)
    before = shop.balance(member)
    returned = activities.Return(
        source="shop", external_id="R", order_external_id="SO", occurred_at=shop.at, is_pending=True
    )
    told = flows.refund_order(shop.conn, shop.plan, returned, at=shop.at, preview=True).answer
    assert (told["status"], told["points_set_aside"]) == ("pending", 100)
    assert shop.balance(member) == before
    with pytest.raises(activities.ReturnNotFound):
        confirm(shop)


def test_what_is_set_aside_goes_with_a_member_who_is_merged_and_into_a_household(shop):
    member, other = bought(shop), shop.join("other")
    pend(shop)
    flows.merge_members(shop.conn, shop.plan, member, other, at=shop.at)
    assert shop.balance(other).held == 100
    flows.found_household(shop.conn, shop.plan, "H", [other], at=shop.at)
    assert confirm(shop).answer["points_taken_back"] == 100
    assert shop.is_sound()


def test_the_member_reads_it_in_both_languages(shop):
    member = bought(shop)
    pend(shop, "R1", amount_minor=4_000)
    fail(shop, "R1")
    pend(shop, "R2")
    confirm(shop, "R2")
    assert sentences(shop, member, "en")[1:5] == [
        "Set aside: return R1 of order SO is not settled yet",
        "Return R1 of order SO did not go through: given back",
        "Set aside: return R2 of order SO is not settled yet",
        "Return R2 of order SO is settled: no longer set aside",
    ]
    assert sentences(shop, member, "zh")[1] == "暂留：退货 R1（订单 SO）尚未结算"


def test_each_step_is_noted(shop):
    bought(shop)
    start = outbox.latest(shop.conn)
    pend(shop, "R1", amount_minor=4_000)
    fail(shop, "R1")
    fail(shop, "R1")
    pend(shop, "R2")
    confirm(shop, "R2")
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=start, limit=10)
    assert [one.change.type for one in page.changes] == [
        "return.pending", "return.failed", "return.pending", "order.returned",
    ]  # fmt: skip
