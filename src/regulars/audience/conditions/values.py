"""Values inside a rule: fields, fixed values, sums, times; and the loops that numbers and tests are made of."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from regulars.kit.money import AMOUNT_MINOR_MAX, exponent

from .checked import (
    Clock,
    Computed,
    Constant,
    Count,
    DayPart,
    Elapsed,
    Read,
    Rows,
    Span,
    Test,
    Total,
    Value,
)
from .fields import SORT_NAMES, Sort
from .messages import nearest
from .model import RuleInvalid
from .names import Names
from .tree import Arithmetic, Call, Fraction, Items, Method, Name, Negative, Node, Select, Text, Whole

_SPAN = re.compile(r"([0-9]{1,9})([hms])")
_SPAN_DAYS_MAX = 36_500
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_NUMERIC = (Sort.NUMBER, Sort.MONEY)
_TIMES = (Sort.DAY, Sort.INSTANT)
_PARTS = ("year", "month", "day", "weekday")
_FUNCTIONS = ("has", "days", "duration", "date", "timestamp")
_STORED_MAX = 2**63 - 1
_ROWS = 10_000
_TOTAL_MAX = 10**36
"""Sums over rows are kept in wider numbers than single values, in all three engines."""


class Values:
    """Reads values; conditions inside loops are read by `test`."""

    def __init__(self, names: Names, test: Callable[[Node], Test]) -> None:
        self.names = names
        self._test = test

    def read(self, node: Node) -> Value:
        """A node that must be a value.

        Raises:
            RuleInvalid: it is none, or its parts do not fit.
        """
        span = self.names.span(node)
        match node:
            case Whole(value):
                return Constant(span=span, sort=Sort.NUMBER, value=value)
            case Fraction(value) | Text(value):
                sort = Sort.TEXT if isinstance(node, Text) else Sort.DECIMAL
                return Constant(span=span, sort=sort, value=value)
            case Name():
                return self.names.clock(node)
            case Select(of, field):
                return self._select(node, of, field)
            case Negative(of):
                return self._negative(node, of)
            case Arithmetic():
                return self._arithmetic(node)
            case Call(name, of):
                return self._call(node, name, of)
            case Method(on, name, of):
                return self._method(node, on, name, of)
            case Items():
                raise self.names.wrong("in-list", node)
        self._test(node)
        raise self.names.wrong("not-value", node)

    def moved(self, node: Node, clock: Clock, by: timedelta, span: Span) -> Clock:
        """A clock moved by a fixed time, at most two hundred years.

        Raises:
            RuleInvalid: it would leave the calendar.
        """
        shift = clock.shift + by
        if abs(shift.days) > 2 * _SPAN_DAYS_MAX:
            raise self.names.wrong("overflow", node)
        return Clock(span=span, name=clock.name, sort=clock.sort, shift=shift)

    def as_money(self, node: Node, value: Constant) -> Constant:
        """A number as it is written, in minor units of the program's currency.

        Raises:
            RuleInvalid: it has more decimals than the currency.
        """
        currency = self.names.vocabulary.currency
        minor = Decimal(str(value.value)).scaleb(exponent(currency))
        if minor != int(minor):
            places = exponent(currency)
            raise self.names.wrong("decimals", node, found=value.value, currency=currency, exponent=places)
        if abs(minor) > AMOUNT_MINOR_MAX:
            raise self.names.wrong("number-large", node)
        return Constant(span=value.span, sort=Sort.MONEY, value=int(minor))

    def loop(self, node: Node, on: Node, name: str, of: tuple[Node, ...]) -> tuple[Rows, Test]:
        """The rows a loop goes over and what it asks of each."""
        rows = self._rows(node, on, name)
        row = self._row(node, name, of)
        self.names.enter(row, row.name, rows.relation.row)
        body = self._test(of[1])
        self.names.leave()
        return rows, body

    def _rows(self, node: Node, on: Node, name: str) -> Rows:
        rows = self.read(on)
        if not isinstance(rows, Rows):
            raise self.names.wrong("loop-rows", node, found=name, sort=SORT_NAMES[rows.sort])
        return rows

    def _row(self, node: Node, name: str, of: tuple[Node, ...]) -> Name:
        if len(of) != 2 or not isinstance(of[0], Name):
            raise self.names.wrong("loop-form", node, found=name)
        return of[0]

    def _select(self, node: Select, of: Node, field: str) -> Value:
        if isinstance(of, Name) and of.name not in ("now", "today"):
            return self.names.select(node)
        owner = self.read(of)
        if owner.sort is Sort.INSTANT and field in _PARTS:
            raise self.names.wrong("part-day", node)
        if owner.sort is not Sort.DAY or field not in _PARTS:
            known = dict.fromkeys(_PARTS, ()) if owner.sort is Sort.DAY else {}
            text = self.names.source[slice(*self.names.span(of))]
            meant = nearest(field, known)
            raise self.names.wrong("unknown-field", node, suggestion=meant, expected=known, of=text, found=field)
        return DayPart(span=self.names.span(node), of=owner, part=field)

    def _method(self, node: Node, on: Node, name: str, of: tuple[Node, ...]) -> Value:
        span = self.names.span(node)
        if name == "filter":
            rows, kept = self.loop(node, on, name, of)
            return Rows(span=span, relation=rows.relation, holder=rows.holder, filters=(*rows.filters, kept))
        if name == "size" and not of:
            return Count(span=span, rows=self._rows(node, on, name))
        if name == "sum":
            return self._total(node, on, of)
        owner = self.read(on)
        known = ("exists", "all", "filter", "sum", "size") if owner.sort is Sort.ROWS else ()
        meant = nearest(name, dict.fromkeys(known, ()))
        sort = SORT_NAMES[owner.sort]
        raise self.names.wrong("unknown-method", node, suggestion=meant, expected=known, found=name, sort=sort)

    def _total(self, node: Node, on: Node, of: tuple[Node, ...]) -> Total:
        rows = self._rows(node, on, "sum")
        row = self._row(node, "sum", of)
        self.names.enter(row, row.name, rows.relation.row)
        value = self.read(of[1])
        self.names.leave()
        if value.sort not in _NUMERIC or _lacks(value):
            raise self.names.wrong("sum-number", of[1])
        return Total(span=self.names.span(node), rows=rows, of=value, sort=value.sort)

    def _negative(self, node: Node, of: Node) -> Value:
        value, span = self.read(of), self.names.span(node)
        if isinstance(value, Constant) and value.sort is Sort.NUMBER and isinstance(value.value, int):
            return Constant(span=span, sort=value.sort, value=-value.value)
        if isinstance(value, Constant) and value.sort is Sort.DECIMAL:
            return Constant(span=span, sort=value.sort, value=f"-{value.value}".replace("--", ""))
        if value.sort not in _NUMERIC:
            raise self._cannot(node, "-", value, value)
        minus_one = Constant(span=span, sort=Sort.NUMBER, value=-1)
        return self._sized(node, Computed(span=span, sign="*", left=value, right=minus_one, sort=value.sort))

    def _arithmetic(self, node: Arithmetic) -> Value:
        left, right, span = self.read(node.left), self.read(node.right), self.names.span(node)
        sign, sorts = node.sign, (left.sort, right.sort)
        if sign in "+-" and left.sort in _TIMES:
            return self._moved(node, left, right)
        if Sort.DECIMAL in sorts:
            raise self.names.wrong("decimal-plain", node)
        if Sort.MONEY in sorts and Sort.NUMBER in sorts and sign != "*":
            raise self.names.wrong("money-plain", node)
        if not set(sorts) <= set(_NUMERIC) or (sign == "*" and sorts == (Sort.MONEY, Sort.MONEY)):
            raise self._cannot(node, sign, left, right)
        if isinstance(left, Constant) and isinstance(right, Constant):
            raise self.names.wrong("always-same", node)
        sort = Sort.MONEY if Sort.MONEY in sorts else Sort.NUMBER
        return self._sized(node, Computed(span=span, sign=sign, left=left, right=right, sort=sort))

    def _moved(self, node: Arithmetic, left: Value, right: Value) -> Value:
        """`now - days(30)` is a clock that was moved; `now - x` is the time between."""
        span = self.names.span(node)
        if right.sort is Sort.SPAN:
            if not isinstance(left, Clock) or not isinstance(right, Constant):
                raise self.names.wrong("move-clock", node)
            length = right.value
            assert isinstance(length, timedelta)
            if left.sort is Sort.DAY and length.seconds:
                raise self.names.wrong("elapsed-days", node)
            return self.moved(node, left, -length if node.sign == "-" else length, span)
        if {left.sort, right.sort} == set(_TIMES):
            raise self.names.wrong("day-instant", node)
        if node.sign != "-" or left.sort is not right.sort:
            raise self._cannot(node, node.sign, left, right)
        if all(isinstance(one, Clock | Constant) for one in (left, right)):
            raise self.names.wrong("always-same", node)
        return Elapsed(span=span, later=left, earlier=right)

    def _sized(self, node: Node, value: Computed) -> Computed:
        size, has_total = _size(value)
        if size > (_TOTAL_MAX if has_total else _STORED_MAX):
            raise self.names.wrong("overflow", node)
        return value

    def _cannot(self, node: Node, sign: str, left: Value, right: Value) -> RuleInvalid:
        return self.names.wrong("compute", node, left=SORT_NAMES[left.sort], sign=sign, right=SORT_NAMES[right.sort])

    def _call(self, node: Node, name: str, of: tuple[Node, ...]) -> Value:
        if name not in _FUNCTIONS:
            meant = nearest(name, dict.fromkeys(_FUNCTIONS, ()))
            raise self.names.wrong("unknown-function", node, suggestion=meant, expected=_FUNCTIONS, found=name)
        if name == "has":
            raise self.names.wrong("not-value", node)
        span = self.names.span(node)
        form = {"date": "day-form", "timestamp": "instant-form"}.get(name, "span-form")
        given = of[0] if len(of) == 1 else None
        written = self.names.source[slice(*span)]
        match name, given:
            case "days", Whole(value) if value <= _SPAN_DAYS_MAX:
                return Constant(span=span, sort=Sort.SPAN, value=timedelta(days=value))
            case "duration", Text(value) if (parts := _SPAN.fullmatch(value)) and _length(*parts.groups()) is not None:
                return Constant(span=span, sort=Sort.SPAN, value=_length(*parts.groups()) or timedelta())
            case "date", Text(value) if (day := _day(value)) is not None:
                return Constant(span=span, sort=Sort.DAY, value=day)
            case "timestamp", Text(value) if (instant := _instant(value)) is not None:
                return Constant(span=span, sort=Sort.INSTANT, value=instant)
        raise self.names.wrong(form, node, found=written)


def _length(count: str, unit: str) -> timedelta | None:
    length = timedelta(seconds=int(count) * _SECONDS[unit])
    return length if length <= timedelta(days=_SPAN_DAYS_MAX) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 and 1800 <= int(text[:4]) <= 2200 else None
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """RFC 3339 with a zone, between 1970 and 2200."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if "T" in text and found.tzinfo and 1970 <= found.year <= 2200 else None


def _lacks(value: Value) -> bool:
    match value:
        case Read(lacks=lacks):
            return lacks
        case DayPart(of=of):
            return _lacks(of)
        case Computed(left=left, right=right):
            return _lacks(left) or _lacks(right)
    return False


def _size(value: Value) -> tuple[int, bool]:
    """The largest a number can become either side of zero, and whether a sum over rows is in it."""
    match value:
        case Constant(value=int(number)):
            return abs(number), False
        case Read(field=field):
            return field.max, False
        case Computed(sign=sign, left=left, right=right):
            (one, has_one), (two, has_two) = _size(left), _size(right)
            return one * two if sign == "*" else one + two, has_one or has_two
        case Total(of=of):
            return _size(of)[0] * _ROWS, True
    return _ROWS, False
