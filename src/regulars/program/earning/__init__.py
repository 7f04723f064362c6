"""Earning: rules in versions, what an order is worth under them, and why."""

from .effects import EFFECTS
from .model import Award, Occasion, Part, Rule, RuleInvalid
from .rounding import ROUNDINGS
from .rules import award, eligible_minor, in_force, spread
from .store import rules, save, versions

__all__ = [
    "EFFECTS",
    "ROUNDINGS",
    "Award",
    "Occasion",
    "Part",
    "Rule",
    "RuleInvalid",
    "award",
    "eligible_minor",
    "in_force",
    "rules",
    "save",
    "spread",
    "versions",
]
