"""A balance told from the journal alone, and a lot that somebody changed beside it."""

from dataclasses import replace
from datetime import date, timedelta

from regulars.records import ledger

LATER = ledger.Lot(expires_on=date(2027, 3, 31), active_on=date(2026, 3, 24))
NOW = ledger.Lot(expires_on=date(2027, 3, 31))


def _told(books, member, **until):
    return ledger.replay(ledger.entries(books.conn, member, wallet=books.wallet), **until)


def test_every_step_tells_its_lot_and_the_wallet_after_it(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 300), books.earn(member, 50, lot=LATER))
    books.post(books.burn(member, 120))
    told = _told(books, member)
    assert [(s.entry.movement.name, s.entry.points, s.lot_points, s.wallet_points) for s in told.steps] == [
        ("EARN", 300, 300, 300),
        ("EARN", 50, 50, 350),
        ("BURN", -120, 180, 230),
    ]
    assert [s.entry.contra.name for s in told.steps] == ["ISSUANCE", "ISSUANCE", "REDEMPTION"]
    assert told.lots == {NOW: 180, LATER: 50}
    assert ledger.differences(told.lots, ledger.lots_of(books.conn, [member])[member, books.wallet.wallet_id]) == []


def test_a_debt_and_what_pays_it_back_are_steps_of_their_own(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 100))
    books.post(books.burn(member, 80))
    books.post(books.clawback(member, 100, NOW))
    books.post(books.earn(member, 200))
    told = _told(books, member)
    assert [
        (s.entry.movement.name, s.entry.lot == ledger.DEBT, s.entry.points, s.wallet_points) for s in told.steps
    ] == [
        ("EARN", False, 100, 100),
        ("BURN", False, -80, 20),
        ("CLAWBACK", False, -20, 0),
        ("CLAWBACK", True, -80, -80),
        ("EARN", False, 200, 120),
        ("SETTLE", False, -80, 40),
        ("SETTLE", True, 80, 120),
    ]
    assert [s.entry.is_first for s in told.steps] == [True, True, True, False, True, True, False]
    assert {s.entry.reason.code for s in told.steps[5:]} == {"debt.settled"}, "the second leg knows the reason too"
    assert told.lots == {NOW: 120}


def test_what_is_set_aside_is_told_until_it_is_given_back(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 100))
    books.post(books.transfer(member, ledger.Movement.HOLD, 30))
    assert (_told(books, member).held_points, _told(books, member).lots) == (30, {NOW: 70})
    books.post(books.transfer(member, ledger.Movement.RELEASE, 30, lots=((NOW, 30),)))
    assert (_told(books, member).held_points, _told(books, member).lots) == (0, {NOW: 100})


def test_a_day_of_the_past_is_told_without_what_came_later(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 100))
    first = books.today
    books.later(3)
    books.post(books.burn(member, 40))
    assert _told(books, member, until=first).lots == {NOW: 100}
    assert _told(books, member, until=first + timedelta(days=2)).lots == {NOW: 100}
    assert _told(books, member, until=books.today).lots == {NOW: 60}
    assert _told(books, member, until=first - timedelta(days=1)).steps == ()


def test_a_wallet_tells_nothing_of_another(open_books):
    books = open_books()
    member = books.member()
    books.post(books.earn(member, 100))
    other = replace(books.wallet, code="other")
    other = replace(other, wallet_id=ledger.save_wallet(books.conn, other))
    assert ledger.entries(books.conn, member, wallet=other) == []


def test_a_lot_that_was_tampered_with_is_found_and_named(open_books):
    books = open_books()
    member, honest = books.member(), books.member()
    books.post(books.earn(member, 100), books.earn(honest, 100))
    assert ledger.wrong_lots(books.conn, limit=5) == []
    books.conn.execute("update ledger.lot set remaining = 900 where member_id = %s", [member])
    books.conn.execute("insert into ledger.lot select member_id, wallet_id, '2030-01-31', active_on, 7 from ledger.lot "
                       "where member_id = %s", [member])  # fmt: skip
    invented = ledger.Lot(expires_on=date(2030, 1, 31))
    wrong = [
        ledger.Difference(lot=NOW, replayed_points=100, stored_points=900),
        ledger.Difference(lot=invented, replayed_points=0, stored_points=7),
    ]
    stored = ledger.lots_of(books.conn, [member])[member, books.wallet.wallet_id]
    assert ledger.differences(_told(books, member).lots, stored) == wrong
    program_id = books.plan.program.program_id
    assert ledger.wrong_lots(books.conn, limit=5) == [(member, program_id, "own", one) for one in wrong]
    assert ledger.wrong_lots(books.conn, limit=1) == [(member, program_id, "own", wrong[0])]
