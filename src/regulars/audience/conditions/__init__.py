"""Conditions: one language for earning rules, segments, journeys and the guard; typed, checked at save, explained."""

from .compiling import Rule, Traced, compiled, traced
from .explaining import Explanation, Part, Shape, Verdict, explain
from .looking import Looks, looks
from .model import Condition, RuleInvalid, RuleTooComplex, RuleTooExpensive, Scope
from .reading import from_tree, parse
from .sentences import sentence
from .sheet import Chip, Locked, Row, Sheet, from_sheet, sheet
from .sql import as_sql
from .store import members
from .subjects import activity, counted, counters, event
from .vocabulary import Vocabulary, Word, event_fields

__all__ = [
    "Chip",
    "Condition",
    "Explanation",
    "Locked",
    "Looks",
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
    "counters",
    "event",
    "event_fields",
    "explain",
    "from_sheet",
    "from_tree",
    "looks",
    "members",
    "parse",
    "sentence",
    "sheet",
    "traced",
]
