"""Reads the published facts; writes nothing."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from regulars.kit import sql
from regulars.kit.db import Conn

from .model import Figures, LastOrder, Period, Step

SQL = sql.load("regulars.analytics.metrics")


def figures(conn: Conn, program_id: int, period: Period) -> Figures:
    """The key figures of a period."""
    row = conn.execute(
        SQL["select_figures"], {"program_id": program_id, "from_on": period.from_on, "to_on": period.to_on}
    ).fetchone()
    assert row is not None
    return Figures(
        members=row[0],
        joined=row[1],
        buyers=row[2],
        repeat_buyers=row[3],
        orders=row[4],
        revenue_minor=row[5],
        returned_minor=row[6],
        repeat_revenue_minor=row[7],
    )


def steps(conn: Conn, program_id: int, period: Period, *, step_days: int) -> list[Step]:
    """The period in steps of `step_days`; steps without orders are left out."""
    rows = conn.execute(
        SQL["select_steps"],
        {"program_id": program_id, "from_on": period.from_on, "to_on": period.to_on, "step_days": step_days},
    )
    return [
        Step(from_on=row[0], buyers=row[1], orders=row[2], revenue_minor=row[3], repeat_ratio=row[4]) for row in rows
    ]


def joined(conn: Conn, program_id: int, period: Period, *, step_days: int) -> dict[date, int]:
    """How many members joined in each step of the period, by its first day; steps without are left out."""
    rows = conn.execute(
        SQL["count_joined"],
        {"program_id": program_id, "from_on": period.from_on, "to_on": period.to_on, "step_days": step_days},
    )
    return {row[0]: row[1] for row in rows}


def last_orders(conn: Conn, member_ids: Sequence[UUID]) -> dict[UUID, LastOrder]:
    """Members' orders at a glance; who never bought is not in the answer."""
    rows = conn.execute(SQL["select_last_orders"], {"member_ids": list(member_ids)})
    return {row[0]: LastOrder(orders=row[1], net_minor=row[2], last_at=row[3]) for row in rows}


def last_day(conn: Conn, program_id: int) -> date | None:
    """The local day of the newest order; None without orders."""
    row = conn.execute(SQL["select_last_day"], {"program_id": program_id}).fetchone()
    return row[0] if row else None
