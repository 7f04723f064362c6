"""A condition as SQL over the published facts, for PostgreSQL and DuckDB. Every identifier is quoted, every value is a
parameter, and the clock is one of them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlglot import exp

from .checked import (
    ROW,
    Always,
    Atom,
    Clock,
    Comparison,
    Computed,
    Constant,
    Count,
    DayPart,
    Either,
    Elapsed,
    Every,
    Membership,
    Opposite,
    Presence,
    Quantifier,
    Read,
    Rows,
    Test,
    TextTest,
    Total,
    Value,
    operands,
    reads,
)
from .fields import Sort
from .messages import refusal
from .model import Condition, Scope
from .tables import Tables, column

Dialect: TypeAlias = Literal["postgres", "duckdb"]
_SIGNS: Mapping[str, type[exp.Binary]] = {
    "==": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
}
_PARTS = {"year": "YEAR", "month": "MONTH", "day": "DAY", "weekday": "ISODOW"}


def as_sql(
    condition: Condition, *, dialect: Dialect, program_id: int, at: datetime, today: date
) -> tuple[str, Mapping[str, Any]]:
    """The statement that finds who matches, and its named parameters, in the form the engine's Python driver takes.

    A segment gives `member_id`; an earning rule gives `member_id, order_id` of past purchases, judged by what their
    members are as of `at` and by what they had bought before. `today` is the program's local day of `at`. Erased
    members never match.

    Raises:
        RuleInvalid: the rule asks for what is known only while a purchase comes in.
        ValueError: the scope is neither of the two.
    """
    if condition.scope not in (Scope.SEGMENT, Scope.EARNING):
        raise ValueError(f"a condition of {condition.scope} has no set to find")
    tables = Tables(condition.vocabulary, program_id=program_id, at=at, today=today)
    tables = tables.of_purchases() if condition.scope is Scope.EARNING else tables
    matched = _Statement(condition, tables, dialect).test(condition.test, negated=False)
    chosen = tables.members() if condition.scope is Scope.SEGMENT else tables.purchases()
    return chosen.where(matched, copy=False).sql(dialect, comments=False), tables.parameters


class _Statement:
    """The tests of one statement."""

    def __init__(self, condition: Condition, tables: Tables, dialect: Dialect) -> None:
        self._condition = condition
        self._tables = tables
        self._dialect = dialect

    def test(self, test: Test, *, negated: bool) -> exp.Expr:
        """`negated`: under an odd number of negations, where an unknown answer must be made false."""
        match test:
            case Every(of=parts):
                return exp.and_(*(self.test(part, negated=negated) for part in parts))
            case Either(of=parts):
                return exp.or_(*(self.test(part, negated=negated) for part in parts))
            case Opposite(of=part):
                return exp.not_(exp.paren(self.test(part, negated=not negated)))
        answer = self._atom(test)
        is_sure = isinstance(test, Presence) or not any(read.lacks for one in operands(test) for read in reads(one))
        return exp.func("COALESCE", answer, exp.false()) if negated and not is_sure else answer

    def _atom(self, atom: Atom) -> exp.Expr:
        match atom:
            case Always(value=value):
                return exp.true() if value else exp.false()
            case Comparison(sign=sign, left=left, right=right):
                is_exact = sign == "==" and isinstance(right, Constant)
                bound = self._length(left, right) if isinstance(left, Elapsed) else self._value(right)
                return _SIGNS[sign](this=self._value(left, is_exact=is_exact), expression=bound)
            case Membership(of=of, among=among):
                return exp.In(this=self._value(of, is_exact=True), expressions=[self._value(one) for one in among])
            case TextTest(kind=kind, of=of, text=text):
                return self._text_test(kind, self._value(of, is_exact=True), text)
            case Presence(of=of):
                return exp.not_(exp.Is(this=self._value(of), expression=exp.null()))
            case Quantifier(kind="exists", rows=rows, body=body):
                return exp.Exists(this=self._rows(rows).where(self.test(body, negated=False)))
            case Quantifier(rows=rows, body=body):
                broken = exp.not_(exp.paren(self.test(body, negated=True)))
                return exp.not_(exp.Exists(this=self._rows(rows).where(broken)))

    def _text_test(self, kind: str, value: exp.Expr, text: str) -> exp.Expr:
        wanted = self._tables.parameter(text)
        if self._dialect == "duckdb":
            names = {"startsWith": "STARTS_WITH", "endsWith": "ENDS_WITH", "contains": "CONTAINS"}
            return exp.Anonymous(this=names[kind], expressions=[value, wanted])
        if kind == "startsWith":
            return exp.Anonymous(this="STARTS_WITH", expressions=[value, wanted])
        if kind == "contains":
            place = exp.Anonymous(this="STRPOS", expressions=[value, wanted])
            return exp.GT(this=place, expression=exp.Literal.number(0))
        length = exp.Literal.number(len(text))
        return exp.EQ(this=exp.Anonymous(this="RIGHT", expressions=[value, length]), expression=wanted)

    def _rows(self, rows: Rows) -> exp.Select:
        chosen = self._tables.rows(rows.relation.source, rows.holder)
        return chosen.where(*(self.test(one, negated=False) for one in rows.filters))

    def _value(self, value: Value, *, is_exact: bool = False) -> exp.Expr:
        match value:
            case Constant():
                return self._tables.parameter(self._stored(value))
            case Read():
                return self._read(value, is_exact=is_exact)
            case Clock():
                return self._tables.parameter(self._moment(value))
            case DayPart(of=Clock() as clock, part=part):
                day = self._moment(clock)
                return self._tables.parameter(day.isoweekday() if part == "weekday" else getattr(day, part))
            case DayPart(of=of, part=part):
                return exp.Extract(this=exp.var(_PARTS[part]), expression=self._value(of))
            case Computed(sign=sign, left=left, right=right):
                return exp.paren(_SIGNS[sign](this=self._wide(left), expression=self._wide(right)))
            case Elapsed(later=later, earlier=earlier):
                return self._elapsed(self._value(later), self._value(earlier), later.sort)
            case Count(rows=rows):
                return self._rows(rows).select(exp.Count(this=exp.Star()), append=False).subquery()
            case Total(rows=rows, of=of):
                total = exp.func("COALESCE", exp.Sum(this=self._wide(of)), exp.Literal.number(0))
                return self._rows(rows).select(total, append=False).subquery()
        raise AssertionError(value)

    def _wide(self, value: Value) -> exp.Expr:
        """A number with room for what is computed with it; sums over rows have it already."""
        found = self._value(value)
        if isinstance(value, Computed | Count | Total):
            return found
        return exp.cast(found, exp.DataType.Type.BIGINT)

    def _read(self, read: Read, *, is_exact: bool) -> exp.Expr:
        """An empty text is an absent one. Where it is held against a text that is not empty, that is so by itself."""
        source = read.field.source
        if not source:
            text, (start, end) = self._condition.text, read.span
            raise refusal("not-in-sql", text, start, of=text[start:end])
        found = column(ROW, source) if read.holder == ROW else self._tables.read(source)
        if read.sort is Sort.TEXT and read.field.lacks and not is_exact:
            return exp.func("NULLIF", found, exp.Literal.string(""))
        return found

    def _stored(self, constant: Constant) -> Any:
        if constant.words:
            return self._condition.vocabulary.word(constant.words, str(constant.value)).stored
        return constant.value

    def _moment(self, clock: Clock) -> date:
        return (self._tables.at if clock.name == "now" else self._tables.day) + clock.shift

    def _length(self, elapsed: Elapsed, span: Value) -> exp.Expr:
        """A fixed time in the unit of `_elapsed`."""
        assert isinstance(span, Constant)
        assert isinstance(span.value, timedelta)
        unit = timedelta(days=1) if elapsed.later.sort is Sort.DAY else timedelta(microseconds=1)
        return self._tables.parameter(span.value // unit)

    def _elapsed(self, later: exp.Expr, earlier: exp.Expr, sort: Sort) -> exp.Expr:
        """Whole days between days, microseconds between instants: the same in any zone of the session."""
        if sort is Sort.DAY:
            return exp.paren(exp.Sub(this=later, expression=earlier))
        if self._dialect == "duckdb":
            micros = [exp.Anonymous(this="EPOCH_US", expressions=[side]) for side in (later, earlier)]
            return exp.paren(exp.Sub(this=micros[0], expression=micros[1]))
        parts = [exp.Extract(this=exp.var("EPOCH"), expression=side) for side in (later, earlier)]
        seconds = exp.paren(exp.Sub(this=parts[0], expression=parts[1]))
        return exp.paren(exp.Mul(this=seconds, expression=exp.Literal.number(1_000_000)))
