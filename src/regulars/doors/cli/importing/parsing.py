"""Cells become values. Pure and exact; every refusal names its code."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.kit import money

DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d",
                "%Y年%m月%d日 %H:%M", "%Y年%m月%d日")  # fmt: skip
"""Tried after ISO 8601 when no format is named: those that cannot be misread."""

_CACHED = 1 << 16
_PIECES_MAX = 10**12


class CellWrong(Exception):
    """A cell of a field cannot be read. `code` is stable; the exception's text is the sentence."""

    def __init__(self, field: str, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.code = code


class Quantity(NamedTuple):
    """Pieces, and the exact number they stand for: 0.345 kg is one piece."""

    pieces: int
    exact: Decimal


@lru_cache(_CACHED)
def when(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> datetime:
    """The instant of a date and perhaps a time; without an offset it is local time in `zone`.

    Raises:
        CellWrong: `date-invalid`, or `date-ambiguous` for 03/04/2026 without a format.
    """
    for format in formats:
        try:
            return _placed(datetime.strptime(text, format), zone)  # noqa: DTZ007 - placed in its zone next
        except ValueError:
            continue
    if not formats:
        try:
            return _placed(datetime.fromisoformat(text), zone)
        except ValueError:
            pass
        for format in DATE_FORMATS:
            try:
                return _placed(datetime.strptime(text, format), zone)  # noqa: DTZ007 - placed in its zone next
            except ValueError:
                continue
        if text[:1].isdigit() and text.count("/") + text.count(".") + text.count("-") >= 2:
            raise CellWrong(
                "date", "date-ambiguous", f"{text[:40]!r} can be read in several ways; say how with --date-format."
            )
    raise CellWrong("date", "date-invalid", f"{text[:40]!r} is not a date this import can read.")


def _placed(found: datetime, zone: ZoneInfo) -> datetime:
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


@lru_cache(_CACHED)
def minor(text: str, currency: str, decimal_comma: bool, field: str = "amount") -> int:
    """An amount in minor units of `currency`; signs, digit groups and a currency sign in front are understood.

    Raises:
        CellWrong: `amount-invalid`.
    """
    try:
        return money.to_minor(_plain(text, decimal_comma), currency)
    except (ValueError, KeyError) as wrong:
        raise CellWrong(field, "amount-invalid", f"{text[:40]!r} is not an amount.") from wrong


@lru_cache(_CACHED)
def quantity(text: str, decimal_comma: bool) -> Quantity:
    """Pieces; an empty cell is one. Weights and lengths with decimals count as one piece.

    Raises:
        CellWrong: `quantity-invalid`.
    """
    if not text:
        return Quantity(1, Decimal(1))
    try:
        exact = Decimal(_plain(text, decimal_comma))
        whole = int(exact)
    except (InvalidOperation, ValueError, OverflowError) as wrong:
        raise CellWrong("quantity", "quantity-invalid", f"{text[:40]!r} is not a quantity.") from wrong
    if abs(whole) > _PIECES_MAX:
        raise CellWrong("quantity", "quantity-invalid", f"{text[:40]!r} is more than anybody buys.")
    if whole != exact:
        whole = -1 if exact < 0 else 1
    return Quantity(whole, exact)


@lru_cache(_CACHED)
def product_minor(count: Decimal, unit_price: str, currency: str, decimal_comma: bool) -> int:
    """Quantity times price in minor units, rounded once.

    Raises:
        CellWrong: `amount-invalid`.
    """
    try:
        price = Decimal(_plain(unit_price, decimal_comma))
        return money.to_minor(f"{count * price:f}", currency)
    except (InvalidOperation, ValueError, KeyError) as wrong:
        raise CellWrong("unit_price", "amount-invalid", f"{unit_price[:40]!r} is not a price.") from wrong


def _plain(text: str, decimal_comma: bool) -> str:
    text = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    sign = "-" if text.startswith("-") or (text.startswith("(") and text.endswith(")")) else ""
    text = text.strip("()").lstrip("+-").lstrip("$€£¥￥").rstrip("元")
    text = text.replace(".", "").replace(",", ".") if decimal_comma else text.replace(",", "")
    if "_" in text:
        raise ValueError("digits are not grouped by underscores")
    return sign + text
