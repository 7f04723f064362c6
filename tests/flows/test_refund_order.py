"""A return is the inverse of the stored award."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from regulars import flows
from regulars.kit.clock import EVER, NEVER
from regulars.kit.errors import Refusal
from regulars.kit.ids import uuid7
from regulars.program import earning, tiers
from regulars.records import activities, ledger


def test_a_whole_return_takes_the_whole_award(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 24986, 1014)
    answer = shop.give_back("R-1", "SO-1").answer
    assert (answer["points_reversed"], answer["remaining_minor"]) == (260, 0)
    assert shop.balance(member) == ledger.Balance()
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).reached == 0
    assert shop.is_sound()


def test_a_line_takes_what_the_line_was_awarded(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 3333, 6667)
    answer = shop.give_back("R-1", "SO-1", lines=(activities.ReturnedLine(line_id="1"),)).answer
    assert (answer["amount_minor"], answer["points_reversed"]) == (3333, 33)


def test_a_hundred_small_returns_take_exactly_the_award(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 1999)
    taken = [shop.give_back(f"R-{n}", "SO-1", amount_minor=20).answer["points_reversed"] for n in range(99)]
    taken.append(shop.give_back("R-last", "SO-1").answer["points_reversed"])
    assert sum(taken) == 19
    assert set(taken) <= {0, 1}
    assert shop.balance(member).available == 0


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 5000), min_size=1, max_size=5),
    parts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3000)), max_size=12),
)
def test_returns_never_take_more_than_was_awarded_and_all_of_it_in_the_end(amounts, parts):
    lines = [_line(index, amount) for index, amount in enumerate(amounts)]
    total = sum(amounts)
    purchase = _purchase(total, sum(line.points for line in lines))
    for part, (index, amount) in enumerate([*parts, (0, 0)]):
        is_last = part == len(parts)
        named = (activities.ReturnedLine(line_id=str(index % len(lines)), amount_minor=amount),) if part % 2 else ()
        returned = _return(part, () if is_last else named, None if is_last or named else amount)
        try:
            undoing = activities.undo(purchase, lines, returned)
        except (activities.RefundExceedsPurchase, activities.AlreadyRefunded):
            continue
        assert undoing.points >= 0
        back = {number: (quantity, minor) for number, quantity, minor in undoing.lines}
        lines = [
            replace(
                line,
                returned_quantity=line.returned_quantity + back.get(line.line_no, (0, 0))[0],
                returned_minor=line.returned_minor + back.get(line.line_no, (0, 0))[1],
            )
            for line in lines
        ]
        purchase = replace(
            purchase,
            returned_minor=purchase.returned_minor + undoing.amount_minor,
            reversed_points=purchase.reversed_points + undoing.points,
        )
        assert purchase.reversed_points <= purchase.award_points
    assert purchase.returned_minor == total
    assert purchase.reversed_points == purchase.award_points


def test_points_that_were_spent_are_owed_and_the_next_ones_pay(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 100_000)
    flows.adjust_points(
        shop.conn, shop.plan, member, -1000, shown_reason="spent", actor="test", reference="1", at=shop.at
    )
    answer = shop.give_back("R-1", "SO-1").answer
    assert (answer["points_owed"], answer["policy"]) == (1000, "debt")
    assert (shop.balance(member).debt, shop.balance(member).spendable) == (1000, 0)
    shop.buy(member, "SO-2", 150_000)
    assert (shop.balance(member).debt, shop.balance(member).spendable) == (0, 800)
    assert shop.is_sound()


def test_points_that_expired_are_not_taken_again(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.live(400)
    shop.buy(member, "SO-2", 5_000)
    answer = shop.give_back("R-1", "SO-1").answer
    assert (answer["points_taken_back"], answer["points_expired"], answer["policy"]) == (0, 100, "refund-of-expired")
    assert shop.balance(member).available == 50
    line = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=1)[0]
    assert (line.reason.code, line.points) == ("clawback.expired", 0)


def test_pending_points_go_back_before_usable_ones(founded):
    shop = founded(return_window_days=14)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(20)
    shop.buy(member, "SO-2", 5_000)
    shop.give_back("R-1", "SO-2")
    assert (shop.balance(member).available, shop.balance(member).pending) == (100, 0)
    assert shop.is_sound()


def test_an_order_paid_partly_with_points_gives_them_back_with_their_own_expiry(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 40_000)
    shop.later(40)
    shop.buy(member, "SO-2", 40_000)
    before = shop.balance(member).expiring
    flows.hold_points(shop.conn, shop.plan, member, 600, external_id="B-1", at=shop.at)
    intake = flows.Intake(order=shop.order("SO-3", 10_000), member=member, hold_ids=("B-1",))
    paid = shop.take([intake])[0]
    assert (paid.answer["points_paid"], paid.points) == (600, 94)
    half = shop.give_back("R-1", "SO-3", amount_minor=5_000).answer
    assert (half["points_restored"], half["points_reversed"]) == (300, 47)
    rest = shop.give_back("R-2", "SO-3").answer
    assert (rest["points_restored"], rest["points_reversed"]) == (300, 47)
    assert shop.balance(member).expiring == before
    assert shop.is_sound()


def test_a_return_before_its_order_waits_for_it(shop):
    member = shop.join("ann")
    waiting = shop.give_back("R-1", "SO-1")
    assert (waiting.outcome, waiting.answer["status"]) == ("parked", "waiting-for-purchase")
    shop.buy(member, "SO-1", 10_000)
    assert shop.balance(member).available == 0
    assert shop.is_sound()


def test_a_preview_writes_nothing(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    returned = activities.Return(source="shop", external_id="R-1", order_external_id="SO-1", occurred_at=shop.at)
    preview = flows.refund_order(shop.conn, shop.plan, returned, at=shop.at, preview=True)
    assert preview.answer["points_reversed"] == 100
    assert shop.balance(member).available == 100
    assert flows.refund_order(shop.conn, shop.plan, returned, at=shop.at).outcome == "created"


def test_the_same_return_twice_is_one_return(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    first = shop.give_back("R-1", "SO-1", amount_minor=5_000)
    again = shop.give_back("R-1", "SO-1", amount_minor=5_000)
    assert (again.outcome, again.answer) == ("replayed", first.answer)
    assert shop.balance(member).available == 50


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount_minor": 10_001}, "refund-exceeds-purchase"),
        ({"lines": (activities.ReturnedLine(line_id="9"),)}, "unknown-line"),
        ({"lines": (activities.ReturnedLine(line_id="1", quantity=2),)}, "refund-exceeds-purchase"),
        ({"amount_minor": 1, "currency": "USD"}, "currency-mismatch"),
    ],
)
def test_an_impossible_return_changes_nothing(shop, more, code):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    with pytest.raises(Refusal) as refused, shop.conn.transaction():
        shop.give_back("R-1", "SO-1", **more)
    assert refused.value.code == code
    assert shop.balance(member).available == 100


def test_case_034_what_came_back_by_amount_cannot_come_back_again(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.buy(member, "SO-2", 10_000)
    shop.give_back("R-1", "SO-1", amount_minor=10_000)
    for number, more in (("R-2", {}), ("R-3", {"amount_minor": 0})):
        with pytest.raises(activities.AlreadyRefunded), shop.conn.transaction():
            shop.give_back(number, "SO-1", **more)
    tally = tiers.tallies(shop.conn, {member: (shop.today, shop.today)})[member][0]
    assert (tally.spend_minor, tally.orders) == (10_000, 1)


def test_a_free_line_that_comes_back_last_counts_no_visit_twice(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000, 0)
    shop.give_back("R-1", "SO-1", lines=(activities.ReturnedLine(line_id="1"),))
    assert shop.give_back("R-2", "SO-1", lines=(activities.ReturnedLine(line_id="2"),)).outcome == "created"
    assert tiers.tallies(shop.conn, {member: (shop.today, shop.today)})[member][0].orders == 0


def test_a_return_takes_nothing_from_points_that_are_over_closed_or_not(founded):
    shop = founded(expiry=ledger.Expiry(kind="days", count=10))
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(8)
    shop.buy(member, "SO-2", 10_000)
    shop.later(3)
    flows.adjust_points(
        shop.conn, shop.plan, member, -100, shown_reason="spent", actor="test", reference="1", at=shop.at
    )
    assert shop.give_back("R-1", "SO-2").answer["points_owed"] == 100
    assert shop.is_sound()


def test_points_of_later_lots_go_back_no_further_than_they_were_taken(founded):
    shop = founded(return_window_days=2, expiry=ledger.Expiry(kind="days", count=20))
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(12)
    shop.buy(member, "SO-2", 10_000)
    shop.later(3)
    flows.hold_points(shop.conn, shop.plan, member, 200, external_id="B-1", at=shop.at)
    shop.take([flows.Intake(order=shop.order("SO-3", 200), member=member, hold_ids=("B-1",))])
    shop.give_back("R-1", "SO-3", amount_minor=120)
    assert [points for _, points in shop.balance(member).expiring] == [20, 100]
    shop.give_back("R-2", "SO-3")
    assert [points for _, points in shop.balance(member).expiring] == [100, 100]


def test_where_points_end_by_inactivity_a_return_asks_whether_its_points_are_still_there(founded):
    shop = founded(expiry=ledger.Expiry(kind="inactivity", count=30))
    ann, bob = shop.join("ann"), shop.join("bob")
    for member, name in ((ann, "A"), (bob, "B")):
        shop.buy(member, f"SO-{name}", 10_000)
    shop.later(20)
    shop.buy(bob, "SO-B2", 5_000)
    shop.later(20)
    lost, kept = shop.give_back("R-A", "SO-A").answer, shop.give_back("R-B", "SO-B").answer
    assert (lost["points_expired"], lost["points_owed"], lost["policy"]) == (100, 0, "refund-of-expired")
    assert (kept["points_expired"], kept["points_taken_back"]) == (0, 100)
    assert (shop.balance(ann).debt, shop.balance(bob).available) == (0, 50)


def test_a_return_of_too_little_for_status_points_takes_none_from_the_tally(shop):
    status = ledger.Wallet(
        program_id=shop.plan.program.program_id, wallet_id=0, code="status", unit={"en": "status", "zh": "成长值"},
        kind=ledger.WalletKind.STATUS, expiry=ledger.Expiry(kind="never"),
    )  # fmt: skip
    earning.save(
        shop.conn, shop.plan.program.program_id, effect="earn_rate", params={"points": 1, "per_minor": 1000},
        label={"en": "Status", "zh": "成长值"}, by="test", at=shop.at, wallet_id=ledger.save_wallet(shop.conn, status),
    )  # fmt: skip
    shop.reload()
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.buy(member, "SO-2", 500)
    assert shop.give_back("R-1", "SO-2").answer["points_reversed"] == 5
    assert tiers.tallies(shop.conn, {member: (shop.today, shop.today)})[member][0].points == 10


AT = datetime(2026, 3, 10, tzinfo=UTC)


def _line(index: int, amount: int) -> activities.PurchaseLine:
    return activities.PurchaseLine(
        line_no=index + 1, line_id=str(index), kind=activities.LineKind.PRODUCT, sku="", title="", category="",
        quantity=3, amount_minor=amount, eligible_minor=amount, points=amount // 100,
    )  # fmt: skip


def _purchase(total: int, points: int) -> activities.Purchase:
    return activities.Purchase(
        member_id=uuid7(), order_id=uuid7(), account_id=uuid7(), source="shop", external_id="SO",
        occurred_at=AT, recorded_at=AT,
        on_date=AT.date(), currency="CNY", total_minor=total, points_paid_minor=0, eligible_minor=total,
        award_points=points, active_on=EVER, expires_on=NEVER, store="", channel="", till="", receipt="",
    )  # fmt: skip


def _return(number: int, lines: tuple, amount: int | None) -> activities.Return:
    return activities.Return(
        source="shop",
        external_id=str(number),
        order_external_id="SO",
        occurred_at=AT,
        lines=lines,
        amount_minor=amount,
    )
