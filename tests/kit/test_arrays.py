"""Whatever stands in a list arrives in the database as it was."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.kit.ids import uuid7

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(st.none(), TEXT), max_size=8))
def test_texts_arrive_whatever_they_hold(conn, values):
    assert conn.execute("select %s::text[]", [values]).fetchone() == (values,)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, -2, None, 2**62], "bigint"),
        ([uuid7(), None, uuid7()], "uuid"),
        ([date(1, 1, 1), date(9999, 12, 31), None], "date"),
        ([datetime(2026, 3, 10, 4, 5, 6, 7, tzinfo=UTC), None], "timestamptz"),
        ([b"\x00\xff\\", b"", None], "bytea"),
        ([True, False, None], "boolean"),
        ([], "text"),
    ],
)
def test_other_values_arrive_too(conn, values, kind):
    assert conn.execute(f"select %s::{kind}[]", [values]).fetchone() == (values,)
