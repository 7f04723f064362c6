"""Parts of the journal by month, made before they are needed. Source: docs/adr/0010-months.md."""

from datetime import date

from psycopg import sql

from regulars.kit.clock import ONE_DAY, add_months, month_end
from regulars.kit.db import Conn

from .store import SQL

_AHEAD_MONTHS = 3


def cover_ahead(conn: Conn, *, today: date) -> list[date]:
    """Parts for last month, this one and the coming three; answers the first days of those that were missing."""
    return cover_months(conn, from_on=add_months(today, -1), to_on=add_months(today, _AHEAD_MONTHS))


def cover_months(conn: Conn, *, from_on: date, to_on: date) -> list[date]:
    """Give every month of these days a part of its own; answers the first days of the months that got one.

    A month that already has entries where no part was made stays there: moving them would stop the tills.
    """
    first, until = from_on.replace(day=1), month_end(to_on) + ONE_DAY
    covered = {row[0] for row in conn.execute(SQL["select_covered_months"])}
    taken = {row[0] for row in conn.execute(SQL["select_other_months"], {"from_on": first, "until_on": until})}
    months = []
    month = first
    while month < until:
        if _name(month) not in covered and month not in taken:
            months.append(month)
        month = add_months(month, 1)
    for month in months:
        conn.execute(
            sql.SQL("create table if not exists {} partition of ledger.entry for values from ({}) to ({})").format(
                sql.Identifier("ledger", _name(month)), sql.Literal(month), sql.Literal(add_months(month, 1))
            )
        )
    return months


def _name(month: date) -> str:
    return f"entry_{month:%Y_%m}"
