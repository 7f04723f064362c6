"""What members bought before, as conditions read it: rows by member, with absent values as None."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn

from .model import LineKind
from .store import SQL

Row = Mapping[str, Any]


def past_orders(
    conn: Conn, member_ids: Sequence[UUID], *, since: datetime, until: datetime, rows_max: int
) -> dict[UUID, list[Row]]:
    """Orders from `since` to before `until`, the newest `rows_max` of each member."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in _rows(conn, SQL["select_past_orders"], member_ids, since, until, rows_max):
        known = _common(row)
        total, returned, points = row[6:9]
        known |= {"total": total, "net": total - returned, "returned": returned, "points": points}
        found[row[0]].append(known)
    return found


def past_lines(
    conn: Conn, member_ids: Sequence[UUID], *, since: datetime, until: datetime, rows_max: int
) -> dict[UUID, list[Row]]:
    """Lines of such orders, the newest `rows_max` of each member."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in _rows(conn, SQL["select_past_lines"], member_ids, since, until, rows_max):
        kind, sku, category, quantity, amount, returned = row[6:12]
        line = {"kind": _KINDS[kind], "sku": sku or None, "category": category or None, "quantity": quantity}
        found[row[0]].append({**_common(row), **line, "amount": amount, "returned": returned})
    return found


_KINDS = {kind.value: kind.name.lower() for kind in LineKind}


def _rows(
    conn: Conn, statement: str, member_ids: Sequence[UUID], since: datetime, until: datetime, rows_max: int
) -> list[tuple[Any, ...]]:
    asked = {"member_ids": list(member_ids), "since": since, "until": until, "rows_max": rows_max}
    return conn.execute(statement, asked, binary=True).fetchall()


def _common(row: Sequence[Any]) -> dict[str, Any]:
    names = ("at", "local_date", "source", "store", "channel")
    return dict(zip(names, (row[1], row[2], row[3], row[4] or None, row[5] or None), strict=True))


def event_days(conn: Conn, asked: Sequence[tuple[UUID, str, date]]) -> dict[tuple[UUID, str], set[date]]:
    """The local days with an event, by member and type; each asked for from a day on."""
    found: dict[tuple[UUID, str], set[date]] = defaultdict(set)
    columns = {name: [one[place] for one in asked] for place, name in enumerate(("member_id", "type", "from_on"))}
    for member_id, kind, on in conn.execute(SQL["select_event_days"], columns) if asked else ():
        found[member_id, kind].add(on)
    return found
