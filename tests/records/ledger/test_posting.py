"""Every movement, exactly once, and the books stay sound."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from msgspec.structs import replace

from regulars.kit.clock import EVER
from regulars.records import ledger
from regulars.records.ledger import DEBT, WAITING, Contra, Expiry, Lot, Movement, Outcome

AT = datetime(2026, 4, 1, tzinfo=UTC)
MARCH, APRIL = Lot(date(2026, 3, 31)), Lot(date(2026, 4, 30))


def test_the_same_transfer_again_moves_nothing_and_its_neighbors_are_posted(open_books):
    books = open_books()
    member = books.member()
    first, second = books.earn(member, 50), books.earn(member, 7)
    assert [p.outcome for p in books.post(first)] == [Outcome.POSTED]
    again = books.post(first, second)
    assert [(p.outcome, p.points) for p in again] == [(Outcome.DUPLICATE, 50), (Outcome.POSTED, 7)]
    assert books.balance(member).available == 57
    books.assert_sound()


def test_twice_in_one_batch_is_once(open_books):
    books = open_books()
    member = books.member()
    earned = books.earn(member, 50)
    assert [p.outcome for p in books.post(earned, earned)] == [Outcome.POSTED, Outcome.DUPLICATE]
    burned = books.burn(member, 20)
    assert [p.outcome for p in books.post(burned, burned)] == [Outcome.POSTED, Outcome.DUPLICATE]
    assert [(p.outcome, p.points) for p in books.post(burned)] == [(Outcome.DUPLICATE, -20)]
    assert books.balance(member).available == 30
    books.assert_sound()


def test_spending_takes_the_earliest_end_first_and_a_refusal_stops_nobody(open_books):
    books = open_books()
    rich, poor = books.member(), books.member()
    books.post(books.earn(rich, 30, APRIL), books.earn(rich, 20, MARCH), books.earn(poor, 5))
    taken, refused, last = books.post(books.burn(rich, 25), books.burn(poor, 6), books.burn(rich, 25))
    assert taken.moves == ((MARCH, -20, Contra.REDEMPTION), (APRIL, -5, Contra.REDEMPTION))
    assert (refused.outcome, refused.spendable) == (Outcome.INSUFFICIENT, 5)
    assert last.points == -25
    assert (books.balance(rich).available, books.balance(poor).available) == (0, 5)
    books.assert_sound()


def test_a_debt_is_paid_back_first_with_and_without_other_movements(open_books):
    books = open_books()
    member = books.member()
    lot = Lot(date(2027, 3, 31))
    books.post(books.earn(member, 100, lot))
    books.post(books.burn(member, 100))
    taken = books.post(books.clawback(member, 60, lot))[0]
    assert (taken.owed_points, taken.moves) == (60, ((DEBT, -60, Contra.ISSUANCE),))
    assert (books.balance(member).debt, books.balance(member).spendable) == (60, 0)
    books.post(books.earn(member, 40))
    assert (books.balance(member).debt, books.balance(member).spendable) == (20, 0)
    books.post(books.earn(member, 50), books.burn(member, 30))
    assert (books.balance(member).debt, books.balance(member).spendable) == (0, 0)
    assert books.entries(member)[-4:] == [("EARN", 50), ("SETTLE", -20), ("SETTLE", 20), ("BURN", -30)]
    books.assert_sound()


def test_a_member_owes_at_most_what_the_wallet_lets_them(open_books):
    books = open_books(debt_max_points=50)
    member = books.member()
    lot = Lot(date(2027, 3, 31))
    books.post(books.earn(member, 90, lot), books.burn(member, 90))
    first, second = books.post(books.clawback(member, 30, lot), books.clawback(member, 60, lot))
    assert (first.owed_points, first.forgiven_points) == (30, 0)
    assert (second.owed_points, second.forgiven_points) == (20, 40)
    assert books.balance(member).debt == 50
    reasons = books.conn.execute(
        "select reason ->> 'owed', reason ->> 'forgiven' from ledger.entry where kind = 4 order by entry_id"
    ).fetchall()
    assert reasons == [("30", None), ("20", "40")]
    books.assert_sound()


def test_a_debt_can_be_written_off(open_books):
    books = open_books()
    member = books.member()
    lot = Lot(date(2027, 3, 31))
    books.post(books.earn(member, 9, lot), books.burn(member, 9), books.clawback(member, 9, lot))
    books.post(books.transfer(member, Movement.WRITE_OFF, 9))
    assert (books.balance(member).debt, books.entries(member)[-1]) == (0, ("WRITE_OFF", 9))
    books.assert_sound()


def test_points_that_are_given_keep_their_end(open_books):
    books = open_books()
    giver, friend = books.member(), books.member()
    books.post(books.earn(giver, 30, APRIL), books.earn(giver, 20, MARCH))
    given = books.post(books.transfer(giver, Movement.GIVE, 25))[0]
    lots = tuple((lot, -points) for lot, points, _ in given.moves)
    books.post(books.transfer(friend, Movement.RECEIVE, 25, lots=lots))
    assert books.balance(friend).expiring == ((MARCH.expires_on, 20), (APRIL.expires_on, 5))
    assert books.balance(giver).expiring == ((APRIL.expires_on, 25),)
    total = books.conn.execute("select sum(points) from ledger.entry where contra = 7").fetchone()
    assert total == (0,)
    assert books.post(books.transfer(giver, Movement.GIVE, 26))[0].outcome is Outcome.INSUFFICIENT
    books.assert_sound()


def test_whoever_stays_active_keeps_their_points(open_books):
    books = open_books(expiry=Expiry(kind="inactivity", count=90))
    member = books.member()
    books.post(books.earn(member, 100))
    assert books.balance(member).expiring == ((date(2026, 6, 8), 100),)
    books.later(30)
    books.post(books.earn(member, 10))
    assert books.balance(member).expiring == ((date(2026, 7, 8), 110),)
    books.later(30)
    books.post(books.burn(member, 40))
    assert books.balance(member).expiring == ((date(2026, 8, 7), 70),)
    assert books.entries(member)[1:] == [
        ("EARN", 10), ("EXTEND", -100), ("EXTEND", 100), ("BURN", -40), ("EXTEND", -70), ("EXTEND", 70),
    ]  # fmt: skip
    books.later(91)
    assert books.balance(member).available == 0
    assert books.post(books.burn(member, 1))[0].outcome is Outcome.INSUFFICIENT
    books.assert_sound()


def test_a_late_purchase_does_not_shorten_what_a_later_one_gave(open_books):
    books = open_books(expiry=Expiry(kind="inactivity", count=90))
    member = books.member()
    books.post(books.earn(member, 100))
    late = replace(books.earn(member, 10, Lot(date(2026, 5, 9))), on_date=date(2026, 2, 8))
    books.post(late)
    assert books.balance(member).expiring == ((date(2026, 5, 9), 10), (date(2026, 6, 8), 100))
    books.assert_sound()


def test_what_is_carried_over_counts_before_anybody_closes_the_day_and_afterwards(open_books):
    books = open_books(expiry=Expiry(kind="date", count=0, month_day="03-31", carry_percent=50))
    saver, spender = books.member(), books.member()
    books.post(books.earn(saver, 101), books.earn(spender, 101))
    assert books.balance(saver).expiring == ((date(2026, 3, 31), 51),)
    books.later(22)
    assert books.today == date(2026, 4, 1)
    for member in (saver, spender):
        assert (books.balance(member).available, books.balance(member).expiring) == (50, ((date(2027, 3, 31), 25),))
    assert books.post(books.burn(spender, 51))[0].outcome is Outcome.INSUFFICIENT
    assert books.post(books.burn(spender, 50))[0].moves == ((Lot(date(2027, 3, 31)), -50, Contra.REDEMPTION),)
    lots = ledger.lots_of(books.conn, [saver])[saver, books.wallet.wallet_id]
    told = ledger.announced(books.conn, [saver], today=books.today)[saver, books.wallet.wallet_id]
    closed = ledger.closings(saver, lots, books.wallet, announced=told, today=books.today, at=AT)
    books.post(*closed)
    assert books.entries(saver)[1:] == [("CARRY", -50), ("CARRY", 50), ("EXPIRE", -51)]
    assert books.entries(spender)[1:] == [("CARRY", -50), ("CARRY", 50), ("EXPIRE", -51), ("BURN", -50)]
    assert (books.balance(saver).available, books.balance(spender).available) == (50, 0)
    books.assert_sound()


def test_points_that_wait_for_an_event_are_pending_until_it_comes(open_books):
    books = open_books(waits_for_event=True)
    member = books.member()
    lot = ledger.award_lot(books.wallet, earned_on=books.today, window_days=14, today=books.today)
    books.post(books.earn(member, 40, lot))
    books.later(300)
    found = books.balance(member)
    assert (found.available, found.pending, found.waiting, found.activating) == (0, 40, 40, ())
    books.post(books.transfer(member, Movement.ACTIVATE, 40, lots=((lot, 40),)))
    found = books.balance(member)
    assert (found.available, found.pending, found.expiring) == (40, 0, ((date(2027, 3, 31), 40),))
    books.assert_sound()


def test_a_clawback_of_points_that_wait_takes_those(open_books):
    books = open_books(waits_for_event=True)
    member = books.member()
    lot = ledger.award_lot(books.wallet, earned_on=books.today, window_days=14, today=books.today)
    books.post(books.earn(member, 40, lot))
    assert books.post(books.clawback(member, 15, lot))[0].moves == ((lot, -15, Contra.ISSUANCE),)
    assert (books.balance(member).pending, books.balance(member).debt) == (25, 0)
    books.assert_sound()


def test_a_lot_never_goes_below_zero_even_when_nobody_locked(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 10, MARCH))
    with pytest.raises(psycopg.errors.CheckViolation), books.conn.transaction():
        books.post(books.transfer(member, Movement.EXPIRE, 11, lots=((MARCH, 11),)))
    assert books.balance(member).available == 10
    assert MARCH.active_on == EVER
    books.assert_sound()


def test_a_visit_keeps_points_that_cannot_be_used_yet(open_books):
    books = open_books(expiry=Expiry(kind="inactivity", count=90))
    member = books.member()
    books.post(books.earn(member, 100, Lot(date(2026, 6, 8), date(2026, 4, 20))))
    books.later(30)
    books.post(books.earn(member, 10))
    assert books.balance(member).expiring == ((date(2026, 7, 8), 10),)
    assert books.balance(member).activating == ((date(2026, 4, 20), 100),)
    books.later(30)
    assert books.balance(member).expiring == ((date(2026, 7, 8), 110),)
    books.assert_sound()


def test_points_that_ended_before_they_could_be_used_are_no_longer_pending(open_books):
    books = open_books(expiry=Expiry(kind="days", count=5))
    member = books.member()
    books.post(books.earn(member, 100, Lot(date(2026, 3, 15), WAITING)))
    assert books.balance(member).pending == 100
    books.later(6)
    assert (books.balance(member).pending, books.balance(member).waiting) == (0, 0)
