"""From the tree back to text: the canonical spelling, with no bracket that is not needed."""

from collections.abc import Iterable

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
)

_OR, _AND, _RELATION, _SUM, _PRODUCT, _SIGNED, _DOTTED = range(1, 8)


def printed(node: Node) -> str:
    """The text of a rule. Reading it again gives the same tree."""
    return _show(node, 0)


def quoted(text: str) -> str:
    """A text as a rule writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _show(node: Node, binding: int) -> str:
    """The node, in brackets when what surrounds it binds tighter."""
    match node:
        case Truth(value):
            return "true" if value else "false"
        case Whole(value):
            return str(value)
        case Fraction(value):
            return value
        case Text(value):
            return quoted(value)
        case Name(name):
            return name
        case Items(of):
            return f"[{_listed(of)}]"
        case Call(name, of):
            return f"{name}({_listed(of)})"
        case Select(of, field):
            return f"{_show(of, _DOTTED)}.{field}"
        case Method(on, name, of):
            return f"{_show(on, _DOTTED)}.{name}({_listed(of)})"
    own, text = _joined(node)
    return f"({text})" if own < binding else text


def _joined(node: Node) -> tuple[int, str]:
    """How tightly a node of signs binds, and its text."""
    match node:
        case Or(of):
            return _OR, " || ".join(_show(one, _AND) for one in of)
        case And(of):
            return _AND, " && ".join(_show(one, _RELATION) for one in of)
        case Compare(sign, left, right):
            return _RELATION, f"{_show(left, _SUM)} {sign} {_show(right, _SUM)}"
        case Arithmetic("*", left, right):
            return _PRODUCT, f"{_show(left, _PRODUCT)} * {_show(right, _SIGNED)}"
        case Arithmetic(sign, left, right):
            return _SUM, f"{_show(left, _SUM)} {sign} {_show(right, _PRODUCT)}"
        case Not(of):
            return _SIGNED, f"!{_show(of, _SIGNED)}"
        case Negative(of):
            return _SIGNED, f"-{_show(of, _SIGNED)}"
    raise AssertionError(node)


def _listed(nodes: Iterable[Node]) -> str:
    return ", ".join(_show(node, 0) for node in nodes)
