"""The field catalogue: everything a condition may look at, one line each, and where each scope looks.

`source` is `table.column` of `tables.py`; a field without one is known only while a purchase comes in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from regulars.kit.money import AMOUNT_MINOR_MAX


class Sort(StrEnum):
    """What a value is. Amounts are minor units of the program's currency; spans are lengths of time."""

    TRUTH = "truth"
    NUMBER = "number"
    DECIMAL = "decimal"
    MONEY = "money"
    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    SPAN = "span"
    LIST = "list"
    ROWS = "rows"
    RECORD = "record"


SORT_NAMES: Mapping[Sort, tuple[str, str]] = {
    Sort.TRUTH: ("a condition", "条件"),
    Sort.NUMBER: ("a number", "数字"),
    Sort.DECIMAL: ("a number with decimals", "小数"),
    Sort.MONEY: ("an amount", "金额"),
    Sort.TEXT: ("a text", "文本"),
    Sort.DAY: ("a day", "日期"),
    Sort.INSTANT: ("a moment", "时刻"),
    Sort.SPAN: ("a time span", "时长"),
    Sort.LIST: ("a list", "列表"),
    Sort.ROWS: ("rows", "多行数据"),
    Sort.RECORD: ("a record", "记录"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a record. `lacks`: it may be absent. `words`: its closed vocabulary. `max`: no value is larger.

    `counted`: kept at hand for every purchase, so that any scope may ask; else only those that look back.
    """

    name: str
    sort: Sort
    source: str
    en: str
    zh: str
    lacks: bool = False
    words: str = ""
    max: int = AMOUNT_MINOR_MAX
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that belong to a record, at most `rows_max` of them while a purchase comes in; `row` names their fields."""

    name: str
    row: str
    source: str
    en: str
    en_one: str
    zh: str
    rows_max: int


@dataclass(frozen=True, slots=True)
class Environment:
    """What a scope sees: its records in the order the compiled function takes them, and the relations of each.

    Records in `optional` may be missing altogether, and with them all their fields. `looks_back`: whether it may read
    history that has no counter.
    """

    records: tuple[str, ...]
    relations: Mapping[str, tuple[str, ...]]
    looks_back: bool = False
    optional: frozenset[str] = frozenset()


def _by_name(*fields: Field) -> Mapping[str, Field]:
    return MappingProxyType({field.name: field for field in fields})


_N, _M, _T, _D, _I = Sort.NUMBER, Sort.MONEY, Sort.TEXT, Sort.DAY, Sort.INSTANT

RECORDS: Mapping[str, Mapping[str, Field]] = {
    "member": _by_name(
        Field("status", _T, "member.status", "status", "状态", words="status"),
        Field("language", _T, "member.language", "language", "语言", words="language"),
        Field("channel", _T, "member.channel", "enrollment channel", "入会渠道", lacks=True, words="channel"),
        Field("enrolled_at", _I, "member.enrolled_at", "the moment of enrollment", "入会时刻"),
        Field("enrolled_on", _D, "member.enrolled_on", "the day of enrollment", "入会日期"),
        Field("birth_on", _D, "profile.birth_on", "date of birth", "生日", lacks=True),
        Field("tier", _T, "holding.tier", "tier", "等级", words="tier"),
        Field("tier_since", _I, "holding.since_at", "the start of the tier", "当前等级起始时刻", lacks=True),
        Field("tier_review_on", _D, "holding.review_on", "the tier's review", "等级复核日", lacks=True),
        Field("points", _N, "balance.points", "available points", "可用积分"),
        Field("spend_30d", _M, "tally.spend_30d", "eligible spend of 30 days", "近 30 天计分金额"),
        Field("spend_90d", _M, "tally.spend_90d", "eligible spend of 90 days", "近 90 天计分金额"),
        Field("spend_12m", _M, "tally.spend_12m", "eligible spend of 12 months", "近 12 个月计分金额"),
        Field("orders_30d", _N, "tally.orders_30d", "orders of 30 days", "近 30 天订单数"),
        Field("orders_90d", _N, "tally.orders_90d", "orders of 90 days", "近 90 天订单数"),
        Field("orders_12m", _N, "tally.orders_12m", "orders of 12 months", "近 12 个月订单数"),
        Field("earned_12m", _N, "tally.earned_12m", "points earned in 12 months", "近 12 个月获得积分"),
        Field("orders_total", _N, "tally.orders_total", "orders in all", "累计订单数"),
        Field("first_order_at", _I, "history.first_order_at", "the first order", "首次下单", lacks=True, counted=False),
        Field(
            "last_order_at", _I, "history.last_order_at", "the last order", "最近一次下单", lacks=True, counted=False
        ),
    ),
    "activity": _by_name(
        Field("at", _I, "activity.occurred_at", "the moment of purchase", "购买时刻"),
        Field("local_date", _D, "activity.on_date", "the day of purchase", "购买日期"),
        Field("local_hour", _N, "", "the hour of purchase", "购买时的小时", max=23),
        Field("total", _M, "activity.total_minor", "the order's total", "订单金额"),
        Field("points_paid", _M, "", "the amount paid with points", "积分抵现金额"),
        Field("source", _T, "activity.source", "source", "来源", words="source"),
        Field("store", _T, "activity.store", "store", "门店", lacks=True, words="store"),
        Field("channel", _T, "activity.channel", "channel", "渠道", lacks=True, words="channel"),
        Field("till", _T, "", "till", "收银台", lacks=True),
    ),
    "event": _by_name(
        Field("at", _I, "", "the moment of the event", "事件时刻"),
        Field("local_date", _D, "", "the day of the event", "事件日期"),
        Field("local_hour", _N, "", "the hour of the event", "事件发生的小时", max=23),
        Field("source", _T, "", "source", "来源", words="source"),
    ),
    "counters": _by_name(
        Field("orders_1d", _N, "", "orders today", "当日订单数"),
        Field("orders_7d", _N, "", "orders of 7 days", "近 7 天订单数"),
        Field("orders_30d", _N, "", "orders of 30 days", "近 30 天订单数"),
        Field("spend_1d", _M, "", "eligible spend today", "当日计分金额"),
        Field("spend_7d", _M, "", "eligible spend of 7 days", "近 7 天计分金额"),
        Field("spend_30d", _M, "", "eligible spend of 30 days", "近 30 天计分金额"),
        Field("earned_1d", _N, "", "points earned today", "当日获得积分"),
        Field("earned_7d", _N, "", "points earned in 7 days", "近 7 天获得积分"),
        Field("earned_30d", _N, "", "points earned in 30 days", "近 30 天获得积分"),
    ),
    "line": _by_name(
        Field("kind", _T, "kind", "kind", "类型", words="line_kind"),
        Field("sku", _T, "sku", "article", "货号", lacks=True),
        Field("title", _T, "title", "title", "品名", lacks=True),
        Field("category", _T, "category", "category", "品类", lacks=True, words="category"),
        Field("quantity", _N, "quantity", "quantity", "数量", max=1_000_000),
        Field("amount", _M, "amount_minor", "amount", "金额"),
    ),
    "bought": _by_name(
        Field("at", _I, "occurred_at", "moment", "时刻"),
        Field("local_date", _D, "on_date", "day", "日期"),
        Field("store", _T, "store", "store", "门店", lacks=True, words="store"),
        Field("channel", _T, "channel", "channel", "渠道", lacks=True, words="channel"),
        Field("kind", _T, "kind", "kind", "类型", words="line_kind"),
        Field("sku", _T, "sku", "article", "货号", lacks=True),
        Field("category", _T, "category", "category", "品类", lacks=True, words="category"),
        Field("quantity", _N, "quantity", "quantity", "数量", max=1_000_000),
        Field("amount", _M, "amount_minor", "amount", "金额"),
        Field("returned", _M, "returned_minor", "amount returned", "已退金额"),
    ),
    "order": _by_name(
        Field("at", _I, "occurred_at", "moment", "时刻"),
        Field("local_date", _D, "on_date", "day", "日期"),
        Field("source", _T, "source", "source", "来源", words="source"),
        Field("store", _T, "store", "store", "门店", lacks=True, words="store"),
        Field("channel", _T, "channel", "channel", "渠道", lacks=True, words="channel"),
        Field("total", _M, "total_minor", "total", "金额"),
        Field("net", _M, "net_minor", "net amount", "净额"),
        Field("returned", _M, "returned_minor", "amount returned", "已退金额"),
        Field("points", _N, "award_points", "points", "积分"),
    ),
    "redemption": _by_name(
        Field("at", _I, "redeemed_at", "moment", "时刻"),
        Field("local_date", _D, "on_date", "day", "日期"),
        Field("points", _N, "points", "points", "积分"),
        Field("quantity", _N, "quantity", "quantity", "数量", max=1_000_000),
        Field("state", _T, "state", "state", "状态", words="redemption_state"),
    ),
}
"""Fields by record. `line` belongs to the purchase at hand, `bought`, `order` and `redemption` to a member's past. An
`event` has the attributes of its type as well (`Vocabulary.attributes`)."""

RELATIONS: Mapping[str, Relation] = {
    "activity.lines": Relation("lines", "line", "lines", "order lines", "an order line", "订单行", 500),
    "member.orders": Relation("orders", "order", "orders", "past orders", "a past order", "历史订单", 10_000),
    "member.lines": Relation("lines", "bought", "bought", "lines bought", "a line bought", "已购商品行", 10_000),
    "member.redemptions": Relation(
        "redemptions", "redemption", "redemptions", "redemptions", "a redemption", "兑换记录", 10_000
    ),
}

_LINES = {"activity": ("lines",)}
ENVIRONMENTS: Mapping[str, Environment] = {
    "earning": Environment(("activity", "member"), {**_LINES, "member": ("orders", "lines")}),
    "line": Environment(("line",), {}),
    "event": Environment(("event", "member"), {"member": ("orders", "lines")}),
    "segment": Environment(("member",), {"member": ("orders", "lines", "redemptions")}, looks_back=True),
    "journey": Environment(("member", "activity"), _LINES, looks_back=True, optional=frozenset({"activity"})),
    "guard": Environment(("activity", "counters"), _LINES),
}
"""The six scopes. All of them also see `now` (an instant) and `today` (the program's local day)."""

CLOCKS: Mapping[str, Sort] = {"now": Sort.INSTANT, "today": Sort.DAY}
COUNTERS: Mapping[str, str] = {
    "orders": "member.spend_30d, member.orders_30d",
    "lines": "activity.lines",
    "redemptions": "member.points",
    "first_order_at": "member.orders_total",
    "last_order_at": "member.orders_30d",
}
"""What to ask instead of a history that has no counter, by relation or field."""


def calls(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Field names, and what people call them."""
    return {field.name: (field.en, field.zh) for field in fields}
