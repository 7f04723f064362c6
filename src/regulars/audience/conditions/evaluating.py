"""Values and tests of a rule, looked up one by one on a single subject: what explanations are made of.

It walks the checked tree and shares nothing with the compiled function, so each can be held against the other.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

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
)

Subject: TypeAlias = Mapping[str, Any]
"""Records by name, and `now` and `today`."""

_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


def holds(test: Test, subject: Subject) -> bool:
    """Whether a test is true of a subject; an absent operand makes an atom false."""
    match test:
        case Every(of=parts):
            return all(holds(part, subject) for part in parts)
        case Either(of=parts):
            return any(holds(part, subject) for part in parts)
        case Opposite(of=part):
            return not holds(part, subject)
    return _atom(test, subject)


def _atom(atom: Atom, subject: Subject) -> bool:
    match atom:
        case Always(value=value):
            return value
        case Comparison(sign=sign, left=left, right=right):
            one, two = found(left, subject), found(right, subject)
            return one is not None and two is not None and bool(_SIGNS[sign](one, two))
        case Membership(of=of, among=among):
            return any(found(of, subject) == one.value for one in among)
        case TextTest(kind=kind, of=of, text=text):
            value = found(of, subject)
            return value is not None and _TEXTS[kind](value, text)
        case Presence(of=of):
            return found(of, subject) is not None
        case Quantifier(kind=kind, rows=rows, body=body):
            passed = [holds(body, {**subject, ROW: row}) for row in kept(rows, subject)]
            return any(passed) if kind == "exists" else all(passed)


def found(value: Value, subject: Subject) -> Any:
    """What a value is for a subject; None when it, or anything it is made of, is absent."""
    match value:
        case Constant(value=fixed):
            return fixed
        case Read(field=field, holder=holder):
            return (subject.get(holder) or {}).get(field.name)
        case Clock(name=name, shift=shift):
            return subject[name] + shift
        case DayPart(of=of, part=part):
            day = found(of, subject)
            return None if day is None else day.isoweekday() if part == "weekday" else getattr(day, part)
        case Computed(sign=sign, left=left, right=right):
            return _both(_SIGNS[sign], found(left, subject), found(right, subject))
        case Elapsed(later=later, earlier=earlier):
            return _both(operator.sub, found(later, subject), found(earlier, subject))
        case Count(rows=rows):
            return len(kept(rows, subject))
        case Total(rows=rows, of=of):
            return sum(found(of, {**subject, ROW: row}) for row in kept(rows, subject))
    raise AssertionError(value)


def kept(rows: Rows, subject: Subject) -> Sequence[Mapping[str, Any]]:
    """The rows that pass all filters."""
    record = subject.get(rows.holder) or {}
    return [
        row
        for row in record.get(rows.relation.name) or ()
        if all(holds(one, {**subject, ROW: row}) for one in rows.filters)
    ]


def _both(sign: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    return None if left is None or right is None else sign(left, right)
