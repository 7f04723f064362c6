"""What a rule means: the checked tree all back ends read. Names are fields, money is minor units, times are folded.

Every node carries the place of its text (`span`). Nothing here can fail at run time: types fit, sums cannot overflow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from .fields import Field, Relation, Sort

Span: TypeAlias = tuple[int, int]
Sign: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
ROW = "row"
"""What holds the fields of the row a loop is at; loops are never nested, so one name is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A fixed value. `words` names its vocabulary, if it is a word."""

    span: Span
    sort: Sort
    value: int | str | date | datetime | timedelta
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A field of `holder`: a record's name, or `ROW`."""

    span: Span
    field: Field
    holder: str
    lacks: bool

    @property
    def sort(self) -> Sort:
        """The field's."""
        return self.field.sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`now` or `today`, moved by a fixed time. Handed in once a batch."""

    span: Span
    name: str
    sort: Sort
    shift: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """Year, month, day of the month, or weekday (Monday is 1) of a day."""

    span: Span
    of: "Value"
    part: str
    sort: Sort = Sort.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """`left sign right`, of numbers or amounts."""

    span: Span
    sign: Literal["+", "-", "*"]
    left: "Value"
    right: "Value"
    sort: Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """The time from `earlier` to `later`: two instants, or two days (whole days). Compared with a constant only."""

    span: Span
    later: "Value"
    earlier: "Value"
    sort: Sort = Sort.SPAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a relation that pass all filters."""

    span: Span
    relation: Relation
    holder: str
    filters: tuple["Test", ...] = ()
    sort: Sort = Sort.ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows."""

    span: Span
    rows: Rows
    sort: Sort = Sort.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of a value over rows; of none it is zero."""

    span: Span
    rows: Rows
    of: "Value"
    sort: Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """`true` or `false`."""

    span: Span
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """False when an operand is absent."""

    span: Span
    sign: Sign
    left: "Value"
    right: "Value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Whether a value is one of fixed ones; false when it is absent."""

    span: Span
    of: "Value"
    among: tuple[Constant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """Exact and case-sensitive; false when the text is absent."""

    span: Span
    kind: Literal["startsWith", "endsWith", "contains"]
    of: "Value"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a field is there."""

    span: Span
    of: Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier:
    """Whether some row, or every row, passes; of no rows, none and every."""

    span: Span
    kind: Literal["exists", "all"]
    rows: Rows
    body: "Test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposite:
    """Plain negation of true and false."""

    span: Span
    of: "Test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of them."""

    span: Span
    of: tuple["Test", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """At least one of them."""

    span: Span
    of: tuple["Test", ...]


Value: TypeAlias = Constant | Read | Clock | DayPart | Computed | Elapsed | Rows | Count | Total
Atom: TypeAlias = Always | Comparison | Membership | TextTest | Presence | Quantifier
Test: TypeAlias = Atom | Opposite | Every | Either


def reads(value: Value) -> tuple[Read, ...]:
    """The fields a value is made of, outside of loops."""
    match value:
        case Read():
            return (value,)
        case DayPart(of=of):
            return reads(of)
        case Computed(left=left, right=right) | Elapsed(later=left, earlier=right):
            return *reads(left), *reads(right)
    return ()


def operands(atom: Atom) -> tuple[Value, ...]:
    """The values an atom compares."""
    match atom:
        case Comparison(left=left, right=right):
            return left, right
        case Membership(of=of) | TextTest(of=of) | Presence(of=of):
            return (of,)
    return ()


def atoms(test: Test) -> tuple[Atom, ...]:
    """The atoms of a rule from left to right, those inside loops not counted."""
    match test:
        case Every(of=parts) | Either(of=parts):
            return tuple(atom for part in parts for atom in atoms(part))
        case Opposite(of=part):
            return atoms(part)
    return (test,)


def inside(node: "Test | Value") -> Iterator["Test | Value"]:
    """The node and everything below it, loops included."""
    yield node
    for name in type(node).__slots__:
        below = getattr(node, name)
        for one in below if isinstance(below, tuple) else (below,):
            if type(one).__module__ == __name__:
                yield from inside(one)
