"""The syntax tree: what a rule says, before anybody asks what it means. Its JSON is the canonical form of a rule."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast

import msgspec

Sign: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in"]


class _Syntax(msgspec.Struct, frozen=True, tag_field="op", forbid_unknown_fields=True):
    """A node; `op` names its sort in JSON."""


class Truth(_Syntax, frozen=True, tag="truth"):
    """`true` or `false`."""

    value: bool


class Whole(_Syntax, frozen=True, tag="int"):
    """A whole number, never below zero: the sign is a node of its own."""

    value: int


class Fraction(_Syntax, frozen=True, tag="decimal"):
    """A number with decimals, as it was written: `1000.50`."""

    value: str


class Text(_Syntax, frozen=True, tag="text"):
    """A fixed text."""

    value: str


class Items(_Syntax, frozen=True, tag="list"):
    """A list of fixed values."""

    of: "tuple[Node, ...]"


class Name(_Syntax, frozen=True, tag="name"):
    """A root such as `member`, or the name a loop gives to its row."""

    name: str


class Select(_Syntax, frozen=True, tag="field"):
    """`of.field`."""

    of: "Node"
    field: str


class Call(_Syntax, frozen=True, tag="call"):
    """`has(...)`, `days(...)` and the like."""

    name: str
    of: "tuple[Node, ...]"


class Method(_Syntax, frozen=True, tag="method"):
    """`on.name(...)`: tests of texts, and loops over rows."""

    on: "Node"
    name: str
    of: "tuple[Node, ...]"


class Not(_Syntax, frozen=True, tag="not"):
    """`!of`."""

    of: "Node"


class Negative(_Syntax, frozen=True, tag="negative"):
    """`-of`."""

    of: "Node"


class Arithmetic(_Syntax, frozen=True, tag="arithmetic"):
    """`left + right`, `left - right`, `left * right`."""

    sign: Literal["+", "-", "*"]
    left: "Node"
    right: "Node"


class Compare(_Syntax, frozen=True, tag="compare"):
    """`left == right` and the other comparisons, and `left in right`."""

    sign: Sign
    left: "Node"
    right: "Node"


class And(_Syntax, frozen=True, tag="and"):
    """All of them. Never directly inside another And."""

    of: "tuple[Node, ...]"


class Or(_Syntax, frozen=True, tag="or"):
    """At least one of them. Never directly inside another Or."""

    of: "tuple[Node, ...]"


Node: TypeAlias = (
    Truth
    | Whole
    | Fraction
    | Text
    | Items
    | Name
    | Select
    | Call
    | Method
    | Not
    | Negative
    | Arithmetic
    | Compare
    | And
    | Or
)


def to_tree(node: Node) -> Mapping[str, Any]:
    """The node as plain JSON values."""
    return cast(Mapping[str, Any], msgspec.to_builtins(node))


def from_tree(tree: Any) -> Node:
    """The node that plain JSON values stand for.

    Raises:
        msgspec.ValidationError: it is no tree of ours.
        RecursionError: it is nested beyond all reason.
    """
    return cast(Node, msgspec.convert(tree, Node))


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below."""
    match node:
        case And(of) | Or(of) | Items(of) | Call(_, of):
            return of
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return left, right
        case Not(of=one) | Negative(of=one) | Select(of=one):
            return (one,)
        case Method(on, _, of):
            return on, *of
    return ()


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth, the root at 1; without recursion, so that any depth can be measured."""
    waiting = [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(child, depth + 1) for child in children(one)]
