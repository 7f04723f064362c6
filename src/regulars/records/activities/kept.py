"""Orders of the past as far as they were kept: what came back of them is left out, line by line."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn

from .model import Line, LineKind, Order
from .store import SQL

_ROWS_AT_ONCE = 10_000
_KINDS = {kind.value: kind for kind in LineKind}


def buyers(conn: Conn, program_id: int, *, since: datetime, until: datetime) -> list[tuple[UUID, int]]:
    """Who bought and kept something from `since` to before `until`, by id, and how many orders that is."""
    asked = {"program_id": program_id, "since": since, "until": until}
    return [(row[0], row[1]) for row in conn.execute(SQL["select_buyers"], asked)]


def kept_orders(
    conn: Conn, program_id: int, member_ids: Sequence[UUID], *, currency: str, since: datetime, until: datetime
) -> Iterator[tuple[UUID, Order]]:
    """Their orders in time order, each with its member, without what came back. Taxes shrink with their line."""
    asked = {"program_id": program_id, "member_ids": list(member_ids), "since": since, "until": until}
    with conn.cursor("kept_orders") as rows:  # on the server, so that a long past is never in memory at once
        rows.itersize = _ROWS_AT_ONCE
        rows.execute(SQL["select_kept_lines"], asked, binary=True)
        for _, of in groupby(rows, key=itemgetter(1)):
            yield _order(list(of), currency)


def _order(rows: Sequence[Sequence[Any]], currency: str) -> tuple[UUID, Order]:
    member_id, _, at, source, external_id, total, paid, store, channel, till = rows[0][:10]
    order = Order(
        source=source,
        external_id=external_id,
        currency=currency,
        total_minor=total,
        occurred_at=at,
        lines=tuple([_line(row) for row in rows if row[10] is not None]),
        points_paid_minor=min(paid, total),
        store=store,
        channel=channel,
        till=till,
    )
    return member_id, order


def _line(row: Sequence[Any]) -> Line:
    line_id, kind, sku, title, category, quantity, amount, returned, tax = row[10:19]
    kept = amount - returned
    return Line(
        line_id=line_id,
        amount_minor=kept,
        quantity=quantity,
        sku=sku,
        title=title,
        category=category,
        kind=_KINDS[kind],
        tax_minor=tax * kept // amount,
    )
