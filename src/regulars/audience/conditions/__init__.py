"""Conditions: one language for earning rules, segments, journeys and the guard; typed, checked at save, explained."""

from .compiling import Rule, Traced, compiled, traced
from .model import Condition, RuleInvalid, RuleTooComplex, RuleTooExpensive, Scope
from .reading import from_tree, parse
from .sql import as_sql
from .vocabulary import Vocabulary, Word

__all__ = [
    "Condition",
    "Rule",
    "RuleInvalid",
    "RuleTooComplex",
    "RuleTooExpensive",
    "Scope",
    "Traced",
    "Vocabulary",
    "Word",
    "as_sql",
    "compiled",
    "from_tree",
    "parse",
    "traced",
]
