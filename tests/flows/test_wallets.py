"""Several wallets in one program: earned, waited for, paid with, given back, paid in."""

from dataclasses import replace
from datetime import date

import pytest

from regulars import flows
from regulars.program import earning
from regulars.records import activities, ledger, members
from regulars.records.ledger import Expiry, Movement, WalletKind


@pytest.fixture
def open_wallet(shop):
    """Adds a wallet to the shop, and a rule that pays `per_yuan` of it for every yuan; answers the wallet."""

    def opened(code: str, kind: WalletKind, *, per_yuan: int = 0, expiry: Expiry | None = None, **more):
        wallet = ledger.Wallet(
            program_id=shop.plan.program.program_id,
            wallet_id=0,
            code=code,
            kind=kind,
            unit={"en": code, "zh": code},
            expiry=expiry or Expiry(kind="never"),
            **more,
        )
        wallet_id = ledger.save_wallet(shop.conn, wallet)
        if per_yuan:
            earning.save(
                shop.conn, wallet.program_id, effect="earn_rate", params={"points": per_yuan, "per_minor": 100},
                label={"en": code}, by="test", at=shop.at, wallet_id=wallet_id,
            )  # fmt: skip
        shop.reload()
        return shop.plan.wallets[wallet_id]

    return opened


def has(shop, member, wallet) -> ledger.Balance:
    return ledger.balances(shop.conn, [member], wallet=wallet, today=shop.today)[member]


def titles(shop, member, wallet, language="en") -> list[str]:
    found = ledger.lines(shop.conn, member, wallet=wallet, limit=20)
    return [ledger.sentence(line, language=language, wallet=wallet, currency="CNY").title for line in found]


def complete(shop, order: str) -> flows.Activated:
    return flows.activate_points(shop.conn, shop.plan, order, source="shop", at=shop.at)


# Waiting for the order to be completed


def test_what_an_order_earned_waits_until_it_is_completed_once(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    member = shop.join("ann")
    told = shop.buy(member, "SO-1", 10_000).answer
    assert told["wallets"][0] | {"balance": None} == {
        "wallet": "cashback", "points": 500, "usable_on": None, "expires_on": None, "balance": None,
    }  # fmt: skip
    assert (has(shop, member, back).spendable, has(shop, member, back).waiting) == (0, 500)
    first, again = complete(shop, "SO-1"), complete(shop, "SO-1")
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert first.answer == again.answer == {
        "order_id": "SO-1", "status": "recorded", "member_id": str(member),
        "wallets": [{"wallet": "cashback", "points": 500}],
    }  # fmt: skip
    shop.later(40)
    assert complete(shop, "SO-1").answer == first.answer
    assert (has(shop, member, back).spendable, has(shop, member, back).waiting) == (500, 0)
    assert titles(shop, member, back)[0] == "Order SO-1 was completed: ¥5.00 cashback became usable"
    assert titles(shop, member, back, "zh")[0] == "订单 SO-1 已完成：¥5.00 cashback已生效"
    assert shop.balance(member).available == 100  # the first wallet does not wait
    assert shop.is_sound()


def test_what_a_return_took_before_is_not_activated(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 6_000, 4_000)
    shop.buy(member, "SO-2", 2_000)
    shop.give_back("R-1", "SO-1", amount_minor=4_000)
    assert complete(shop, "SO-1").answer["wallets"] == [{"wallet": "cashback", "points": 300}]
    assert (has(shop, member, back).spendable, has(shop, member, back).waiting) == (300, 100)
    returned = shop.give_back("R-2", "SO-1").answer["wallets"][0]
    assert (returned["wallet"], returned["points_reversed"], returned["points_taken_back"]) == ("cashback", 300, 300)
    assert (has(shop, member, back).spendable, has(shop, member, back).waiting) == (0, 100)
    assert complete(shop, "SO-2").answer["wallets"] == [{"wallet": "cashback", "points": 100}]
    assert shop.is_sound()


def test_a_return_that_is_not_settled_sets_aside_the_share_of_each_wallet(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 6_000, 4_000)
    shop.give_back("R-1", "SO-1", amount_minor=4_000, is_pending=True)
    assert (has(shop, member, back).available, has(shop, member, back).held) == (300, 200)
    assert (has(shop, member, shop.plan.wallet).available, has(shop, member, shop.plan.wallet).held) == (60, 40)
    flows.confirm_return(shop.conn, shop.plan, "SO-1", "R-1", source="shop", at=shop.at)
    assert (has(shop, member, back).available, has(shop, member, back).held) == (300, 0)
    assert shop.is_sound()


def test_what_waits_for_completion_is_not_set_aside_and_taken_all_the_same(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.give_back("R-1", "SO-1", amount_minor=4_000, is_pending=True)
    assert (has(shop, member, back).waiting, has(shop, member, back).held) == (500, 0)
    complete(shop, "SO-1")
    flows.confirm_return(shop.conn, shop.plan, "SO-1", "R-1", source="shop", at=shop.at)
    assert has(shop, member, back).spendable == 300
    assert shop.is_sound()


def test_a_completed_order_that_comes_back_takes_nothing_of_one_that_still_waits(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.buy(member, "SO-2", 10_000)
    complete(shop, "SO-1")
    flows.hold_points(shop.conn, shop.plan, member, 500, external_id="H", at=shop.at, wallet_code="cashback")
    flows.capture_hold(shop.conn, shop.plan, member, "H", at=shop.at)
    shop.give_back("R-1", "SO-1")
    assert has(shop, member, back).debt == 0
    assert has(shop, member, back).waiting == 0  # spent: what waits pays for it, before anything is owed
    assert shop.is_sound()


def test_the_completion_of_an_order_that_has_not_come_waits_for_it(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    member = shop.join("ann")
    told = complete(shop, "SO-9")
    assert (told.outcome, told.answer["status"]) == ("parked", "waiting-for-purchase")
    assert complete(shop, "SO-9").outcome == "parked"
    shop.buy(member, "SO-9", 10_000)
    assert has(shop, member, back).spendable == 500
    assert complete(shop, "SO-9").outcome == "replayed"
    assert shop.is_sound()


def test_the_completion_of_an_order_whose_member_is_unknown_waits_for_them(shop, open_wallet):
    back = open_wallet("cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True)
    nobody = members.Identifier(members.IdentifierKind.EXTERNAL, "bob")
    (parked,) = shop.take([flows.Intake(order=shop.order("SO-1", 10_000), member=nobody, on_unknown="hold")])
    assert parked.outcome == "parked"
    assert complete(shop, "SO-1").outcome == "parked"
    bob = shop.join("bob")
    assert has(shop, bob, back).spendable == 500
    assert shop.is_sound()


def test_what_ended_while_it_waited_stays_ended(shop, open_wallet):
    back = open_wallet(
        "cashback", WalletKind.CASHBACK, per_yuan=5, waits_for_event=True, expiry=Expiry(kind="days", count=60)
    )
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.live(61)
    assert complete(shop, "SO-1").answer["wallets"] == []
    assert has(shop, member, back).spendable == 0
    assert shop.is_sound()


# Paying with any of them


def test_money_is_worth_itself_and_an_order_paid_with_a_gift_card_earns(shop, open_wallet):
    card = open_wallet("card", WalletKind.GIFT_CARD, point_value_micros=7)
    member = shop.join("ann")
    flows.load_wallet(shop.conn, shop.plan, member, "card", 20_000, reference="GC-1", actor="test", at=shop.at)
    assert card.worth_minor(20_000, "CNY") == 20_000
    flows.hold_points(shop.conn, shop.plan, member, 4_000, external_id="H", at=shop.at, wallet_code="card")
    intake = flows.Intake(order=shop.order("SO-1", 10_000), member=member, hold_ids=("H",))
    assert shop.take([intake])[0].points == 100
    assert has(shop, member, card).spendable == 16_000
    assert titles(shop, member, card)[0] == "Order SO-1 paid with the card set aside"
    assert shop.is_sound()


def test_an_order_paid_with_cashback_earns_on_what_is_left(shop, open_wallet):
    open_wallet("cashback", WalletKind.CASHBACK)
    member = shop.join("ann")
    flows.adjust_points(
        shop.conn, shop.plan, member, 4_000, shown_reason="x", actor="x", reference="A", at=shop.at,
        wallet_code="cashback",
    )  # fmt: skip
    flows.hold_points(shop.conn, shop.plan, member, 4_000, external_id="H", at=shop.at, wallet_code="cashback")
    intake = flows.Intake(order=shop.order("SO-1", 10_000), member=member, hold_ids=("H",))
    assert shop.take([intake])[0].points == 60


def test_each_wallet_gets_back_what_it_paid(shop, open_wallet):
    card = open_wallet("card", WalletKind.GIFT_CARD)
    member = shop.join("ann")
    shop.buy(member, "SO-0", 50_000)
    flows.load_wallet(shop.conn, shop.plan, member, "card", 3_001, reference="GC-1", actor="test", at=shop.at)
    flows.hold_points(shop.conn, shop.plan, member, 500, external_id="P", at=shop.at)
    flows.hold_points(shop.conn, shop.plan, member, 3_001, external_id="C", at=shop.at, wallet_code="card")
    shop.take([flows.Intake(order=shop.order("SO-1", 10_000), member=member, hold_ids=("P", "C"))])
    earned = shop.balance(member).available
    half = shop.give_back("R-1", "SO-1", amount_minor=5_000).answer
    assert half["points_restored"] == 250
    assert half["wallets"][0] | {"balance": None} == {
        "wallet": "card", "points_reversed": 0, "points_taken_back": 0, "points_restored": 1_500, "balance": None,
    }  # fmt: skip
    shop.give_back("R-2", "SO-1")
    assert has(shop, member, card).spendable == 3_001
    assert shop.balance(member).available == 500
    assert earned == 95
    assert shop.is_sound()


def test_status_points_count_and_buy_nothing(shop, open_wallet):
    status = open_wallet("status", WalletKind.STATUS, per_yuan=3)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    assert has(shop, member, status).spendable == 300
    with pytest.raises(ledger.WalletNotSpendable):
        flows.hold_points(shop.conn, shop.plan, member, 1, external_id="H", at=shop.at, wallet_code="status")


# Paying in


def test_money_is_paid_in_once_for_each_reference(shop, open_wallet):
    card = open_wallet("card", WalletKind.GIFT_CARD, expiry=Expiry(kind="days", count=365), pending_days=9)
    member = shop.join("ann")

    def load(amount: int) -> flows.Loaded:
        return flows.load_wallet(
            shop.conn, shop.plan, member, "card", amount, reference="GC-1", shown_reason="Birthday", actor="x",
            at=shop.at,
        )  # fmt: skip

    assert (load(20_000).outcome, load(20_000).outcome) == ("created", "replayed")
    shop.later(400)
    assert load(20_000).outcome == "replayed"  # another day, the same reference
    with pytest.raises(activities.EventConflict):
        load(10_000)
    (line,) = ledger.lines(shop.conn, member, wallet=card, limit=5)
    said = ledger.sentence(line, language="en", wallet=card, currency="CNY")
    assert (line.movement, line.points) == (Movement.LOAD, 20_000)
    assert (said.title, [text for text, _ in said.details]) == (
        "Paid in (GC-1)",
        ["Expires at the end of Mar 10, 2027", "Birthday"],
    )
    assert ledger.sentence(line, language="zh", wallet=card, currency="CNY").title == "充值（GC-1）"
    assert shop.is_sound()


@pytest.mark.parametrize(
    ("code", "amount", "refusal"),
    [
        ("points", 100, ledger.WalletNotLoadable),
        ("nothing", 100, ledger.WalletUnknown),
        ("card", 0, None),
        ("card", flows.LOAD_MINOR_MAX + 1, None),
    ],
)
def test_what_cannot_be_paid_in_changes_nothing(shop, open_wallet, code, amount, refusal):
    card = open_wallet("card", WalletKind.GIFT_CARD)
    member = shop.join("ann")
    with pytest.raises(refusal or activities.AmountOutOfRange):
        flows.load_wallet(shop.conn, shop.plan, member, code, amount, reference="GC-1", actor="x", at=shop.at)
    assert ledger.lines(shop.conn, member, wallet=card, limit=5) == []
    assert shop.balance(member).available == 0


# Said before it ends


def test_an_end_is_announced_thirty_days_before_and_then_comes(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.at = shop.at.replace(year=2027, month=2, day=28)
    assert sum(done.announced_points for done in shop.close_day()) == 0
    shop.later(1)
    assert sum(done.announced_points for done in shop.close_day()) == 100
    assert sum(done.announced_points for done in shop.close_day()) == 0
    (notice,) = ledger.notices(shop.conn, member, today=shop.today)
    assert (notice.expires_on, notice.points, notice.told_on) == (date(2027, 3, 31), 100, date(2027, 3, 1))
    shop.later(31)
    (expired,) = [done for done in shop.close_day() if done.expired_points]
    assert (expired.expired_points, expired.spared_points) == (100, 0)
    (line,) = ledger.lines(shop.conn, member, wallet=shop.plan.wallet, limit=1)
    for language, told in (("en", "Announced on Mar 1, 2027"), ("zh", "已于 2027年3月1日 提前告知")):
        said = ledger.sentence(line, language=language, wallet=shop.plan.wallet, currency="CNY")
        assert [text for text, _ in said.details] == [told]
    assert ledger.notices(shop.conn, member, today=shop.today) == []
    assert shop.is_sound()


def test_what_nobody_announced_is_kept_for_the_days_of_grace_and_announced(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(400)  # nobody closed a day
    spared = sum(done.spared_points for done in shop.close_day())
    assert (spared, shop.balance(member).available) == (100, 100)
    (notice,) = ledger.notices(shop.conn, member, today=shop.today)
    assert (notice.expires_on, notice.points, notice.told_on) == (date(2027, 5, 14), 100, shop.today)
    assert titles(shop, member, shop.plan.wallet)[0] == (
        "100 points ended on Mar 31, 2027 and nobody had told you: they are yours until May 14, 2027"
    )
    assert titles(shop, member, shop.plan.wallet, "zh")[0] == (
        "100 积分已于 2027年3月31日 到期但未曾提前告知，为您保留至 2027年5月14日"
    )
    assert shop.is_sound()
    shop.later(31)
    shop.close_day()
    assert shop.balance(member).available == 0
    assert shop.is_sound()


def test_points_that_expired_unannounced_are_counted(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.live(400)
    assert flows.verify_books(shop.conn).wrong["expired_unannounced"] == 0
    shop.conn.execute(
        "update ledger.entry set reason = (reason::jsonb - 'announced_on')::json where kind = %s", [Movement.EXPIRE]
    )
    verdict = flows.verify_books(shop.conn)
    assert (verdict.wrong["expired_unannounced"], verdict.is_sound) == (100, False)


def test_points_of_a_short_life_are_announced_by_their_earning(shop, open_wallet):
    flash = open_wallet("flash", WalletKind.POINTS, per_yuan=1, expiry=Expiry(kind="days", count=10))
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(11)
    assert sum(done.expired_points for done in shop.close_day()) == 100
    assert has(shop, member, flash).spendable == 0
    assert shop.is_sound()


def test_points_that_become_usable_shortly_before_their_end_are_announced_then(shop, open_wallet):
    slow = open_wallet("slow", WalletKind.POINTS, per_yuan=1, expiry=Expiry(kind="days", count=40), pending_days=20)
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(20)
    shop.close_day()
    (notice,) = ledger.notices(shop.conn, member, today=shop.today)
    assert (notice.wallet_id, notice.points, notice.told_on) == (slow.wallet_id, 100, shop.today)
    shop.later(21)
    assert sum(done.expired_points for done in shop.close_day()) == 100
    assert shop.is_sound()


def test_a_lot_that_is_filled_again_within_the_days_of_notice_expires_announced(shop, open_wallet):
    spare = open_wallet("spare", WalletKind.POINTS, expiry=Expiry(kind="date", count=0, month_day="04-30"))
    member = shop.join("ann")

    def adjust(points: int, reference: str) -> None:
        flows.adjust_points(
            shop.conn, shop.plan, member, points, shown_reason="x", actor="x", reference=reference, at=shop.at,
            wallet_code="spare",
        )  # fmt: skip

    adjust(100, "1")  # 51 days before the end
    adjust(-100, "2")
    shop.live(40)
    adjust(70, "3")  # 11 days before
    shop.later(12)
    assert sum(done.expired_points for done in shop.close_day()) == 70
    assert has(shop, member, spare).spendable == 0
    assert shop.is_sound()


def test_what_is_carried_over_is_not_announced_as_an_end(shop, open_wallet):
    reset = open_wallet(
        "reset", WalletKind.POINTS, per_yuan=1,
        expiry=Expiry(kind="date", count=0, month_day="04-30", carry_percent=25),
    )  # fmt: skip
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(30)
    shop.close_day()
    (notice,) = ledger.notices(shop.conn, member, today=shop.today)
    assert notice.points == 75
    shop.later(30)
    shop.close_day()
    assert has(shop, member, reset).spendable == 25
    assert shop.is_sound()


def test_who_spends_before_the_day_is_closed_loses_nothing_unannounced(shop, open_wallet):
    reset = open_wallet(
        "reset", WalletKind.POINTS, per_yuan=1,
        expiry=Expiry(kind="date", count=0, month_day="04-30", carry_percent=25, grace_days=9),
    )  # fmt: skip
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.later(60)  # nobody closed a day
    flows.hold_points(shop.conn, shop.plan, member, 100, external_id="H", at=shop.at, wallet_code="reset")
    assert has(shop, member, reset).held == 100
    moved = [line.movement for line in ledger.lines(shop.conn, member, wallet=reset, limit=9)]
    assert sorted(moved) == sorted([Movement.EARN, Movement.CARRY, Movement.EXTEND, Movement.HOLD])
    assert shop.is_sound()


def test_longer_notice_is_given_of_ends_that_were_looked_at_before(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 10_000)
    shop.at = shop.at.replace(year=2027, month=2, day=1)
    assert sum(done.announced_points for done in shop.close_day()) == 0
    for days, told in ((10, 0), (60, 100)):
        expiry = replace(shop.plan.wallet.expiry, notice_days=days)
        ledger.save_wallet(shop.conn, replace(shop.plan.wallet, expiry=expiry))
        shop.reload()
        assert sum(done.announced_points for done in shop.close_day()) == told
    assert ledger.notices(shop.conn, member, today=shop.today)[0].expires_on == date(2027, 3, 31)


def test_marking_a_lot_leaves_it_in_its_page(conn):
    rows = conn.execute(
        "select indexdef from pg_indexes where schemaname = 'ledger' and tablename = 'lot' and indexdef like %s",
        ["%announced_on%"],
    ).fetchall()
    assert rows == []
