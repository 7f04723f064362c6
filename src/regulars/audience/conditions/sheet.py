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


class OverRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="chip", tag="rows"):
    """A question about many rows, such as the lines somebody bought: those `where` everything holds.

    `take` is what is asked of them: `any` (there is one), `count`, or `sum:<field>`; the last two compare by `ask`
    with `value`. Chips of `where` name their fields by `row`, as in `r.category`. `negated` asks for the opposite.
    """

    rows: str
    take: str
    row: str = "r"
    where: tuple[Chip | Locked, ...] = ()
    ask: Literal["", "==", "!=", "<", "<=", ">", ">="] = ""
    value: str = ""
    negated: bool = False


AnyChip: TypeAlias = Chip | Locked | OverRows


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Alternatives: at least one must hold."""

    either: tuple[AnyChip, ...]


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


def _faithful(chip: AnyChip) -> Node:
    """What a chip says, if it says nothing besides: a field that is a whole rule is no field."""
    node = _node(chip)
    drawn = _drawn(node)
    match chip, drawn:
        case Chip(field, ask), Chip(field_again, ask_again) if (field, ask) == (field_again, ask_again):
            return node
        case OverRows(), OverRows() if _shape(chip) == _shape(drawn):
            return node
        case Locked(), _:
            return node
    raise refusal("sheet-form", "", 0, found=printed(node))


def _shape(chip: OverRows) -> tuple[object, ...]:
    return chip.rows, chip.take, chip.row, chip.ask, len(chip.where)


def _chip(node: Node) -> AnyChip:
    """A chip, if turning it back would give the very same node."""
    drawn = _drawn(node)
    return drawn if drawn is not None and _node(drawn) == node else Locked(printed(node))


def _drawn(node: Node) -> Chip | OverRows | None:
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
    return _ago(node) or _over_rows(node)


def _ago(node: Node) -> Chip | None:
    """`now - field > days(90)` and the like."""
    match node:
        case Compare(sign, Arithmetic("-", Name(clock), Select() as field), Call("days", (Whole(days),))):
            ask: Any = f"ago {sign}"
            return Chip(printed(field), ask, (clock, str(days))) if ask in _AGO else None
    return None


def _over_rows(node: Node) -> OverRows | None:
    """Rows counted, summed, or looked for."""
    match node:
        case Method(Select() as rows, "exists", (Name(row), body)):
            return OverRows(printed(rows), "any", row, _where(body))
        case Compare(sign, Method(over, take, of), fixed) if sign in _SIGNS and _is_fixed(fixed):
            ask: Any = sign
            path, named, where = _filtered(over)
            match take, of:
                case "size", () if path:
                    return OverRows(path, "count", named or "r", where, ask, printed(fixed))
                case "sum", (Name(row), Select(Name(owner), field)) if path and row == owner and named in ("", row):
                    return OverRows(path, f"sum:{field}", row, where, ask, printed(fixed))
    return None


def _filtered(over: Node) -> tuple[str, str, tuple[Chip | Locked, ...]]:
    """The rows, what a row is called, and what is asked of each; nothing when they are chosen in another way."""
    match over:
        case Select():
            return printed(over), "", ()
        case Method(Select() as rows, "filter", (Name(row), body)):
            return printed(rows), row, _where(body)
    return "", "", ()


def _where(body: Node) -> tuple[Chip | Locked, ...]:
    parts = map(_chip, body.of if isinstance(body, And) else (body,))
    return tuple(one if not isinstance(one, OverRows) else Locked(printed(_node(one))) for one in parts)


def _is_fixed(node: Node) -> bool:
    match node:
        case Whole() | Fraction() | Text() | Call("date" | "timestamp", (Text(),)):
            return True
        case Negative(of):
            return isinstance(of, Whole | Fraction)
    return False


def _node(chip: AnyChip) -> Node:
    """What a chip says. Its words are read as a rule, so nothing gets in that a rule could not say."""
    if isinstance(chip, Locked):
        return parse_text(chip.text)[0]
    match chip:
        case OverRows():
            written = _written(chip)
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


def _written(chip: OverRows) -> str:
    body = printed(_all([_faithful(one) for one in chip.where])) if chip.where else ""
    over = f"{chip.rows}.filter({chip.row}, {body})" if body else chip.rows
    kind, _, field = chip.take.partition(":")
    match kind:
        case "any" if body and not chip.ask:
            return f"{chip.rows}.exists({chip.row}, {body})"
        case "count" if chip.ask:
            return f"{over}.size() {chip.ask} {chip.value}"
        case "sum" if chip.ask:
            return f"{over}.sum({chip.row}, {chip.row}.{field}) {chip.ask} {chip.value}"
    raise refusal("sheet-form", "", 0, found=f"{chip.take} of {chip.rows}")
