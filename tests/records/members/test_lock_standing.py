"""The lock of the house: one order for all, and what it protects is read once it is held."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.flows.conftest import open_shop

from regulars.kit import db
from regulars.records import members

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture
def two(database: str) -> Iterator[tuple[db.Conn, int, UUID, UUID]]:
    """A connection, the program, and two members in the order of their ids."""
    with db.connect(database) as conn:
        shop = open_shop(conn)
        first, second = sorted([shop.join("ann"), shop.join("bob")])
        conn.commit()
        yield conn, shop.plan.program.program_id, first, second


@contextmanager
def _waiting(dsn: str, conn: db.Conn, program_id: int, ids: list[UUID]) -> Iterator[dict[UUID, members.Standing]]:
    """Another transaction that asks for the lock; entered once it waits, left once it has the answer."""
    answer: dict[UUID, members.Standing] = {}
    with db.connect(dsn) as other:
        asking = threading.Thread(target=lambda: answer.update(members.lock_standing(other, program_id, ids)))
        asking.start()
        with db.connect(dsn, autocommit=True) as watch:
            waits = "select count(*) from pg_locks where pid = %s and not granted"
            while watch.execute(waits, [other.info.backend_pid]).fetchone() == (0,):
                assert asking.is_alive(), "it did not have to wait"
        yield answer
        conn.commit()
        asking.join()


def test_who_waited_sees_what_the_holder_of_the_lock_wrote(two, database):
    conn, program_id, first, _ = two
    members.lock_standing(conn, program_id, [first])
    with _waiting(database, conn, program_id, [first]) as answer:
        members.set_status(conn, program_id, first, members.Status.FROZEN)
    assert answer[first].status is members.Status.FROZEN


def test_whoever_waits_for_the_first_does_not_yet_hold_the_second(two, database):
    conn, program_id, first, second = two
    members.lock_standing(conn, program_id, [first])
    with _waiting(database, conn, program_id, [second, first]) as answer:
        assert set(members.lock_standing(conn, program_id, [second])) == {second}
    assert set(answer) == {first, second}


def test_members_of_another_program_are_neither_locked_nor_told(two, database):
    conn, program_id, first, _ = two
    assert members.lock_standing(conn, program_id + 1, [first]) == {}
    with db.connect(database) as other:
        assert set(members.lock_standing(other, program_id, [first])) == {first}
