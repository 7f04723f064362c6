"""The database is exactly what the rooms draw, and it can be spread over many machines."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import regulars
from regulars.doors import schema
from regulars.doors.schema import rooms
from regulars.kit import db

_ROOT = Path(regulars.__file__).parent

_WITHOUT_MEMBER_FIRST = {
    "access.own_member": "found by the person of the staff who acts; distributed by itself",
    "coupons.coupon": "found by its code before its member is known; distributed by itself",
    "activities.seen": "found by the key of an order before its member is known; distributed by itself",
    "referrals.code": "finds the advocate by what a friend types; distributed by itself",
    "referrals.trait": "finds members by what they share; distributed by itself",
    "audit.note": "one chain over all notes; stands on one machine",
    "privacy.stop": "found by its link before its member is known; distributed by itself",
    "privacy.ask": "found by its link before its member is known; distributed by itself",
    "outbox.change": "read in one order for all members; stands on one machine",
    "members.identifier": "finds the member by what the till knows; distributed by itself",
}

_COLUMNS = """
    select n.nspname, c.relname, c.relkind::text, c.reloptions, a.attname,
           format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attidentity::text, pg_get_expr(d.adbin, d.adrelid)
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where n.nspname <> all (%(foreign)s) and c.relkind in ('r', 'v', 'p', 'S')
"""
_CONSTRAINTS = """
    select n.nspname, c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where n.nspname <> all (%(foreign)s) and c.conrelid <> 0
"""
_INDEXES = "select schemaname, indexname, indexdef from pg_indexes where schemaname <> all (%(foreign)s)"
_VIEWS = "select schemaname, viewname, definition from pg_views where schemaname <> all (%(foreign)s)"
_FUNCTIONS = """
    select n.nspname, p.proname, p.prosrc
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname <> all (%(foreign)s)
"""
_TRIGGERS = "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
_TYPES = """
    select n.nspname, t.typname, e.enumlabel, e.enumsortorder
    from pg_enum e join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
"""
_FOREIGN = ["pg_catalog", "information_schema", "pg_toast", "people"]


def _picture(dsn: str) -> dict[str, list[str]]:
    with psycopg.connect(dsn) as conn:
        return {
            name: sorted(map(repr, conn.execute(query, {"foreign": _FOREIGN}).fetchall()))
            for name, query in {
                "columns": _COLUMNS,
                "constraints": _CONSTRAINTS,
                "indexes": _INDEXES,
                "views": _VIEWS,
                "functions": _FUNCTIONS,
                "triggers": _TRIGGERS,
                "types": _TYPES,
            }.items()
        }


def test_the_migrations_arrive_at_what_the_rooms_draw(database, empty_database):
    with psycopg.connect(empty_database) as conn:
        conn.execute(rooms.text())
    with psycopg.connect(database) as conn:  # months come and go; the drawing has none
        for (month,) in conn.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'ledger.entry'::regclass"
        ).fetchall():
            if month != "ledger.entry_other":
                conn.execute(f"drop table {month}")
    migrated, drawn = _picture(database), _picture(empty_database)
    assert migrated["columns"], "the picture must show something"
    assert migrated == drawn


def test_every_room_with_tables_is_migrated():
    found = {"regulars." + ".".join(path.parent.relative_to(_ROOT).parts) for path in _ROOT.rglob("schema.sql")}
    assert found == set(rooms.ROOMS)


def test_a_second_migration_does_nothing(database):
    assert schema.pending(database) == []
    assert schema.migrate(database) == []


def test_two_at_once_migrate_once(empty_database):
    program = "import sys; from regulars.doors import schema; print(*schema.migrate(sys.argv[1]))"
    line = [sys.executable, "-c", program, empty_database]
    both = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(process.communicate()[0] for process in both) == ["\n", "0001_foundation\n"]


def test_an_empty_database_needs_every_step(empty_database):
    assert schema.pending(empty_database) == ["0001_foundation"]
    with db.connect(empty_database) as conn, pytest.raises(schema.SchemaMismatch) as refused:
        schema.check(conn)
    assert str(refused.value) == "schema 0 < 1: run regulars migrate"


def test_a_database_of_a_newer_program_is_left_alone(database):
    with psycopg.connect(database) as conn:
        conn.execute(
            "insert into people.django_migrations (app, name, applied) values ('regulars_schema', '0043_later', now())"
        )
    with pytest.raises(schema.SchemaMismatch) as refused:
        schema.migrate(database)
    assert str(refused.value) == "schema 43 > 1: install the newer regulars this data is of"


def test_every_key_of_a_members_table_starts_with_the_member(conn):
    keys = conn.execute("""
        select c.conrelid::regclass::text, c.conname,
               (select array_agg(a.attname::text order by k.n)
                from unnest(c.conkey) with ordinality as k (attnum, n)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum)
        from pg_constraint c
        where c.contype in ('p', 'u')
          and exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'member_id')
    """).fetchall()
    wrong = {(table, name) for table, name, columns in keys if columns[0] != "member_id"}
    assert {table for table, _ in wrong} == set(_WITHOUT_MEMBER_FIRST)


def test_a_reference_from_a_members_table_carries_the_member(conn):
    references = conn.execute("""
        select c.conrelid::regclass::text, c.confrelid::regclass::text,
               (select array_agg(a.attname::text order by k.n)
                from unnest(c.conkey) with ordinality as k (attnum, n)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum)
        from pg_constraint c
        where c.contype = 'f'
          and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'member_id')
    """).fetchall()
    assert references, "profiles refer to members"
    assert [table for table, _, columns in references if columns[0] != "member_id"] == []


def test_there_is_no_trigger_but_the_queues_and_those_that_keep_the_audit_log(conn):
    found = conn.execute("select tgrelid::regclass::text from pg_trigger where not tgisinternal").fetchall()
    assert sorted(table for (table,) in found) == ["audit.note", "audit.seal", "jobs.pgqueuer"]


def test_no_extension_is_needed(conn):
    assert conn.execute("select extname from pg_extension").fetchall() == [("plpgsql",)]


def test_times_carry_their_zone_and_numbers_are_exact(conn):
    loose = conn.execute(
        """
        select format('%%s.%%s.%%s', table_schema, table_name, column_name) from information_schema.columns
        where table_schema <> all (%(foreign)s)
          and data_type in ('timestamp without time zone', 'real', 'double precision', 'money')
        """,
        {"foreign": _FOREIGN},
    ).fetchall()
    assert loose == []


def test_the_foundation_is_written_by_its_script():
    written = (_ROOT / "doors/schema/migrations/0001_foundation.sql").read_text(encoding="utf-8")
    assert re.findall(r"^-- (regulars\.\S+)$", written, re.MULTILINE) == [*rooms.ROOMS, "regulars.kit.jobs"]
