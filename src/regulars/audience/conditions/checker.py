"""From syntax to meaning: names become fields, words are looked up, money is scaled, times are folded.

A rule that passes cannot fail when it runs.
"""

from collections.abc import Mapping
from typing import Any

from .checked import (
    Always,
    Clock,
    Comparison,
    Constant,
    Either,
    Elapsed,
    Every,
    Membership,
    Opposite,
    Presence,
    Quantifier,
    Read,
    Rows,
    Sign,
    Span,
    Test,
    TextTest,
    Value,
)
from .fields import SORT_NAMES, Sort
from .messages import nearest
from .model import RuleInvalid, Scope
from .names import Names
from .tree import And, Call, Compare, Items, Method, Node, Not, Or, Text, Truth
from .values import Values
from .vocabulary import Vocabulary

FLIPPED: Mapping[Sign, Sign] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERED = (Sort.NUMBER, Sort.MONEY, Sort.DAY, Sort.INSTANT)
_TEXT_TESTS = ("startsWith", "endsWith", "contains")


def check(source: str, tree: Node, spans: Mapping[int, Span], scope: Scope, vocabulary: Vocabulary) -> Test:
    """What the rule means.

    Raises:
        RuleInvalid: a name, word or type does not fit; it says where and what was probably meant.
    """
    names = Names(source, spans, scope, vocabulary)
    return _Checker(names).test(tree)


class _Checker:
    """Tests; the values inside them are read by `Values`."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.values = Values(names, self.test)

    def test(self, node: Node) -> Test:
        """A node that must be a condition."""
        span = self.names.span(node)
        match node:
            case Truth(value):
                return Always(span=span, value=value)
            case And(of):
                return Every(span=span, of=tuple(map(self.test, of)))
            case Or(of):
                return Either(span=span, of=tuple(map(self.test, of)))
            case Not(of):
                return Opposite(span=span, of=self.test(of))
            case Compare("in", left, right):
                return self._membership(span, left, right)
            case Compare(("==" | "!=" | "<" | "<=" | ">" | ">=") as sign, left, right):
                return self._comparison(node, sign, left, right)
            case Call("has", of):
                return self._presence(span, node, of)
            case Method(on, name, of) if name in ("exists", "all"):
                rows, body = self.values.loop(node, on, name, of)
                return Quantifier(span=span, kind="exists" if name == "exists" else "all", rows=rows, body=body)
            case Method(on, name, of) if name in _TEXT_TESTS:
                return self._text_test(node, on, name, of)
        raise self._no_condition(node)

    def _no_condition(self, node: Node) -> RuleInvalid:
        found = self.values.read(node)
        if isinstance(found, Rows):
            return self.names.wrong("rows-alone", node)
        return self.names.wrong("not-truth", node, sort=SORT_NAMES[found.sort])

    def _presence(self, span: Span, node: Node, of: tuple[Node, ...]) -> Test:
        asked = self.values.read(of[0]) if len(of) == 1 else None
        if not isinstance(asked, Read):
            raise self.names.wrong("has-field", node)
        return Presence(span=span, of=asked)

    def _text_test(self, node: Node, on: Node, name: str, of: tuple[Node, ...]) -> Test:
        value = self.values.read(on)
        stored_as_text = isinstance(value, Read) and all(
            isinstance(word.stored, str) for word in self.names.vocabulary.listed(value.field.words) or ()
        )
        if value.sort is not Sort.TEXT or not stored_as_text:
            raise self.names.wrong("unknown-method", node, found=name, sort=SORT_NAMES[value.sort])
        if len(of) != 1 or not isinstance(of[0], Text) or not of[0].value:
            raise self.names.wrong("text-fixed", node, found=name)
        kind: Any = name
        return TextTest(span=self.names.span(node), kind=kind, of=value, text=of[0].value)

    def _membership(self, span: Span, left: Node, right: Node) -> Test:
        value = self.values.read(left)
        if not isinstance(right, Items):
            raise self.names.wrong("in-list", right)
        if not right.of:
            raise self.names.wrong("list-values", right)
        if isinstance(value, Constant):
            raise self.names.wrong("always-same", left)
        if value.sort not in (Sort.TEXT, *_ORDERED):
            raise self._unlike(left, "in", value.sort, Sort.LIST)
        among = []
        for one in right.of:
            constant = self._fitted(one, self.values.read(one), value)
            if not isinstance(constant, Constant):
                raise self.names.wrong("list-values", one)
            if constant.sort is not value.sort:
                raise self._unlike(one, "in", value.sort, constant.sort)
            among.append(constant)
        return Membership(span=span, of=value, among=tuple(among))

    def _comparison(self, node: Node, sign: Sign, left_node: Node, right_node: Node) -> Test:
        span = self.names.span(node)
        left, right = self.values.read(left_node), self.values.read(right_node)
        left, right = self._fitted(left_node, left, right), self._fitted(right_node, right, left)
        if all(isinstance(one, Constant) for one in (left, right)) or all(
            isinstance(one, Clock) for one in (left, right)
        ):
            raise self.names.wrong("always-same", node)
        if Sort.SPAN in (left.sort, right.sort):
            return self._elapsed(node, span, sign, left, right)
        if {left.sort, right.sort} == {Sort.DAY, Sort.INSTANT}:
            raise self.names.wrong("day-instant", node)
        is_fit = left.sort is right.sort and (
            left.sort in _ORDERED or (left.sort is Sort.TEXT and sign in ("==", "!="))
        )
        if not is_fit or not self._same_words(left, right):
            raise self._unlike(node, sign, left.sort, right.sort)
        if isinstance(left, Constant) or (isinstance(left, Clock) and not isinstance(right, Constant)):
            left, right, sign = right, left, FLIPPED[sign]
        return Comparison(span=span, sign=sign, left=left, right=right)

    def _same_words(self, left: Value, right: Value) -> bool:
        """Fields of different closed vocabularies are never equal; of open ones they are texts."""
        lists = [one.field.words for one in (left, right) if isinstance(one, Read)]
        closed = [name if self.names.vocabulary.listed(name) is not None else "" for name in lists]
        return len(closed) < 2 or closed[0] == closed[1]

    def _elapsed(self, node: Node, span: Span, sign: Sign, left: Value, right: Value) -> Test:
        """`now - x > days(90)` becomes `x < now - days(90)`, which an index can answer."""
        if isinstance(left, Constant):
            left, right, sign = right, left, FLIPPED[sign]
        if not isinstance(left, Elapsed) or not isinstance(right, Constant) or right.sort is not Sort.SPAN:
            raise self.names.wrong("elapsed", node)
        length: Any = right.value
        if left.later.sort is Sort.DAY and length.seconds:
            raise self.names.wrong("elapsed-days", node)
        later, earlier = left.later, left.earlier
        if isinstance(later, Clock):
            moved = self.values.moved(node, later, -length, right.span)
            return Comparison(span=span, sign=FLIPPED[sign], left=earlier, right=moved)
        if isinstance(earlier, Clock):
            moved = self.values.moved(node, earlier, length, right.span)
            return Comparison(span=span, sign=sign, left=later, right=moved)
        return Comparison(span=span, sign=sign, left=left, right=right)

    def _fitted(self, node: Node, value: Value, other: Value) -> Value:
        """A fixed number beside money becomes minor units; a fixed text beside a word must be one of its list."""
        if not isinstance(value, Constant):
            return value
        if other.sort is Sort.MONEY and value.sort in (Sort.NUMBER, Sort.DECIMAL):
            return self.values.as_money(node, value)
        if value.sort is Sort.DECIMAL:
            raise self.names.wrong("decimal-plain", node)
        if isinstance(other, Read) and other.sort is Sort.TEXT and value.sort is Sort.TEXT:
            return self._word(node, value, other)
        return value

    def _word(self, node: Node, value: Constant, read: Read) -> Constant:
        words = self.names.vocabulary.listed(read.field.words)
        if words is None:
            return value
        of = self.names.source[slice(*read.span)]
        if not words:
            raise self.names.wrong("no-words", node, of=of)
        known = {word.code: tuple(word.label.values()) for word in words}
        written = str(value.value)
        if written not in known:
            meant = nearest(written, known)
            raise self.names.wrong("unknown-word", node, suggestion=meant, expected=known, found=written, of=of)
        return Constant(span=value.span, sort=value.sort, value=value.value, words=read.field.words)

    def _unlike(self, node: Node, sign: str, left: Sort, right: Sort) -> RuleInvalid:
        return self.names.wrong("compare", node, left=SORT_NAMES[left], right=SORT_NAMES[right], sign=sign)
