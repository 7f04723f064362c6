"""Spreading the tables over the machines of a Citus cluster, as `placement.py` says. Anywhere else: nothing to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from regulars.doors.schema.placement import EVERYWHERE, FIRST, LOCAL, MEMBER, PLACES
from regulars.kit.db import Conn

ONE_AT_A_TIME: Final = 7_461_001
"""Key of the advisory lock under which schemas change."""

_HAS_CITUS = "select exists(select from pg_extension where extname = 'citus')"
_PLACED = """
    select n.nspname || '.' || c.relname, t.citus_table_type, t.distribution_column
    from citus_tables as t
    join pg_class as c on c.oid = t.table_name
    join pg_namespace as n on n.oid = c.relnamespace
    where t.citus_table_type in ('reference', 'distributed')
"""
_REFERENCES = """
    select n.nspname || '.' || c.relname, fn.nspname || '.' || fc.relname,
           quote_ident(k.conname), pg_get_constraintdef(k.oid)
    from pg_constraint as k
    join pg_class as c on c.oid = k.conrelid
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_class as fc on fc.oid = k.confrelid
    join pg_namespace as fn on fn.oid = fc.relnamespace
    where k.contype = 'f' and k.conparentid = 0
    order by 1, 3
"""


class PlacedOtherwise(Exception):
    """A table already stands elsewhere than this program needs it; nothing was changed (exit 78)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The tables that have no place yet, and the statements of the one transaction that gives it to them."""

    tables: Sequence[str]
    statements: Sequence[str]


def has_citus(conn: Conn) -> bool:
    """Whether this database has the extension that can spread tables."""
    row = conn.execute(_HAS_CITUS).fetchone()
    return bool(row and row[0])


def plan(conn: Conn) -> Plan:
    """What is still to be done, in an order Citus accepts; no statements when every table has its place.

    Raises:
        PlacedOtherwise: a table was placed in another way before.
    """
    waiting = _waiting(_placed(conn) if has_citus(conn) else {})
    if not waiting:
        return Plan(tables=[], statements=[])
    references = [row for row in conn.execute(_REFERENCES) if not {row[0], row[1]}.isdisjoint(waiting)]
    return Plan(
        tables=waiting,
        statements=[
            "set local citus.multi_shard_modify_mode to 'sequential'",
            # Citus takes neither a local table that refers to a spread one nor the reverse: no order would do.
            *(f"alter table {table} drop constraint {name}" for table, _, name, _ in references),
            *(_placing(table) for table in waiting),
            # The copied rows stay behind on the first machine, out of sight and out of reach of an erasure. They go
            # while there is no foreign key, for this truncation follows foreign keys.
            *(f"select truncate_local_data_after_distributing_table('{table}')" for table in waiting),
            *(f"alter table {table} add constraint {name} {drawing}" for table, _, name, drawing in references),
        ],
    )


def spread(conn: Conn) -> Sequence[str]:
    """Give every table its place, in one transaction; the tables that had none, in order. Safe to repeat.

    Copies what is in the tables and locks them meanwhile, so it belongs to a quiet hour.

    Raises:
        PlacedOtherwise: a table was placed in another way before.
    """
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        conn.execute("set local statement_timeout = 0")
        todo = plan(conn)
        for statement in todo.statements:
            conn.execute(statement)
    return todo.tables


def _placed(conn: Conn) -> Mapping[str, str]:
    return {table: EVERYWHERE if kind == "reference" else column for table, kind, column in conn.execute(_PLACED)}


def _waiting(placed: Mapping[str, str]) -> list[str]:
    """Tables without their place: first those that stand everywhere, then members', then the rest."""
    for table, found in placed.items():
        if found != PLACES.get(table, found):
            raise PlacedOtherwise(f"{table} is placed by {found}, not by {PLACES[table]}")
    rank = {EVERYWHERE: 0, MEMBER: 1}
    wanted = [table for table, place in PLACES.items() if place != LOCAL and table not in placed]
    return sorted(wanted, key=lambda table: (rank.get(PLACES[table], 2), table != FIRST))


def _placing(table: str) -> str:
    place = PLACES[table]
    if place == EVERYWHERE:
        return f"select create_reference_table('{table}')"
    beside = FIRST if place == MEMBER and table != FIRST else "none"
    return f"select create_distributed_table('{table}', '{place}', colocate_with => '{beside}')"
