"""Conditions: one language for earning rules, segments, journeys and the guard; typed, checked at save, explained."""

from .compiling import Rule, Traced, compiled, traced
from .explaining import Explanation, Part, Shape, Verdict, explain
from .fields import Sort
from .looking import Looks, looks
from .model import Condition, RuleInvalid, RuleTooComplex, RuleTooExpensive, Scope
from .offering import Offer, Offered, OfferedRows, offer
from .printing import quoted
from .reaching import CountTooSlow, Reach, reach
from .reading import from_tree, parse, spelled
from .sentences import sentence
from .sheet import AnyChip, Chip, Locked, OverRows, Row, Sheet, from_sheet, sheet
from .sql import as_sql
from .store import members
from .subjects import activity, counted, counters, event
from .vocabulary import Vocabulary, Word, event_fields

__all__ = [
    "AnyChip",
    "Chip",
    "Condition",
    "CountTooSlow",
    "Explanation",
    "Locked",
    "Looks",
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
    "counters",
    "event",
    "event_fields",
    "explain",
    "from_sheet",
    "from_tree",
    "looks",
    "members",
    "offer",
    "parse",
    "quoted",
    "reach",
    "sentence",
    "sheet",
    "spelled",
    "traced",
]
