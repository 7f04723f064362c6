"""`regulars cluster distribute`: tables get their place where Citus is, and stay where they are elsewhere."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.flows.conftest import Shop, open_shop

from regulars import flows
from regulars.doors import schema
from regulars.doors.cli.database import as_url
from regulars.doors.schema.placement import EVERYWHERE, FIRST, LOCAL, MEMBER, PLACES
from regulars.kit import db
from regulars.program import rewards
from regulars.records import activities

CITUS = os.environ.get("REGULARS_CITUS_URL", "")
on_citus = pytest.mark.skipif(
    not CITUS, reason="REGULARS_CITUS_URL does not name an empty database with the extension citus"
)

PLACED = [table for table, place in PLACES.items() if place != LOCAL]
_PLACING = re.compile(r"select create_(?:reference|distributed)_table\('([\w.]+)'")
_FOREIGN_KEYS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and connamespace <> 'people'::regnamespace
    order by 1, 2
"""
_STAND_INS = """
    create function create_reference_table(regclass) returns void language sql as '';
    create function create_distributed_table(regclass, text, colocate_with text) returns void language sql as '';
    create function truncate_local_data_after_distributing_table(regclass) returns void language sql as '';
"""


def _distribute(dsn: str, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    return subprocess.run(
        [sys.executable, "-m", "regulars", "cluster", "distribute", *options],
        env={**plain, "REGULARS_DATABASE_URL": as_url(dsn), "REGULARS_HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_without_citus_it_says_so_and_changes_nothing(database, tmp_path):
    with psycopg.connect(database, autocommit=True) as conn:
        before = conn.execute(_FOREIGN_KEYS).fetchall()
        ended = _distribute(database, tmp_path)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == (
            "This PostgreSQL has no Citus: all tables stay on one machine, nothing was changed. "
            "此数据库未安装 Citus：所有表保留在一台机器上，未作任何更改。\n"
        )
        assert conn.execute(_FOREIGN_KEYS).fetchall() == before


def test_the_dry_run_prints_one_transaction_that_places_every_table_once(database, tmp_path):
    ended = _distribute(database, tmp_path, "--dry-run")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert (lines[0], lines[1], lines[-1]) == (
        "begin;",
        "set local citus.multi_shard_modify_mode to 'sequential';",
        "commit;",
    )
    placed = [found[1] for line in lines if (found := _PLACING.match(line))]
    assert sorted(placed) == sorted(PLACED)
    assert "select create_distributed_table('members.identifier', 'value', colocate_with => 'none');" in lines


def test_a_dry_run_on_an_empty_database_asks_for_the_tables_first(empty_database, tmp_path):
    ended = _distribute(empty_database, tmp_path, "--dry-run")
    assert ended.returncode == 78
    assert ended.stderr == "regulars: schema 0 < 1: run regulars migrate\n"


def test_what_stands_everywhere_comes_first_then_the_members_then_what_stands_beside_them(conn):
    tables = schema.plan(conn).tables
    kinds = [PLACES[table] if PLACES[table] in (EVERYWHERE, MEMBER) else "own" for table in tables]
    assert kinds == sorted(kinds, key=[EVERYWHERE, MEMBER, "own"].index)
    assert next(table for table in tables if PLACES[table] == MEMBER) == FIRST
    beside = [line for line in schema.plan(conn).statements if f"colocate_with => '{FIRST}'" in line]
    assert len(beside) == sum(place == MEMBER for place in PLACES.values()) - 1


def test_foreign_keys_are_off_while_tables_move_and_all_are_back_afterwards(conn):
    before = conn.execute(_FOREIGN_KEYS).fetchall()
    assert before, "there are foreign keys"
    conn.execute(_STAND_INS)
    for statement in schema.plan(conn).statements:
        conn.execute(statement)
        if "create_" in statement or "truncate_" in statement:
            assert conn.execute(_FOREIGN_KEYS).fetchall() == []
    assert conn.execute(_FOREIGN_KEYS).fetchall() == before


def _stand_in(conn: db.Conn, *placed: tuple[str, str, str]) -> None:
    """Make this transaction's database look like one with Citus, in which these tables have their place."""
    conn.execute(_STAND_INS)
    conn.execute("set local allow_system_table_mods to on")
    conn.execute("""
        insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
        select 1000000, 'citus', extowner, extnamespace, false, '14.0-1' from pg_extension limit 1
    """)
    conn.execute("create table citus_tables (table_name regclass, citus_table_type text, distribution_column text)")
    for row in placed:
        conn.execute("insert into citus_tables values (%s, %s, %s)", row)


def test_what_has_its_place_is_not_placed_again(conn):
    placed = [(table, "reference", None) for table in PLACED if PLACES[table] == EVERYWHERE]
    placed += [(table, "distributed", PLACES[table]) for table in PLACED if PLACES[table] != EVERYWHERE]
    _stand_in(conn, *(row for row in placed if row[0] != "rewards.stock"), ("activities.parked", "local", None))
    assert schema.plan(conn) == schema.Plan(
        tables=["rewards.stock"],
        statements=[
            "set local citus.multi_shard_modify_mode to 'sequential'",
            "select create_distributed_table('rewards.stock', 'reward_id', colocate_with => 'none')",
            "select truncate_local_data_after_distributing_table('rewards.stock')",
        ],
    )
    assert schema.spread(conn) == ["rewards.stock"]
    conn.execute("insert into citus_tables values ('rewards.stock', 'distributed', 'reward_id')")
    assert (schema.spread(conn), schema.plan(conn).statements) == ([], [])


def test_a_table_that_was_placed_otherwise_is_refused(conn):
    _stand_in(conn, ("members.identifier", "distributed", "member_id"))
    with pytest.raises(schema.PlacedOtherwise) as refused:
        schema.spread(conn)
    assert str(refused.value) == "members.identifier is placed by member_id, not by value"


# The same story on one machine and on a cluster


@pytest.fixture(params=["one machine", pytest.param("a cluster", marks=on_citus)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose tables are all in their place."""
    dsn = request.getfixturevalue("cluster" if request.param == "a cluster" else "database")
    if request.param == "a cluster":
        count = len(PLACED)
        assert _distribute(dsn, tmp_path).stdout == f"{count} tables have their place now. 已分布 {count} 张表。\n"
        nothing = "Every table already has its place; nothing was changed. 所有表均已分布，未作任何更改。\n"
        assert _distribute(dsn, tmp_path).stdout == nothing
    with db.connect(dsn) as conn:
        yield open_shop(conn)
        conn.rollback()


@pytest.fixture
def cluster() -> Iterator[str]:
    """The cluster's database, migrated; afterwards as empty as it was."""
    mine = sorted({table.partition(".")[0] for table in PLACES} | {"facts", "jobs", "people"})
    with psycopg.connect(CITUS, autocommit=True) as conn:
        found = conn.execute("select nspname from pg_namespace where nspname = any(%s)", [mine]).fetchall()
        assert found == [], "the database must be empty, for this test drops what it made"
        try:
            schema.migrate(CITUS)
            yield CITUS
        finally:
            conn.execute(f"drop schema if exists {', '.join(mine)} cascade")


def test_an_order_a_redemption_and_a_return_keep_the_books_sound(shop):
    member = shop.join("ann")
    shop.buy(member, "SO-1", 60_000, 40_000)
    shop.conn.commit()
    reward = next(one for one in rewards.catalogue(shop.conn, shop.plan.program.program_id) if one.code == "five-off")
    flows.redeem_reward(shop.conn, shop.plan, member, reward.reward_id, external_id="X-1", at=shop.at)
    shop.conn.commit()
    shop.give_back("R-1", "SO-1", lines=(activities.ReturnedLine(line_id="2"),))
    shop.conn.commit()
    assert shop.balance(member).available == 100
    assert shop.is_sound()


def test_a_batch_of_many_members_is_one_transaction(shop):
    joined = [shop.join(f"member-{number}") for number in range(40)]
    shop.conn.commit()
    intakes = [
        flows.Intake(order=shop.order(f"SO-{number}", 10_000), member=member) for number, member in enumerate(joined)
    ]
    recorded = shop.take(intakes)
    shop.conn.commit()
    assert [each.outcome for each in recorded] == ["created"] * 40
    assert [shop.balance(member).available for member in joined] == [100] * 40
    assert shop.is_sound()
