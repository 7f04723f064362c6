"""A statement read page by page is the whole story, with the balance each line left."""

import random
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from regulars.records import ledger

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_pages_tell_the_same_story_as_all_at_once(open_books):
    books = open_books()
    member, dice = books.member(), random.Random(7)
    for number in range(40):
        at = AT + timedelta(hours=dice.randrange(200))
        earned = books.transfer(member, ledger.Movement.EARN, dice.randrange(1, 50), lot=books.earn(member, 1).lot)
        spent = books.burn(member, dice.randrange(1, 20))
        books.post(replace(earned, occurred_at=at), replace(spent, occurred_at=at if number % 3 else AT))
    whole = ledger.lines(books.conn, member, wallet=books.wallet, limit=1000)
    running = 0
    for line in reversed(whole):
        running += line.points
        assert line.balance_points == running
    assert whole[0].balance_points == books.balance(member).available
    paged, before = [], None
    while page := ledger.lines(books.conn, member, wallet=books.wallet, limit=7, before=before):
        paged += page
        before = (page[-1].occurred_at, page[-1].entry_id)
    assert paged == whole
    burns = ledger.lines(books.conn, member, wallet=books.wallet, limit=1000, movements=[ledger.Movement.BURN])
    assert burns == [line for line in whole if line.movement is ledger.Movement.BURN]
