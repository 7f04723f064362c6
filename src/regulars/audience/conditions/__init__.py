"""Conditions: one language for earning rules, segments, journeys and the guard; typed, checked at save, explained."""

from .compiling import Rule, Traced, compiled, traced
from .explaining import Explanation, Part, Shape, Verdict, explain
from .model import Condition, RuleInvalid, RuleTooComplex, RuleTooExpensive, Scope
from .reading import from_tree, parse, spelled
from .sentences import sentence
from .sheet import Chip, Locked, Row, Sheet, from_sheet, sheet
from .sql import as_sql
from .store import members
from .subjects import activity, counted
from .vocabulary import Vocabulary, Word

__all__ = [
    "Chip",
    "Condition",
    "Explanation",
    "Locked",
    "Part",
    "Row",
    "Rule",
    "RuleInvalid",
    "RuleTooComplex",
    "RuleTooExpensive",
    "Scope",
    "Shape",
    "Sheet",
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
    "parse",
    "sentence",
    "sheet",
    "spelled",
    "traced",
]
