"""When points end, and what goes on for another year: exact days."""

from dataclasses import replace
from datetime import date

import pytest

from regulars.kit.clock import EVER, NEVER
from regulars.records import ledger
from regulars.records.ledger import WAITING, Expiry, Lot, calendar

WALLET = ledger.Wallet(program_id=1, wallet_id=1, code="points", unit={"en": "points"}, expiry=Expiry())
RESET = replace(WALLET, expiry=Expiry(kind="date", count=0, month_day="03-31", carry_percent=25))


@pytest.mark.parametrize(
    ("expiry", "earned_on", "ends_on"),
    [
        (Expiry(kind="never"), date(2026, 3, 10), NEVER),
        (Expiry(kind="days", count=90), date(2026, 3, 10), date(2026, 6, 8)),
        (Expiry(kind="inactivity", count=90), date(2026, 3, 10), date(2026, 6, 8)),
        (Expiry(kind="month_end", count=12), date(2026, 3, 10), date(2027, 3, 31)),
        (Expiry(kind="month_end", count=6), date(2025, 8, 31), date(2026, 2, 28)),
        (Expiry(kind="year_end", count=0), date(2026, 3, 10), date(2026, 12, 31)),
        (Expiry(kind="year_end", count=1), date(2026, 12, 31), date(2027, 12, 31)),
        (Expiry(kind="date", count=0, month_day="03-31"), date(2026, 3, 31), date(2026, 3, 31)),
        (Expiry(kind="date", count=0, month_day="03-31"), date(2026, 4, 1), date(2027, 3, 31)),
        (Expiry(kind="date", count=1, month_day="03-31"), date(2026, 3, 10), date(2027, 3, 31)),
        (Expiry(kind="date", count=0, month_day="02-29"), date(2026, 3, 10), date(2027, 2, 28)),
        (Expiry(kind="date", count=0, month_day="02-29"), date(2027, 3, 10), date(2028, 2, 29)),
    ],
)
def test_points_end_on_the_day_the_wallet_says(expiry, earned_on, ends_on):
    assert ledger.expires_on(expiry, earned_on) == ends_on


def test_points_wait_for_the_return_window_for_days_of_their_own_or_for_an_event():
    on = date(2026, 3, 10)
    ends = date(2027, 3, 31)
    asked = {"earned_on": on, "window_days": 14, "today": on}
    assert ledger.award_lot(WALLET, **asked) == Lot(ends, date(2026, 3, 24))
    assert ledger.award_lot(replace(WALLET, pending_days=0), **asked) == Lot(ends, EVER)
    assert ledger.award_lot(replace(WALLET, pending_days=3), **asked) == Lot(ends, date(2026, 3, 13))
    assert ledger.award_lot(replace(WALLET, waits_for_event=True), **asked) == Lot(ends, WAITING)


def test_what_would_be_usable_by_now_is_usable_from_the_start():
    lot = ledger.award_lot(WALLET, earned_on=date(2026, 1, 1), window_days=14, today=date(2026, 3, 10))
    assert lot == Lot(date(2027, 1, 31), EVER)


def test_a_quarter_of_what_ends_goes_on_for_a_year():
    lot = Lot(date(2026, 3, 31))
    assert calendar.ended([(lot, 101)], RESET, date(2026, 4, 1)) == (
        [(lot, 76)],
        [(lot, Lot(date(2027, 3, 31)), 25)],
    )
    assert calendar.ended([(lot, 101)], RESET, date(2026, 3, 31)) == ([], [])


def test_carrying_has_a_most_over_all_lots_of_the_day():
    wallet = replace(RESET, expiry=replace(RESET.expiry, carry_percent=50, carry_max=60))
    early, late = Lot(date(2026, 3, 31)), Lot(date(2026, 3, 31), date(2026, 3, 20))
    expired, moves = calendar.ended([(early, 100), (late, 40)], wallet, date(2026, 4, 1))
    assert expired == [(early, 80)]
    assert moves == [(late, Lot(date(2027, 3, 31)), 40), (early, Lot(date(2027, 3, 31)), 20)]


def test_years_that_nobody_closed_are_carried_one_after_the_other():
    lot = Lot(date(2026, 3, 31))
    expired, moves = calendar.ended([(lot, 160)], RESET, date(2028, 4, 1))
    second, third = Lot(date(2027, 3, 31)), Lot(date(2028, 3, 31))
    assert expired == [(lot, 120), (second, 30), (third, 8)]
    assert moves == [(lot, second, 40), (second, third, 10), (third, Lot(date(2029, 3, 31)), 2)]


def test_an_award_is_alive_as_far_as_time_left_it():
    lot = Lot(date(2026, 3, 31))
    assert ledger.alive(lot, 100, WALLET, date(2026, 3, 31)) == (lot, 100)
    assert ledger.alive(lot, 100, WALLET, date(2026, 4, 1)) == (lot, 0)
    assert ledger.alive(lot, 100, RESET, date(2026, 4, 1)) == (Lot(date(2027, 3, 31)), 25)
    assert ledger.alive(lot, 100, RESET, date(2027, 4, 1)) == (Lot(date(2028, 3, 31)), 6)
    sleepy = replace(WALLET, expiry=Expiry(kind="inactivity", count=90))
    assert ledger.alive(lot, 100, sleepy, date(2026, 3, 31)) == (lot, 100)
    assert ledger.alive(lot, 100, sleepy, date(2026, 4, 1)) == (lot, 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expiry": Expiry(kind="someday")}, "one of these ways"),
        ({"expiry": Expiry(kind="days", count=0)}, "after how long"),
        ({"expiry": Expiry(grace_days=-1)}, "grace"),
        ({"expiry": Expiry(kind="date", month_day="02-30")}, "MM-DD"),
        ({"expiry": Expiry(kind="date", month_day="3-1")}, "MM-DD"),
        ({"expiry": Expiry(kind="days", count=30, carry_percent=10)}, "day of the calendar"),
        ({"expiry": Expiry(kind="year_end", carry_percent=101)}, "percent"),
        ({"debt_policy": "shrug"}, "debt"),
        ({"debt_max_points": -1}, "0 or more"),
        ({"pending_days": 400}, "365"),
        ({"giving": ledger.Giving(transfer_max=10, day_max=5)}, "at once"),
    ],
)
def test_a_wallet_that_contradicts_itself_is_refused(conn, fields, words):
    with pytest.raises(ledger.WalletInvalid, match=words):
        ledger.save_wallet(conn, replace(WALLET, **fields))


def test_no_more_of_an_award_lives_on_than_the_most_that_is_carried():
    capped = replace(RESET, expiry=replace(RESET.expiry, carry_max=20))
    lot = Lot(date(2026, 3, 31))
    assert ledger.alive(lot, 101, RESET, date(2026, 4, 1)) == (Lot(date(2027, 3, 31)), 25)
    assert ledger.alive(lot, 101, capped, date(2026, 4, 1)) == (Lot(date(2027, 3, 31)), 20)


def test_each_visit_while_points_are_alive_moves_their_end_on():
    expiry = Expiry(kind="inactivity", count=10)
    lot = Lot(date(2026, 3, 20), date(2026, 3, 12))
    visits = [date(2026, 4, 20), date(2026, 3, 15), date(2026, 3, 25)]
    assert ledger.kept(lot, expiry, visits) == Lot(date(2026, 4, 4), date(2026, 3, 12))
