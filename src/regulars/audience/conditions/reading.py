"""The way in: a rule as text, or as the JSON tree it was stored as, becomes a checked condition."""

from typing import Any

import msgspec

from .checker import check
from .messages import refusal, too_complex
from .model import DEPTH_MAX, NODES_MAX, Condition, Scope
from .parser import parse as parse_text
from .printing import printed
from .tree import Node, walk
from .tree import from_tree as node_from_tree
from .vocabulary import Vocabulary


def parse(text: str, *, scope: Scope, vocabulary: Vocabulary) -> Condition:
    """The condition a text stands for.

    Raises:
        RuleInvalid: it cannot be read or makes no sense; the facts say where and what was probably meant.
        RuleTooComplex: it is longer, deeper or larger than rules may be.
        RuleTooExpensive: one evaluation could take too many steps.
    """
    tree, spans = parse_text(text)
    test = check(text, tree, spans, scope, vocabulary)
    spelled = printed(tree)
    if spelled != text:
        again, spans = parse_text(spelled)
        if again != tree:
            raise refusal("tree-differs", text, 0)
        test = check(spelled, again, spans, scope, vocabulary)
    return Condition(text=spelled, syntax=tree, test=test, scope=scope, vocabulary=vocabulary)


def from_tree(tree: Any, *, scope: Scope, vocabulary: Vocabulary) -> Condition:
    """The condition a JSON tree stands for; it must be in canonical form, as `Condition.tree` gives it.

    Raises:
        RuleInvalid: it is no tree, not canonical, or makes no sense.
        RuleTooComplex: it is deeper or larger than rules may be.
        RuleTooExpensive: one evaluation could take too many steps.
    """
    try:
        node = node_from_tree(tree)
    except msgspec.ValidationError as wrong:
        raise refusal("tree-form", "", 0, found=str(wrong)) from None
    except RecursionError:
        raise too_complex("too-deep", "", 0, DEPTH_MAX) from None
    _check_size(node)
    condition = parse(printed(node), scope=scope, vocabulary=vocabulary)
    if condition.syntax != node:
        raise refusal("tree-differs", condition.text, 0)
    return condition


def spelled(tree: Any) -> str:
    """The text of a tree that was stored, whether or not what it names is still there.

    Raises:
        RuleInvalid: it is no tree.
    """
    try:
        return printed(node_from_tree(tree))
    except msgspec.ValidationError as wrong:
        raise refusal("tree-form", "", 0, found=str(wrong)) from None


def _check_size(node: Node) -> None:
    """Before anything walks the tree by recursion."""
    for count, (_, depth) in enumerate(walk(node), 1):
        if count > NODES_MAX:
            raise too_complex("too-large", "", 0, NODES_MAX)
        if depth > DEPTH_MAX:
            raise too_complex("too-deep", "", 0, DEPTH_MAX)
