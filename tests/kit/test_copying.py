"""Rows arrive by COPY as they were, whatever they hold."""

from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.kit import copying


class Rank(IntEnum):
    LOW = 1
    HIGH = 2


class Kind(StrEnum):
    CARD = "card"


COLUMNS = [
    ("bigint", [1, -2, None, 2**62]),
    ("double precision", [1.5, None, -0.25]),
    ("boolean", [True, None, False]),
    ("text", ["plain", "", "back\\slash", "tab\there", "line\nline", "\r", "\\N", "\\.", "NULL", "中文", "😀"]),
    ("text", ["with none", None, "and\ttab"]),
    ("uuid", [UUID(int=5), None, UUID(int=2**128 - 1)]),
    ("date", [date(1, 1, 1), date(2026, 2, 28), None, date(9999, 12, 31)]),
    ("timestamptz", [datetime(2026, 7, 1, 12, 30, 0, 123456, tzinfo=UTC), None]),
    ("bytea", [b"", b"\x00\xff\\x", None]),
    ("smallint", [Rank.HIGH, Rank.LOW]),
    ("text", [Kind.CARD, Kind.CARD]),
    ("text", [None, None]),
]


@pytest.mark.parametrize(("kind", "items"), COLUMNS, ids=lambda value: str(value)[:30])
def test_a_column_arrives_as_it_was(conn, kind, items):
    conn.execute(f"create temp table probe (place integer, item {kind})")
    copying.copy(conn, "pg_temp.probe", {"place": list(range(len(items))), "item": items})
    assert [row[0] for row in conn.execute("select item from probe order by place")] == items


def test_no_rows_are_no_rows(conn):
    conn.execute("create temp table probe (item text)")
    copying.copy(conn, "pg_temp.probe", {"item": []})
    copying.copy(conn, "pg_temp.probe", {"item": [""]})
    assert conn.execute("select item from probe").fetchall() == [("",)]


def test_columns_of_different_lengths_are_a_mistake(conn):
    conn.execute("create temp table probe (one integer, two integer)")
    with pytest.raises(ValueError, match="shorter"):
        copying.copy(conn, "pg_temp.probe", {"one": [1, 2], "two": [1]})


def test_rows_that_do_not_fit_leave_nothing(conn):
    conn.execute("create temp table probe (item integer primary key)")
    with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
        copying.copy(conn, "pg_temp.probe", {"item": [1, 2, 1]})
    assert conn.execute("select count(*) from probe").fetchone() == (0,)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(st.none(), TEXT), min_size=1, max_size=8))
def test_texts_arrive_whatever_they_hold(conn, values):
    conn.execute("create temp table if not exists probe_texts (place integer, item text)")
    conn.execute("truncate probe_texts")
    copying.copy(conn, "pg_temp.probe_texts", {"place": list(range(len(values))), "item": values})
    assert [row[0] for row in conn.execute("select item from probe_texts order by place")] == values
