"""Lists arrive in PostgreSQL as they were, whatever they hold."""

from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Rank(IntEnum):
    LOW = 1
    HIGH = 2


class Kind(StrEnum):
    CARD = "card"


LISTS = [
    ("bigint[]", [1, -2, None, 2**62]),
    ("double precision[]", [1.5, None, -0.25]),
    ("boolean[]", [True, None, False]),
    (
        "text[]",
        ["plain", "", 'a "quoted" one', "back\\slash", "a,b", "{x}", "NULL", "null", "  spaced  ", "中文", "😀"],
    ),
    ("text[]", ["with none", None, 'and "quotes"']),
    ("text[]", ["a separator \x1f inside", "another"]),
    ("uuid[]", [UUID(int=5), None, UUID(int=2**128 - 1)]),
    ("date[]", [date(1, 1, 1), date(2026, 2, 28), None, date(9999, 12, 31)]),
    ("timestamptz[]", [datetime(2026, 7, 1, 12, 30, 0, 123456, tzinfo=UTC), None]),
    ("bytea[]", [b"", b"\x00\xff\\x", None]),
    ("text[]", []),
    ("text[]", [None, None]),
]


@pytest.mark.parametrize(("kind", "items"), LISTS, ids=lambda value: str(value)[:30])
def test_a_list_arrives_as_it_was(conn, kind, items):
    assert conn.execute(f"select %s::{kind}", [items]).fetchone()[0] == items


def test_enums_arrive_as_their_values(conn):
    assert conn.execute("select %s::smallint[]", [[Rank.HIGH, Rank.LOW]]).fetchone()[0] == [2, 1]
    assert conn.execute("select %s::text[]", [[Kind.CARD]]).fetchone()[0] == ["card"]


def test_nested_lists_still_go_psycopgs_way(conn):
    assert conn.execute("select %s::int[][]", [[[1, 2], [3, 4]]]).fetchone()[0] == [[1, 2], [3, 4]]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(st.none(), TEXT), max_size=8))
def test_texts_arrive_whatever_they_hold(conn, values):
    assert conn.execute("select %s::text[]", [values]).fetchone() == (values,)
