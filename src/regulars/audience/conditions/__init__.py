"""Conditions: one language for earning rules, segments, journeys and the guard; typed, checked at save, explained."""

from .compiling import Rule, Traced, compiled, traced
from .explaining import Explanation, Part, Shape, Verdict, explain
from .fields import Sort
from .model import Condition, RuleInvalid, RuleTooComplex, RuleTooExpensive, Scope
from .offering import Offer, Offered, OfferedRows, offer
from .printing import quoted
from .reaching import CountTooSlow, Reach, reach
from .reading import from_tree, parse
from .sentences import sentence
from .sheet import AnyChip, Chip, Locked, OverRows, Row, Sheet, from_sheet, sheet
from .sql import as_sql
from .store import members
from .subjects import activity, counted
from .vocabulary import Vocabulary, Word

__all__ = [
    "AnyChip",
    "Chip",
    "Condition",
    "CountTooSlow",
    "Explanation",
    "Locked",
    "Offer",
    "Offered",
    "OfferedRows",
    "OverRows",
    "Part",
    "Reach",
    "Row",
    "Rule",
    "RuleInvalid",
    "RuleTooComplex",
    "RuleTooExpensive",
    "Scope",
    "Shape",
    "Sheet",
    "Sort",
    "Traced",
    "Verdict",
    "Vocabulary",
    "Word",
    "activity",
    "as_sql",
    "compiled",
    "counted",
    "explain",
    "from_sheet",
    "from_tree",
    "members",
    "offer",
    "parse",
    "quoted",
    "reach",
    "sentence",
    "sheet",
    "traced",
]
