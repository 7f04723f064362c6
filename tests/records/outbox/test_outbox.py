"""Changes are read once each, in the true order of every member, and never past one that is still being written."""

import random
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from regulars.kit import db
from regulars.records import outbox
from regulars.records.outbox import rules, store

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
MEMBER = uuid4()


def change(number: int, *, type: str = "order.recorded", member: UUID = MEMBER, at: datetime = AT) -> outbox.Change:
    return outbox.Change(type=type, member_id=member, occurred_at=at, recorded_at=at, data={"number": number})


@pytest.fixture(autouse=True, params=["few", "many"])
def way(request, monkeypatch) -> None:
    """Few changes are written by a statement, many by a COPY; both hold."""
    monkeypatch.setattr(store, "_FEW", 20 if request.param == "few" else 0)


def add(conn: db.Conn, *numbers: int, program_id: int = 1, **more: object) -> None:
    outbox.add(conn, program_id, [change(number, **more) for number in numbers])


def read(conn: db.Conn, after: int = 0, *, program_id: int = 1, limit: int = 100, types: tuple[str, ...] = ()):
    page = outbox.read(conn, program_id, after=after, limit=limit, types=types)
    return [noted.change.data["number"] for noted in page.changes], page.through, page.has_more


# What is read


def test_a_change_comes_back_as_it_was_noted(conn):
    told = outbox.Change(
        type="tier.changed", member_id=MEMBER, subject_id=uuid4(), occurred_at=AT - timedelta(days=1), recorded_at=AT,
        data={"from": 1, "to": 2, "name": 'tab\there "金卡"'},
    )  # fmt: skip
    outbox.add(conn, 1, [told])
    assert [noted.change for noted in outbox.read(conn, 1, after=0, limit=10).changes] == [told]


def test_pages_follow_each_other_without_a_gap_and_the_end_is_kept(conn):
    add(conn, *range(5))
    first, through, more = read(conn, limit=2)
    second, through, more_again = read(conn, through, limit=2)
    third, through, at_last = read(conn, through, limit=2)
    assert (first, second, third) == ([0, 1], [2, 3], [4])
    assert (more, more_again, at_last) == (True, True, False)
    assert read(conn, through) == ([], through, False)
    add(conn, 5)
    assert read(conn, through)[0] == [5]


def test_a_program_reads_its_own_changes_and_a_reader_the_types_it_wants(conn):
    add(conn, 1, 2)
    add(conn, 3, program_id=2)
    add(conn, 4, type="tier.changed")
    assert read(conn)[0] == [1, 2, 4]
    assert read(conn, types=("tier.changed", "points.expired"))[0] == [4]
    assert read(conn, program_id=2)[0] == [3]


def test_a_page_of_few_types_looks_at_so_many_others_and_says_that_there_is_more(conn, monkeypatch):
    monkeypatch.setattr(store, "LOOKED_AT_MAX", 3)
    add(conn, 1, 2, 3, 4)
    add(conn, 5, type="tier.changed")
    nothing, through, more = read(conn, types=("tier.changed",))
    assert (nothing, more) == ([], True)
    assert read(conn, through, types=("tier.changed",)) == ([5], through + 2, False)


def test_a_type_nobody_knows_is_never_noted(conn):
    with pytest.raises(AssertionError):
        add(conn, 1, type="order.invented")


# Never past a writer


def test_a_reader_waits_for_a_slow_writer_and_skips_nothing(database):
    with db.connect(database) as slow, db.connect(database) as quick, db.connect(database, autocommit=True) as reader:
        add(slow, 1)
        add(quick, 2)
        quick.commit()
        assert read(reader) == ([], 0, False), "1 stands before 2 and may still come"
        add(quick, 3)
        quick.commit()
        slow.commit()
        assert read(reader)[0] == [1, 2, 3]


def test_a_writer_that_gives_up_holds_nobody_up(database):
    with db.connect(database) as slow, db.connect(database) as quick, db.connect(database, autocommit=True) as reader:
        add(slow, 1)
        add(quick, 2)
        quick.commit()
        slow.rollback()
        assert read(reader)[0] == [2]


def test_a_savepoint_that_is_undone_takes_its_changes_along_and_leaves_the_rest_guarded(database):
    with db.connect(database) as slow, db.connect(database) as quick, db.connect(database, autocommit=True) as reader:
        with slow.transaction(force_rollback=True):
            add(slow, 1)
        assert read(reader) == ([], outbox.latest(reader), False)
        add(slow, 2)
        add(quick, 3)
        quick.commit()
        assert read(reader)[0] == []
        slow.commit()
        assert read(reader)[0] == [2, 3]


def test_what_a_transaction_wrote_itself_it_can_read(database):
    with db.connect(database) as one:
        add(one, 1)
        assert read(one)[0] == [1]
        one.commit()
        add(one, 2)
        assert read(one)[0] == [1, 2]


def test_a_transaction_that_keeps_its_first_picture_may_not_read(database):
    with db.connect(database) as conn:
        conn.execute("set transaction isolation level repeatable read")
        with pytest.raises(AssertionError):
            read(conn)


def _write(dsn: str, seed: int, members: list[UUID], counters: dict[UUID, int], locks: dict[UUID, threading.Lock]):
    """Transactions of one to four changes; a member's number rises under the member's lock, some are given up."""
    chance = random.Random(seed)
    with db.connect(dsn) as conn:
        for _ in range(60):
            whose = sorted(chance.sample(members, chance.randint(1, 3)))
            for member in whose:
                locks[member].acquire()
            try:
                given_up = chance.random() < 0.2
                for member in whose:
                    add(conn, -1 if given_up else counters[member] + 1, member=member)
                    conn.execute("select pg_sleep(%s)", [chance.random() / 200])
                if given_up:
                    conn.rollback()
                    continue
                conn.commit()
                for member in whose:
                    counters[member] += 1
            finally:
                for member in whose:
                    locks[member].release()


def test_among_many_writers_a_reader_sees_every_change_once_and_each_members_in_order(database):
    members = [uuid4() for _ in range(12)]
    counters: dict[UUID, int] = dict.fromkeys(members, 0)
    locks = {member: threading.Lock() for member in members}
    threads = [threading.Thread(target=_write, args=(database, seed, members, counters, locks)) for seed in range(6)]
    for thread in threads:
        thread.start()
    seen: dict[UUID, list[int]] = defaultdict(list)
    after, pages, is_over = 0, 0, False
    with db.connect(database, autocommit=True) as reader:
        while True:
            was_over, is_over = is_over, not any(thread.is_alive() for thread in threads)
            page = outbox.read(reader, 1, after=after, limit=7)
            after, pages = page.through, pages + 1
            for noted in page.changes:
                seen[noted.change.member_id].append(noted.change.data["number"])
            if was_over and not page.has_more and not page.changes:
                break
    assert pages > 50, "it read while they wrote"
    assert seen == {member: list(range(1, count + 1)) for member, count in counters.items()}


def test_a_reader_that_goes_by_numbers_alone_skips(database, monkeypatch):
    """The control: without looking at the writers, the slow one's change is lost."""
    with db.connect(database) as slow, db.connect(database) as quick, db.connect(database, autocommit=True) as reader:
        add(slow, 1)
        add(quick, 2)
        quick.commit()
        with monkeypatch.context() as patched:
            patched.setattr(rules, "horizon", lambda given, began: given)
            seen, through, _ = read(reader)
        slow.commit()
        assert (seen, read(reader, through)[0]) == ([2], [])


@pytest.mark.parametrize(
    ("given", "began", "upto"),
    [
        (100, [], 100),
        (100, [100], 100),
        (100, [40, 90], 40),
        (100, [101, 150], 100),
        (0, [0], 0),
        (2**31 + 5, [2**31 - 1], 2**31 - 1),
        (2**33 + 5, [3, 9], 2**33 + 3),
    ],
)
def test_the_horizon_is_where_the_earliest_writer_began(given, began, upto):
    assert rules.horizon(given, began) == upto


# Forgetting


def test_old_changes_are_forgotten_in_portions_and_a_late_reader_is_told(conn):
    add(conn, 1, 2, 3, at=AT - timedelta(days=40))
    add(conn, 4, 5)
    _, through, _ = read(conn, limit=1)
    gone = [outbox.forget(conn, 1, before_at=AT - timedelta(days=30), limit=2) for _ in range(3)]
    assert gone == [2, 1, 0]
    assert read(conn)[0] == [4, 5]
    with pytest.raises(outbox.CursorExpired) as refused:
        read(conn, through)
    assert read(conn, int(refused.value.facts["oldest"]))[0] == [4, 5]


def test_forgetting_touches_no_other_program(conn):
    add(conn, 1, at=AT - timedelta(days=40))
    add(conn, 2, at=AT - timedelta(days=40), program_id=2)
    assert outbox.forget(conn, 1, before_at=AT, limit=10) == 1
    assert read(conn, program_id=2)[0] == [2]
