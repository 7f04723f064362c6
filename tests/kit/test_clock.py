"""Days are the shop's days."""

from datetime import UTC, date, datetime

from regulars.kit import clock


def test_the_same_instant_is_another_day_elsewhere():
    at = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
    assert clock.local_date(at, "Asia/Shanghai") == date(2026, 3, 11)
    assert clock.local_date(at, "America/New_York") == date(2026, 3, 10)


def test_a_day_that_begins_in_a_gap_begins_at_its_first_valid_instant():
    # Santiago springs forward at midnight: 2026-09-06 00:00 does not exist.
    first = clock.first_instant(date(2026, 9, 6), "America/Santiago")
    assert first.astimezone(UTC) == datetime(2026, 9, 6, 4, 0, tzinfo=UTC)
    assert clock.local_date(first, "America/Santiago") == date(2026, 9, 6)


def test_a_month_later_is_the_last_day_where_there_is_no_such_day():
    assert clock.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert clock.add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert clock.add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert clock.add_months(date(2026, 11, 30), 14) == date(2028, 1, 30)


def test_a_month_ends_on_its_last_day():
    assert clock.month_end(date(2026, 2, 3)) == date(2026, 2, 28)
    assert clock.month_end(date(2026, 12, 31)) == date(2026, 12, 31)
