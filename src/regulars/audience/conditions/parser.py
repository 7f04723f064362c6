"""From tokens to the syntax tree: CEL's own precedence, without what the language does not have.

Source: the CEL language definition, github.com/google/cel-spec.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar, cast

from .lexer import Token, tokens
from .messages import refusal, too_complex, too_expensive
from .model import COST_MAX, DEPTH_MAX, NESTING_MAX, NODES_MAX, ROWS_MAX
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
    Sign,
    Text,
    Truth,
    Whole,
    children,
    walk,
)

Span: TypeAlias = tuple[int, int]
_Made = TypeVar("_Made", bound=Node)
LOOPS = ("exists", "all", "filter", "sum")
_CEL_KEEPS = "as break const continue else for function if import let loop package namespace return var void while"
RESERVED = frozenset({"true", "false", "null", "in", *_CEL_KEEPS.split(" ")})
_RELATIONS = ("==", "!=", "<", "<=", ">", ">=")


def parse(source: str) -> tuple[Node, dict[int, Span]]:
    """The tree of a rule, and where each node (by its `id`) stands in the text.

    Raises:
        RuleInvalid: it cannot be read.
        RuleTooComplex: it is longer, deeper or larger than rules may be.
        RuleTooExpensive: by a static estimate it could take too many steps.
    """
    parser = _Parser(source)
    tree = parser.rule()
    _check_bounds(tree, source, parser.spans)
    return tree, parser.spans


def steps(node: Node) -> int:
    """What one evaluation takes at most, each loop over `ROWS_MAX` rows."""
    if isinstance(node, Method) and node.name in LOOPS:
        return 1 + steps(node.on) + ROWS_MAX * sum(map(steps, node.of))
    return 1 + sum(map(steps, children(node)))


def _check_bounds(tree: Node, source: str, spans: dict[int, Span]) -> None:
    nodes = list(walk(tree))
    if len(nodes) > NODES_MAX:
        raise too_complex("too-large", source, 0, NODES_MAX)
    if max(depth for _, depth in nodes) > DEPTH_MAX:
        raise too_complex("too-deep", source, 0, DEPTH_MAX)
    cost = steps(tree)
    if cost > COST_MAX:
        loops = [node for node, _ in nodes if isinstance(node, Method) and node.name in LOOPS]
        inside = [node for loop in loops for part in loop.of for node, _ in walk(part) if node in loops]
        inner = min((spans[id(loop)][0] for loop in inside), default=0)
        raise too_expensive(source, inner, cost)


class _Parser:
    """One rule being read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.spans: dict[int, Span] = {}
        self._place = 0
        self._nesting = 0
        self._count = 0

    @property
    def _next(self) -> Token:
        return self.tokens[self._place]

    def _take(self) -> Token:
        token = self.tokens[self._place]
        self._place += 1
        return token

    def _sees(self, *signs: str) -> bool:
        return self._next.sort == "sign" and self._next.value in signs

    def _expect(self, sign: str) -> Token:
        if not self._sees(sign):
            raise self._surprise((f"'{sign}'", f"“{sign}”"), [sign])
        return self._take()

    def _surprise(self, wanted: tuple[str, str], choices: list[str]) -> Exception:
        found = self._next
        shown = ("the end", "结尾") if found.sort == "end" else self.source[found.start : found.end]
        return refusal("expected", self.source, found.start, expected=choices, found=shown, wanted=wanted)

    def _made(self, node: _Made, start: int) -> _Made:
        """Remember where a node stands: from `start` to the last token taken.

        Nodes that are merged into others count too; they are never more than those that stay.
        """
        self._count += 1
        if self._count > 2 * NODES_MAX:
            raise too_complex("too-large", self.source, start, NODES_MAX)
        self.spans[id(node)] = (start, self.tokens[self._place - 1].end)
        return node

    def _deeper(self, at: Token) -> None:
        self._nesting += 1
        if self._nesting > NESTING_MAX:
            raise too_complex("too-deep", self.source, at.start, NESTING_MAX)

    def rule(self) -> Node:
        """The whole text as one condition."""
        if self._next.sort == "end":
            raise refusal("empty", self.source, 0)
        node = self._either()
        if self._next.sort != "end":
            raise self._surprise(("the end, && or ||", "结尾、&& 或 ||"), ["&&", "||"])
        return node

    def _either(self) -> Node:
        return self._chain(self._both, "||", Or)

    def _both(self) -> Node:
        return self._chain(self._relation, "&&", And)

    def _chain(self, part: Callable[[], Node], sign: str, sort: type[And] | type[Or]) -> Node:
        start = self._next.start
        parts = [part()]
        while self._sees(sign):
            self._take()
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        flat = [one for each in parts for one in (each.of if isinstance(each, sort) else (each,))]
        return self._made(sort(tuple(flat)), start)

    def _relation(self) -> Node:
        start = self._next.start
        left = self._sum()
        token = self._next
        if self._sees(*_RELATIONS) or (token.sort, token.value) == ("name", "in"):
            sign = cast(Sign, self._take().value)
            return self._made(Compare(sign, left, self._sum()), start)
        return left

    def _sum(self) -> Node:
        return self._arithmetic(self._product, "+", "-")

    def _product(self) -> Node:
        return self._arithmetic(self._signed, "*")

    def _arithmetic(self, part: Callable[[], Node], *signs: str) -> Node:
        start = self._next.start
        left = part()
        while self._sees(*signs):
            sign = cast(Literal["+", "-", "*"], self._take().value)
            left = self._made(Arithmetic(sign, left, part()), start)
        return left

    def _signed(self) -> Node:
        if not self._sees("!", "-"):
            return self._dotted()
        token = self._take()
        self._deeper(token)
        sort: type[Not] | type[Negative] = Not if token.value == "!" else Negative
        node = self._made(sort(self._signed()), token.start)
        self._nesting -= 1
        return node

    def _dotted(self) -> Node:
        start = self._next.start
        node = self._single()
        while self._sees("."):
            self._take()
            if self._next.sort != "name":
                raise self._surprise(("a name", "名称"), [])
            name = self._take().value
            if self._sees("("):
                node = self._made(Method(node, name, self._arguments(")")), start)
            else:
                node = self._made(Select(node, name), start)
        return node

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        """What stands between brackets; the opening one comes next."""
        self._deeper(self._take())
        found: list[Node] = []
        while not self._sees(closing):
            found.append(self._either())
            if not self._sees(closing):
                self._expect(",")
        self._take()
        self._nesting -= 1
        return tuple(found)

    def _single(self) -> Node:
        token = self._next
        match token.sort, token.value:
            case "number", value:
                self._take()
                return self._made(Fraction(value) if "." in value else Whole(int(value)), token.start)
            case "text", value:
                self._take()
                return self._made(Text(value), token.start)
            case "name", ("true" | "false") as value:
                self._take()
                return self._made(Truth(value == "true"), token.start)
            case "name", value if value in RESERVED:
                raise refusal("reserved", self.source, token.start, found=value)
            case "name", value:
                self._take()
                if self._sees("("):
                    return self._made(Call(value, self._arguments(")")), token.start)
                return self._made(Name(value), token.start)
            case "sign", "[":
                return self._made(Items(self._arguments("]")), token.start)
            case "sign", "(":
                return self._bracketed()
        raise self._surprise(("a value", "一个值"), [])

    def _bracketed(self) -> Node:
        self._deeper(self._take())
        node = self._either()
        self._expect(")")
        self._nesting -= 1
        return node
