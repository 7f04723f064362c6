"""Which column is which field: built-in mappings, mapping files, options, and guesses from the header."""

import tomllib
import unicodedata
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from regulars.kit import clock, money
from regulars.records import members

from .model import FIELDS, Mapping, WrongCall

_PLACE = files("regulars.doors.cli.importing") / "mappings"

SYNONYMS: Map[str, Sequence[str]] = {
    "member": ("member", "memberid", "customerid", "customer", "userid", "clientid", "cardnumber", "card", "phone",
               "mobile", "email", "会员", "会员编号", "会员号", "会员id", "客户", "客户编号", "顾客", "手机号"),
    "order": ("order", "orderid", "ordernumber", "orderno", "invoice", "invoiceno", "basketid", "receipt",
              "transactionid", "订单", "订单号", "订单编号", "单号"),
    "date": ("date", "orderdate", "createdat", "occurredat", "invoicedate", "purchasedate", "timestamp", "datetime",
             "paidat", "日期", "下单时间", "交易时间", "订单时间", "付款时间", "购买日期", "时间"),
    "amount": ("amount", "total", "lineamount", "linetotal", "value", "dollarvalue", "salesvalue", "spend", "paid",
               "金额", "实付", "实付金额", "消费金额", "总价"),
    "quantity": ("quantity", "qty", "pieces", "units", "count", "数量", "件数"),
    "unit_price": ("unitprice", "price", "priceeach", "单价", "价格"),
    "discount": ("discount", "discountamount", "折扣", "优惠", "优惠金额"),
    "tax": ("tax", "taxamount", "vat", "税", "税额"),
    "sku": ("sku", "stockcode", "productid", "articleid", "itemid", "商品编码", "货号", "商品编号"),
    "title": ("title", "description", "product", "productname", "itemname", "商品", "商品名称", "品名"),
    "category": ("category", "productcategory", "department", "类目", "品类", "分类"),
    "store": ("store", "storeid", "shop", "branch", "门店", "店铺"),
    "channel": ("channel", "saleschannel", "渠道"),
    "currency": ("currency", "currencycode", "币种"),
}  # fmt: skip
"""Header names, without case, spaces and signs, that mean a field when nothing was said."""


def names() -> list[str]:
    """The built-in mappings."""
    return sorted(Path(entry.name).stem for entry in _PLACE.iterdir() if entry.name.endswith(".toml"))


def load(name_or_path: str) -> Mapping:
    """A built-in mapping by its name, or a TOML file of the same form.

    Raises:
        WrongCall: there is none, or it says something that is not known.
    """
    if name_or_path in names():
        text, where = _PLACE.joinpath(f"{name_or_path}.toml").read_text(encoding="utf-8"), name_or_path
    else:
        where = name_or_path
        try:
            text = Path(name_or_path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as absent:
            known = ", ".join(names())
            raise WrongCall(f"--mapping {where}: no such file, and the built-in mappings are {known}") from absent
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise WrongCall(f"--mapping {where}: {broken}") from broken
    return _mapping(content, where)


def _mapping(content: dict[str, Any], where: str) -> Mapping:
    columns = content.pop("columns", {})
    known = {field.name for field in fields(Mapping)} - {"columns"}
    if unknown := sorted(set(content) - known) + sorted(set(columns) - set(FIELDS)):
        raise WrongCall(f"--mapping {where}: {', '.join(unknown)} is not known; docs/importing.md lists everything")
    listed = {name: (cell,) if isinstance(cell, str | int) else tuple(cell) for name, cell in columns.items()}
    texts = {name: tuple(map(str, found)) for name, found in listed.items()}
    if "date_format" in content:
        formats = content["date_format"]
        content["date_format"] = (formats,) if isinstance(formats, str) else tuple(formats)
    try:
        found = replace(Mapping(), columns=texts, **content)
        return replace(found, member_kind=members.IdentifierKind(found.member_kind))
    except (TypeError, ValueError) as wrong:
        raise WrongCall(f"--mapping {where}: {wrong}") from wrong


def merged(mapping: Mapping, columns: Map[str, str], settings: Map[str, Any]) -> Mapping:
    """The mapping with what the options say; an option wins."""
    named = {name: (column,) for name, column in columns.items() if column}
    given = {name: value for name, value in settings.items() if value not in (None, "", ())}
    return replace(mapping, columns={**mapping.columns, **named}, **given)


def resolve(mapping: Mapping, header: Sequence[str]) -> dict[str, int]:
    """The place of each field's column, from 0. What is not said is guessed from the header's names.

    Raises:
        WrongCall: a column is not there, or member, date or amount has no column.
    """
    plain = [_plain(name) for name in header]
    found = {}
    for field, candidates in mapping.columns.items():
        places = [place for name in candidates if (place := _place(name, header, plain)) is not None]
        if not places and field in {"order", "sku", "title"} and len(candidates) > 1:
            continue
        if not places:
            raise WrongCall(f"There is no column {' or '.join(candidates)} for {field}; there are: {', '.join(header)}")
        found[field] = places[0]
    if not mapping.columns:
        for field, words in SYNONYMS.items():
            free = [place for place, name in enumerate(plain) if name in words and place not in found.values()]
            if free:
                found[field] = min(free, key=lambda place: words.index(plain[place]))
    missing = [field for field in ("member", "date") if field not in found]
    if "amount" not in found and "unit_price" not in found:
        missing.append("amount")
    if missing:
        options = ", ".join(f"--{field}" for field in missing)
        raise WrongCall(f"Say which column is which with {options}; the columns are: {', '.join(header)}")
    return found


def _place(name: str, header: Sequence[str], plain: Sequence[str]) -> int | None:
    if name in header:
        return header.index(name)
    if _plain(name) in plain:
        return plain.index(_plain(name))
    return int(name) - 1 if name.isdecimal() and 1 <= int(name) <= len(header) else None


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def check(mapping: Mapping) -> None:
    """Refuse a currency or a zone that is none.

    Raises:
        WrongCall: as said.
    """
    if mapping.currency and mapping.currency not in money.EXPONENTS:
        raise WrongCall(f"--currency {mapping.currency}: not an ISO 4217 currency")
    if len(mapping.delimiter) > 1 and mapping.delimiter != "whitespace":
        raise WrongCall("--delimiter is one character, or the word whitespace")
    if mapping.time_zone:
        try:
            clock.zone(mapping.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise WrongCall(
                f"--time-zone {mapping.time_zone}: no such zone; say, for example, Asia/Shanghai"
            ) from unknown
