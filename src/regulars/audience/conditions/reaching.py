"""Whom a condition reaches, as of a moment: how many, of how many, and a few of them, within a set time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal

from .model import Condition, Scope
from .sql import as_sql
from .tables import Tables


class CountTooSlow(Refusal):
    """The count took longer than it may; nothing is known of it. Facts: patience_ms."""

    kind = Kind.UNAVAILABLE
    code = "condition-count-too-slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many members of how many match, and a `sample` of them. Of an earning rule, `purchases` that match too."""

    members: int
    everybody: int
    sample: tuple[UUID, ...]
    purchases: int | None = None

    @property
    def share(self) -> float:
        """Members that match, of all, 0 to 1."""
        return self.members / self.everybody if self.everybody else 0.0

    def is_sweeping(self, share_max_percent: int) -> bool:
        """Whether so many match that it may be a mistake: all of them, or more than the share.

        Source: quality/cases.md 92a.
        """
        return self.members > 0 and (self.members == self.everybody or self.share * 100 > share_max_percent)


def reach(
    conn: Conn,
    condition: Condition,
    *,
    program_id: int,
    at: datetime,
    today: date,
    sample_max: int = 5,
    patience_ms: int = 1500,
) -> Reach:
    """Count who matches: members of a segment; of an earning rule past purchases and who made them.

    The caller's transaction goes on after a refusal.

    Raises:
        CountTooSlow: it took longer than `patience_ms`.
        RuleInvalid: the rule asks for what is known only while a purchase comes in.
    """
    statement, parameters = as_sql(condition, dialect="postgres", program_id=program_id, at=at, today=today)
    everybody = Tables(condition.vocabulary, program_id=program_id, at=at, today=today)
    all_members = everybody.members().sql("postgres", comments=False)
    try:
        with conn.transaction():
            (patience_before,) = _one(conn, "select current_setting('statement_timeout')", {})
            conn.execute(_PATIENCE, [f"{patience_ms}ms"])
            counted = _one(conn, _COUNTED.format(matching=statement), {**parameters, "sample_max": sample_max})
            (total,) = _one(conn, _ALL.format(everybody=all_members), everybody.parameters)
            conn.execute(_PATIENCE, [patience_before])
    except psycopg.errors.QueryCanceled:
        raise CountTooSlow(
            "Counting took too long. Narrow the condition, or ask again later.", facts={"patience_ms": patience_ms}
        ) from None
    rows, members, sample = counted
    purchases = rows if condition.scope is Scope.EARNING else None
    return Reach(members=members, everybody=total, sample=tuple(sample or ()), purchases=purchases)


def _one(conn: Conn, statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    row = conn.execute(statement, parameters).fetchone()
    assert row is not None
    return tuple(row)


_PATIENCE = "select set_config('statement_timeout', %s, true)"
_COUNTED = """
with matching as materialized ({matching})
select count(*), count(distinct member_id), array(
    select distinct member_id from matching order by member_id limit %(sample_max)s
)
from matching
"""
_ALL = "select count(*) from ({everybody}) as everybody"
