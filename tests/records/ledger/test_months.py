"""The journal has a part for each month that was made ready, and one for all other days."""

from datetime import date

from msgspec.structs import replace

from regulars.records import ledger


def _parts(conn) -> dict[str, int]:
    rows = conn.execute("select tableoid::regclass::text, count(*) from ledger.entry group by 1")
    return {name.removeprefix("ledger."): n for name, n in rows}


def test_entries_go_to_the_part_of_their_day(open_books):
    books = open_books()
    made = ledger.cover_months(books.conn, from_on=date(2031, 1, 15), to_on=date(2031, 2, 1))
    assert made == [date(2031, 1, 1), date(2031, 2, 1)]
    assert ledger.cover_months(books.conn, from_on=date(2031, 1, 1), to_on=date(2031, 2, 28)) == []
    member = books.member()
    days = [date(2031, 1, 31), date(2031, 2, 1), date(1999, 12, 31)]
    books.post(*(replace(books.earn(member, 1), on_date=day) for day in days))
    assert _parts(books.conn) == {"entry_2031_01": 1, "entry_2031_02": 1, "entry_other": 1}
    books.assert_sound()


def test_a_month_that_already_has_entries_stays_where_it_is(open_books):
    books = open_books()
    books.post(replace(books.earn(books.member(), 1), on_date=date(2031, 1, 31)))
    assert ledger.cover_months(books.conn, from_on=date(2031, 1, 1), to_on=date(2031, 2, 1)) == [date(2031, 2, 1)]
    books.assert_sound()


def test_a_repeat_is_found_in_the_part_of_its_day(open_books):
    books = open_books()
    ledger.cover_months(books.conn, from_on=date(2031, 1, 1), to_on=date(2031, 3, 1))
    member = books.member()
    earned = [replace(books.earn(member, 1), on_date=date(2031, month, 3)) for month in (1, 2, 3)]
    books.post(*earned)
    assert [p.outcome for p in books.post(*earned)] == [ledger.Outcome.DUPLICATE] * 3
    assert books.balance(member).available == 3
