"""No table with a member in it is unknown to the register, and what the register says fits the schema."""

import pytest
from psycopg import sql

from regulars import flows
from regulars.kit import personal
from regulars.kit.personal import Fate

_NAMED = """
    select format('%I.%I', n.nspname, c.relname)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped
      and n.nspname not in ('pg_catalog', 'information_schema', 'people', 'jobs')
      and a.attname in ('member_id', 'from_member_id')
"""
_UNKNOWN = "00000000-0000-7000-8000-000000000001"


def test_every_table_with_a_member_is_in_the_register(conn):
    named = [row[0] for row in conn.execute(_NAMED)]
    assert sorted(part.table for part in flows.REGISTER) == sorted(set(named))


@pytest.mark.parametrize("part", flows.REGISTER, ids=lambda part: part.table)
def test_what_the_register_says_fits_the_schema(conn, part):
    assert personal.rows(conn, part, _UNKNOWN) == []
    assert personal.erase(conn, part, [_UNKNOWN]) == 0


@pytest.mark.parametrize("part", [p for p in flows.REGISTER if p.aged], ids=lambda part: part.table)
def test_what_ends_by_age_can_be_counted_and_forgotten(conn, part):
    assert part.keep_days
    assert part.fate is not Fate.KEPT
    now = conn.execute("select now()").fetchone()[0]
    assert personal.overdue(conn, part, before_at=now, limit=10) == 0
    assert personal.forget(conn, part, before_at=now, limit=10) == 0


@pytest.mark.parametrize("part", [p for p in flows.REGISTER if p.fate is Fate.KEPT], ids=lambda part: part.table)
def test_what_is_kept_holds_no_free_text(conn, part):
    """A table whose rows outlive their member has no column somebody could have written a name into."""
    schema, table = part.table.split(".")
    texts = {
        row[0]
        for row in conn.execute(
            "select column_name from information_schema.columns where table_schema = %s and table_name = %s "
            "and data_type in ('text', 'json', 'jsonb')",
            [schema, table],
        )
    }
    assert texts <= _CHOSEN | {part.key}, sql.Identifier(schema, table).as_string(conn)


_CHOSEN = {
    "purpose", "channel", "cause", "period", "kind", "person", "verb", "body", "asked_by", "blocked", "badge",
    "before", "store", "made_by", "code",
}  # fmt: skip
"""Columns that hold a word of ours or of an operator, never one of a member."""
