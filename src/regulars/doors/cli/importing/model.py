"""What an import is told, what it finds wrong, and how it ends when it cannot begin."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from regulars.records import members

FIELDS: Map[str, str] = {
    "member": "who bought",
    "order": "id of the order; rows with the same id are its lines",
    "date": "when it was bought",
    "time": "time of day, when the date stands alone",
    "amount": "what was paid for the row, after discounts, taxes inside",
    "quantity": "pieces; below zero for a return",
    "unit_price": "price of a piece, when there is no amount",
    "discount": "what was taken off the row",
    "tax": "tax inside the amount",
    "sku": "article number",
    "title": "name of the article",
    "category": "category of the article",
    "store": "where it was bought",
    "channel": "shop, web, ...",
    "currency": "currency of the row",
}
"""Every field a column can be mapped to, and what it is."""

FIELD_CHARS_MAX = 128 * 1024
FILE_BYTES_MAX = 2 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Which column is which field, and how cells are read. A field may name several columns: the first that is
    there counts. Columns are named by their header, or by number from 1 where there is none."""

    columns: Map[str, tuple[str, ...]] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    has_header: bool = True
    currency: str = ""
    time_zone: str = ""
    date_format: tuple[str, ...] = ()
    decimal_comma: bool = False
    source: str = "shop"
    same_order: Literal["", "member-and-time"] = ""
    returns_begin_with: str = ""
    member_kind: members.IdentifierKind = members.IdentifierKind.EXTERNAL


class Flaw(NamedTuple):
    """Rows that cannot be taken: the first row's number, the column, a stable code and its facts."""

    rows: tuple[int, ...]
    column: str
    code: str
    detail: str


class ImportRefused(Exception):
    """The import does not begin. `exit_code` is 64 for a wrong call, 65 for a file nothing can be read from."""

    def __init__(self, code: str, sentence: str, *, exit_code: int = 65) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.exit_code = exit_code


class WrongCall(ImportRefused):
    """The options or the mapping file make no sense (exit 64)."""

    def __init__(self, sentence: str) -> None:
        super().__init__("usage", sentence, exit_code=64)
