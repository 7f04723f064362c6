"""What a table holds of a person, declared beside it: what for, and what becomes of it when they are forgotten.

Export, erasure, retention and the privacy report are made from these declarations, so that none knows a table that
another forgot. Columns and values come from the rooms' own code, never from input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import sql

from regulars.kit.db import Conn


class Privacy(StrEnum):
    """How near data is to a person: only a number, what they did, who they are, what should never get out."""

    PSEUDONYM = "P1"
    DEED = "P2"
    IDENTITY = "P3"


class Fate(StrEnum):
    """What erasing does: the rows go, some columns are emptied, or nothing names anybody there."""

    DELETED = "deleted"
    CLEARED = "cleared"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """A table of a room as far as it is about a person. `table` is `schema.name`, `key` the column of their id.

    `purpose` is a word of `PURPOSES`. `cleared` gives columns their SQL value when they are emptied. `aged` is the
    column that tells how old a row is, `keep_days` how long rows stay (None: as long as the membership).
    """

    table: str
    purpose: str
    privacy: Privacy
    fate: Fate
    key: str = "member_id"
    cleared: Mapping[str, str] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    aged: str = ""
    keep_days: int | None = None

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES or bool(self.cleared) != (self.fate is Fate.CLEARED):
            raise ValueError(f"{self.table}: its purpose is unknown, or its fate is not what it says")


PURPOSES = ("membership", "books", "engagement", "fraud", "service", "consent")
"""What data is kept for: taking part, the books of points, what members are offered, guarding, helping, proof."""


def rows(conn: Conn, part: Personal, member_id: UUID) -> list[dict[str, Any]]:
    """What a table holds of a member, as plain data."""
    statement = sql.SQL("select to_jsonb(t) - {hidden}::text[] from {table} as t where t.{key} = {member}").format(
        hidden=sql.Literal(list(part.hidden)),
        table=_table(part),
        key=sql.Identifier(part.key),
        member=sql.Literal(member_id),
    )
    return [row[0] for row in conn.execute(statement)]


def erase(conn: Conn, part: Personal, member_ids: Sequence[UUID]) -> int:
    """Do to a table what its fate says; answers how many rows it touched."""
    if part.fate is Fate.KEPT:
        return 0
    whose = sql.SQL("where {key} = any({members})").format(
        key=sql.Identifier(part.key), members=sql.Literal(list(member_ids))
    )
    return conn.execute(_done(part, whose)).rowcount


def overdue(conn: Conn, part: Personal, *, before_at: datetime, limit: int) -> int:
    """How many rows are older than they may be, up to a limit."""
    statement = sql.SQL("select count(*) from (select from {table} where {aged} < {before} limit {limit}) as t").format(
        table=_table(part), aged=sql.Identifier(part.aged), before=sql.Literal(before_at), limit=sql.Literal(limit)
    )
    row = conn.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def forget(conn: Conn, part: Personal, *, before_at: datetime, limit: int) -> int:
    """Do to rows that are too old what erasing does to them, at most so many; answers how many."""
    inner = "select ctid from {table} where {aged} < {before}{unless} limit {limit}"
    old = sql.SQL(f"where ctid = any(array({inner}))").format(
        table=_table(part),
        aged=sql.Identifier(part.aged),
        before=sql.Literal(before_at),
        unless=_unless(part),
        limit=sql.Literal(limit),
    )
    return conn.execute(_done(part, old)).rowcount


def _done(part: Personal, whose: sql.Composable) -> sql.Composed:
    if part.fate is Fate.CLEARED:
        values = sql.SQL(", ").join(
            sql.SQL("{column} = {value}").format(column=sql.Identifier(name), value=_plain(value))
            for name, value in part.cleared.items()
        )
        return sql.SQL("update {table} set {values} {whose}").format(table=_table(part), values=values, whose=whose)
    return sql.SQL("delete from {table} {whose}").format(table=_table(part), whose=whose)


def _unless(part: Personal) -> sql.Composable:
    """Rows that are empty already are not emptied again."""
    if part.fate is not Fate.CLEARED:
        return sql.SQL("")
    full = sql.SQL(" or ").join(
        sql.SQL("{column} is distinct from {value}").format(column=sql.Identifier(name), value=_plain(value))
        for name, value in part.cleared.items()
    )
    return sql.SQL(" and ({full})").format(full=full)


def _table(part: Personal) -> sql.Identifier:
    return sql.Identifier(*part.table.split("."))


def _plain(value: str) -> sql.SQL:
    """SQL that a declaration wrote."""
    return sql.SQL(value)
