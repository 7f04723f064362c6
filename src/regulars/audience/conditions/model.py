"""Conditions: what they are checked against, what they become, and why one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from regulars.kit.errors import Kind, Refusal

from .checked import Test
from .tree import Node, to_tree
from .vocabulary import Vocabulary

TEXT_BYTES_MAX = 4096
NESTING_MAX = 16
DEPTH_MAX = 24
NODES_MAX = 500
ROWS_MAX = 500
COST_MAX = ROWS_MAX * NODES_MAX
"""Steps of one evaluation: every node once for each of `ROWS_MAX` rows. A loop inside a loop is always beyond it."""


class Scope(StrEnum):
    """Where a condition is asked, which decides what it may look at."""

    EARNING = "earning"
    LINE = "line"
    EVENT = "event"
    SEGMENT = "segment"
    JOURNEY = "journey"
    GUARD = "guard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A checked rule. `text` is its canonical spelling, `tree` the same as JSON, to be stored; `test` is what runs."""

    text: str
    syntax: Node
    test: Test
    scope: Scope
    vocabulary: Vocabulary

    @property
    def tree(self) -> Mapping[str, Any]:
        """The canonical form, in plain JSON values."""
        return to_tree(self.syntax)


class RuleInvalid(Refusal):
    """The rule cannot be read or makes no sense. Facts: reason, line, column, caret, zh; suggestion or expected."""

    kind = Kind.INVALID
    code = "rule-invalid"


class RuleTooComplex(RuleInvalid):
    """The rule is longer, deeper or larger than rules may be. Facts: limit."""

    code = "rule-too-complex"


class RuleTooExpensive(RuleInvalid):
    """One evaluation could take too many steps. Facts: cost and cost_max, or rows and rows_max."""

    code = "rule-too-expensive"
