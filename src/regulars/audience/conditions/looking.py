"""What a condition looks at, so that only that is read: fields of its records, and how far back its rows go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from .checked import ROW, Clock, Comparison, Every, Quantifier, Read, Rows, Test, inside
from .fields import Sort
from .model import Condition

EVER = timedelta(days=73_000)
"""As far back as anything goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """`fields` by record, outside of rows; `rows`: for each relation (`member.orders`) how far before the moment of the
    question its rows can matter.
    """

    fields: Mapping[str, frozenset[str]]
    rows: Mapping[str, timedelta]


def looks(condition: Condition) -> Looks:
    """What the condition looks at."""
    fields: dict[str, set[str]] = {}
    rows: dict[str, timedelta] = {}
    for node in inside(condition.test):
        if isinstance(node, Read) and node.holder != ROW:
            fields.setdefault(node.holder, set()).add(node.field.name)
    for found, asked in _loops(condition.test):
        name = f"{found.holder}.{found.relation.name}"
        rows[name] = max(rows.get(name, timedelta()), _reach((*found.filters, *asked)))
    return Looks(fields={holder: frozenset(names) for holder, names in fields.items()}, rows=rows)


def _loops(test: Test) -> Iterator[tuple[Rows, tuple[Test, ...]]]:
    """Every loop with what rows must pass to matter, besides the filters."""
    asked = {
        id(node.rows): (node.body,) for node in inside(test) if isinstance(node, Quantifier) and node.kind == "exists"
    }
    for node in inside(test):
        if isinstance(node, Rows):
            yield node, asked.get(id(node), ())


def _reach(tests: tuple[Test, ...]) -> timedelta:
    """How far back a row that passes all of these can lie."""
    bounds = [EVER]
    for test in tests:
        match test:
            case Every(of=of):
                bounds.append(_reach(of))
            case Comparison(sign=(">" | ">="), left=Read(holder="row") as read, right=Clock(shift=shift)) if (
                read.field.name in ("at", "local_date")
            ):
                bounds.append(-shift + timedelta(days=2 if read.sort is Sort.DAY else 0))
    return max(min(bounds), timedelta())
