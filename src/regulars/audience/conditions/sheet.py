"""The sentence editor's model: rows that must all hold, each of alternatives. What it cannot draw is kept, locked.

A sheet made of a condition and turned back gives the same condition: nothing is lost, and nothing is widened.
"""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from .messages import refusal
from .model import Condition, Scope
from .parser import parse as parse_text
from .printing import printed
from .reading import from_tree
from .tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Fraction,
    Items,
    Method,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Select,
    Text,
    Truth,
    Whole,
    to_tree,
)
from .vocabulary import Vocabulary

Ask: TypeAlias = Literal[
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "startsWith",
    "endsWith",
    "contains",
    "has",
    "ago <",
    "ago <=",
    "ago >",
    "ago >=",
]
"""What a chip asks of its field. `ago` is the time from the field to now or today, in days."""

_SIGNS = ("==", "!=", "<", "<=", ">", ">=")
_AGO = {f"ago {sign}": sign for sign in ("<", "<=", ">", ">=")}
_TEXT_TESTS = ("startsWith", "endsWith", "contains")


class Chip(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="chip", tag="plain"):
    """A question the editor can draw: `field` as rules write it, and fixed values as they write them.

    `negated` asks for the opposite, so absent values pass.
    """

    field: str
    ask: Ask
    values: tuple[str, ...] = ()
    negated: bool = False


class Locked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="chip", tag="locked"):
    """A formula the editor shows and does not touch."""

    text: str


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Alternatives: at least one must hold."""

    either: tuple[Chip | Locked, ...]


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows: all must hold. No rows at all are everybody."""

    rows: tuple[Row, ...]


def sheet(condition: Condition) -> Sheet:
    """The condition as the editor draws it."""
    node = condition.syntax
    if node == Truth(True):
        return Sheet(())
    rows = node.of if isinstance(node, And) else (node,)
    return Sheet(tuple(Row(tuple(map(_chip, row.of if isinstance(row, Or) else (row,)))) for row in rows))


def from_sheet(drawn: Any, *, scope: Scope, vocabulary: Vocabulary) -> Condition:
    """The condition a sheet stands for; `drawn` is a `Sheet` or its plain JSON values.

    Raises:
        RuleInvalid: it is no sheet, a row is empty, or what it says makes no sense.
    """
    try:
        given: Sheet = msgspec.convert(msgspec.to_builtins(drawn), Sheet)
    except msgspec.ValidationError as wrong:
        raise refusal("sheet-form", "", 0, found=str(wrong)) from None
    rows = [_either([_faithful(chip) for chip in row.either]) for row in given.rows]
    return from_tree(to_tree(_all(rows)), scope=scope, vocabulary=vocabulary)


def _all(parts: Sequence[Node]) -> Node:
    flat = [one for part in parts for one in (part.of if isinstance(part, And) else (part,))]
    return And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Truth(True)


def _either(parts: Sequence[Node]) -> Node:
    if not parts:
        raise refusal("sheet-form", "", 0, found="a row has no chip")
    flat = [one for part in parts for one in (part.of if isinstance(part, Or) else (part,))]
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def _faithful(chip: Chip | Locked) -> Node:
    """What a chip says, if it says nothing besides: a field that is a whole rule is no field."""
    node = _node(chip)
    drawn = _drawn(node)
    if isinstance(chip, Chip) and (drawn is None or (drawn.field, drawn.ask) != (chip.field, chip.ask)):
        raise refusal("sheet-form", "", 0, found=f"{chip.field} {chip.ask}")
    return node


def _chip(node: Node) -> Chip | Locked:
    """A chip, if turning it back would give the very same node."""
    drawn = _drawn(node)
    return drawn if drawn is not None and _node(drawn) == node else Locked(printed(node))


def _drawn(node: Node) -> Chip | None:
    match node:
        case Not(Not()):
            return None
        case Not(of):
            asked = _drawn(of)
            return msgspec.structs.replace(asked, negated=True) if asked else None
        case Call("has", (Select() as field,)):
            return Chip(printed(field), "has")
        case Compare("in", Select() as field, Items(of)):
            return Chip(printed(field), "in", tuple(map(printed, of)))
        case Compare(sign, Select() as field, fixed) if sign in _SIGNS and _is_fixed(fixed):
            return Chip(printed(field), sign, (printed(fixed),))
        case Method(Select() as field, name, (Text() as fixed,)) if name in _TEXT_TESTS:
            ask: Any = name
            return Chip(printed(field), ask, (printed(fixed),))
    return _ago(node)


def _ago(node: Node) -> Chip | None:
    """`now - field > days(90)` and the like."""
    match node:
        case Compare(sign, Arithmetic("-", Name(clock), Select() as field), Call("days", (Whole(days),))):
            ask: Any = f"ago {sign}"
            return Chip(printed(field), ask, (clock, str(days))) if ask in _AGO else None
    return None


def _is_fixed(node: Node) -> bool:
    match node:
        case Whole() | Fraction() | Text() | Call("date" | "timestamp", (Text(),)):
            return True
        case Negative(of):
            return isinstance(of, Whole | Fraction)
    return False


def _node(chip: Chip | Locked) -> Node:
    """What a chip says. Its words are read as a rule, so nothing gets in that a rule could not say."""
    if isinstance(chip, Locked):
        return parse_text(chip.text)[0]
    match chip:
        case Chip(field, "in", values):
            written = f"{field} in [{', '.join(values)}]"
        case Chip(field, "has", ()):
            written = f"has({field})"
        case Chip(field, ask, (value,)) if ask in _TEXT_TESTS:
            written = f"{field}.{ask}({value})"
        case Chip(field, ask, (clock, days)) if ask in _AGO:
            written = f"{clock} - {field} {_AGO[ask]} days({days})"
        case Chip(field, ask, (value,)) if ask in _SIGNS:
            written = f"{field} {ask} {value}"
        case _:
            raise refusal("sheet-form", "", 0, found=f"{chip.ask} with {len(chip.values)} values")
    node = parse_text(written)[0]
    return Not(node) if chip.negated else node
