"""What rules ask: their conditions, read and compiled once for each text, and what must be known to answer them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import msgspec

from regulars.audience import conditions

Record: TypeAlias = Mapping[str, Any]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase or an event as conditions see it, its member as they were then, its moment and its local day."""

    activity: Record
    member: Record
    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """A rule's conditions, ready to be asked; `error` when one cannot be read any more (a tier that is gone)."""

    condition: conditions.Condition | None = None
    lines: conditions.Condition | None = None
    matches: Callable[..., bool] | None = None
    line_matches: Callable[..., bool] | None = None
    fields: frozenset[str] = frozenset()
    rows: Mapping[str, timedelta] = field(default_factory=dict)
    error: str = ""


class Spoken:
    """A vocabulary that is equal to another one which says the same."""

    __slots__ = ("key", "vocabulary")

    def __init__(self, vocabulary: conditions.Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.key = repr(vocabulary)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spoken) and other.key == self.key


def asks(condition: Record | None, lines: Record | None, *, scope: conditions.Scope, spoken: Spoken) -> Asks:
    """The conditions of a saved rule; one that cannot be read any more is told as an error, not raised."""
    texts = tuple(msgspec.json.encode(tree) if tree is not None else b"" for tree in (condition, lines))
    return _asks(*texts, scope, spoken)


@lru_cache(maxsize=8192)
def _asks(condition: bytes, lines: bytes, scope: conditions.Scope, spoken: Spoken) -> Asks:
    """Kept over batches: the same text in the same vocabulary is the same function."""
    try:
        whole = _read(condition, scope, spoken) if condition else None
        of_line = _read(lines, conditions.Scope.LINE, spoken) if lines else None
    except conditions.RuleInvalid as refused:
        return Asks(error=refused.detail)
    looked = conditions.looks(whole) if whole else conditions.Looks(fields={}, rows={})
    return Asks(
        condition=whole,
        lines=of_line,
        matches=_compiled(condition, scope, spoken) if whole else None,
        line_matches=_compiled(lines, conditions.Scope.LINE, spoken) if of_line else None,
        fields=looked.fields.get("member", frozenset()),
        rows={name.removeprefix("member."): reach for name, reach in looked.rows.items() if name.startswith("member.")},
    )


@lru_cache(maxsize=8192)
def _compiled(tree: bytes, scope: conditions.Scope, spoken: Spoken) -> conditions.Rule:
    """Rules that ask the same share one function, so that an order answers it once."""
    return conditions.compiled(_read(tree, scope, spoken))


def _read(tree: bytes, scope: conditions.Scope, spoken: Spoken) -> conditions.Condition:
    return conditions.from_tree(msgspec.json.decode(tree), scope=scope, vocabulary=spoken.vocabulary)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What must be read of members before a plan's rules can be asked: fields, rows by relation, their days."""

    fields: frozenset[str] = frozenset()
    rows: Mapping[str, timedelta] = field(default_factory=dict)
    asks: bool = False
    counts_days: bool = False
    counts_ever: bool = False

    @cached_property
    def of_all_days(self) -> bool:
        """Whether all days a member ever had matter."""
        return self.counts_ever or any(name.endswith("_total") for name in self.fields)

    @cached_property
    def of_past(self) -> bool:
        """Whether anything of a member's past matters."""
        return bool(self.rows) or self.of_days or "points" in self.fields

    @cached_property
    def of_days(self) -> bool:
        """Whether a member's days matter."""
        return self.counts_days or any(name.partition("_")[0] in _MEASURES for name in self.fields)


_MEASURES = frozenset({"spend", "orders", "earned"})


def needs(found: Sequence[Asks], *, counts_days: bool, counts_ever: bool) -> Needs:
    """What all of these ask."""
    rows: dict[str, timedelta] = {}
    for one in found:
        for name, reach in one.rows.items():
            rows[name] = max(rows.get(name, timedelta()), reach)
    fields = frozenset[str]().union(*(one.fields for one in found))
    return Needs(fields=fields, rows=rows, asks=bool(found), counts_days=counts_days, counts_ever=counts_ever)
