"""The rows of one order become an order and what came back, or the flaws that stand in the way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.doors.cli.lanes import Document, Goods, Purchase
from regulars.flows import Goods as ReturnedGoods
from regulars.kit.errors import Refusal
from regulars.records import activities, members

from .model import Flaw, Mapping
from .parsing import CellWrong, minor, product_minor, quantity, when

_ZERO = Decimal(0)


class Cells(NamedTuple):
    """A row as it was read: its line in the file, the line its order begins on, and the text of every field."""

    line: int
    first: int
    member: str
    order: str
    date: str
    amount: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    sku: str
    title: str
    category: str
    store: str
    channel: str
    currency: str


class _Article(NamedTuple):
    """A row understood."""

    cells: Cells
    is_return: bool
    pieces: int
    amount_minor: int
    discount_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of orders by a mapping. `digest` names the file, for rows without an order id."""

    mapping: Mapping
    currency: str
    zone: ZoneInfo
    digest: str

    def read(self, rows: Sequence[Cells]) -> tuple[list[Document], list[Flaw]]:
        """What the rows of one order say. One flaw keeps the whole order out, so that it can come later, whole."""
        head = rows[0]
        numbers = tuple(row.line for row in rows)
        member_text = head.member or next((row.member for row in rows if row.member), "")
        date_text = head.date or next((row.date for row in rows if row.date), "")
        flaws: list[Flaw] = []
        if not member_text:
            return [], [Flaw(numbers, "member", "member-missing", "Nobody is named who bought this.")]
        articles = []
        for row in rows:
            if row.member and row.member != member_text:
                flaws.append(Flaw((row.line,), "member", "member-differs", "The order began with another member."))
            try:
                articles.append(self._article(row))
            except CellWrong as wrong:
                flaws.append(Flaw((row.line,), wrong.field, wrong.code, str(wrong)))
        try:
            member = _identifier(self.mapping.member_kind, member_text)
            at = when(date_text, self.mapping.date_format, self.zone)
        except Refusal as refusal:
            return [], [Flaw(numbers, "member", refusal.code, refusal.detail)]
        except CellWrong as wrong:
            return [], [Flaw(numbers, wrong.field, wrong.code, str(wrong))]
        if flaws:
            return [], flaws + _others(numbers, flaws)
        return list(self._documents(head, member, at, articles)), []

    def _documents(
        self, head: Cells, member: members.Identifier, at: datetime, articles: Sequence[_Article]
    ) -> list[Document]:
        is_named = bool(head.order)
        source = self.mapping.source if is_named else f"file:{self.digest}"
        external_id = head.order if is_named else f"line {head.first}"
        bought = [article for article in articles if not article.is_return]
        back = [article for article in articles if article.is_return]
        documents: list[Document] = []
        if bought:
            order = activities.Order(
                source=source,
                external_id=external_id,
                currency=(head.currency or self.currency).upper(),
                total_minor=sum(article.amount_minor for article in bought),
                occurred_at=at,
                lines=tuple(_line(number, article) for number, article in enumerate(bought, start=1)),
                store=head.store,
                channel=head.channel,
            )
            documents.append(Purchase(member, order, tuple(article.cells.line for article in bought)))
        if back:
            goods = tuple(
                ReturnedGoods(line_id=str(number), sku=article.cells.sku, quantity=article.pieces)
                for number, article in enumerate(back, start=1)
            )
            documents.append(Goods(member, source, external_id, at, goods, tuple(a.cells.line for a in back)))
        return documents

    def _article(self, row: Cells) -> _Article:
        comma = self.mapping.decimal_comma
        currency = row.currency.upper() or self.currency
        count = quantity(row.quantity, comma)
        discount = abs(minor(row.discount, currency, comma, "discount")) if row.discount else 0
        if row.amount:
            amount = minor(row.amount, currency, comma)
        elif row.unit_price:
            amount = product_minor(count.exact, row.unit_price, currency, comma)
            amount -= discount if amount > 0 else 0
        else:
            raise CellWrong("amount", "amount-missing", "No amount stands here.")
        begins = self.mapping.returns_begin_with
        is_return = count.exact < _ZERO or amount < 0 or bool(begins and row.order.startswith(begins))
        tax = minor(row.tax, currency, comma, "tax") if row.tax else 0
        return _Article(row, is_return, abs(count.pieces) if is_return else count.pieces, amount, discount, tax)


def _others(numbers: Sequence[int], flaws: Sequence[Flaw]) -> list[Flaw]:
    """The rows of an order that are kept out by another row."""
    flawed = {line for flaw in flaws for line in flaw.rows}
    rest = tuple(line for line in numbers if line not in flawed)
    return [Flaw(rest, "order", "order-incomplete", "Another row of this order cannot be taken.")] if rest else []


def _line(number: int, article: _Article) -> activities.Line:
    cells = article.cells
    return activities.Line(
        line_id=str(number),
        amount_minor=article.amount_minor,
        quantity=article.pieces,
        tax_minor=article.tax_minor,
        discount_minor=article.discount_minor,
        sku=cells.sku,
        title=cells.title,
        category=cells.category,
    )


@lru_cache(1 << 16)
def _identifier(kind: members.IdentifierKind, text: str) -> members.Identifier:
    return members.normal(kind, text)
