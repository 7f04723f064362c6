"""Connections: deadlines that the server keeps, and one that we keep when it does not answer."""

import psycopg
import pytest

from regulars.kit import db


def test_what_takes_longer_than_it_may_is_given_up_with_its_connection(database):
    with db.connect(database) as conn:
        with pytest.raises(db.Overdue), db.within(0.2):
            conn.execute("select pg_sleep(60)")
        assert conn.closed
    with db.connect(database) as conn:
        assert conn.execute("select 1").fetchone() == (1,)


def test_what_is_given_up_is_not_committed(database):
    with db.connect(database, autocommit=True) as conn:
        conn.execute("create table public.mark (n int)")
    with db.connect(database) as conn:
        conn.execute("insert into public.mark values (1)")
        with pytest.raises(db.Overdue), db.within(0.2):
            conn.execute("select pg_sleep(60)")
    with db.connect(database) as conn:
        assert conn.execute("select count(*) from public.mark").fetchone() == (0,)


def test_an_inner_deadline_never_outlives_the_outer_one(database):
    with db.connect(database) as conn, pytest.raises(db.Overdue), db.within(0.2), db.within(60):
        conn.execute("select pg_sleep(60)")
    with db.connect(database) as conn, db.within(60), pytest.raises(db.Overdue), db.within(0.2):
        conn.execute("select pg_sleep(60)")


def test_after_the_block_there_is_no_deadline(database):
    with db.connect(database) as conn:
        with db.within(0.2):
            conn.execute("select 1")
        assert conn.execute("select pg_sleep(0.3)").fetchone() == ("",)


def test_what_the_server_refuses_is_told_as_what_it_is(database):
    with db.connect(database) as conn, db.within(60):
        with pytest.raises(psycopg.errors.UndefinedTable):
            conn.execute("select * from nothing_here")
        conn.rollback()
        assert conn.execute("select 1").fetchone() == (1,)


def test_the_server_keeps_the_deadlines_it_was_given(database):
    with db.connect(database, statement_seconds_max=1, lock_seconds_max=3) as conn:
        assert conn.execute("show statement_timeout").fetchone() == ("1s",)
        assert conn.execute("show lock_timeout").fetchone() == ("3s",)
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute("select pg_sleep(60)")


def test_a_server_without_room_is_told_apart_from_one_that_is_gone(database):
    gone = psycopg.conninfo.make_conninfo(database, host="127.0.0.1", port=1)
    with pytest.raises(psycopg.OperationalError) as refused:
        db.connect(gone)
    assert not db.is_full(refused.value)
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    with db.connect(database, autocommit=True) as conn:
        conn.execute("create role guest login password 'guest' connection limit 0")
        try:
            conn.execute(f"grant connect on database {name} to guest")
            with pytest.raises(psycopg.OperationalError) as full:
                db.connect(psycopg.conninfo.make_conninfo(database, user="guest", password="guest"))
        finally:
            conn.execute("drop owned by guest")
            conn.execute("drop role guest")
    assert db.is_full(full.value)
