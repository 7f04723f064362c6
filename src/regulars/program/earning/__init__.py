"""Earning: rules in versions, what an order is worth under them, and why."""

from .effects import EFFECTS
from .event_award import award_event, event_rules, limit_periods
from .model import Award, Occasion, Part, Rule, RuleInvalid
from .periods import PERIODS
from .rounding import ROUNDINGS
from .rules import award, eligible_minor, in_force, spread
from .store import rules, save, versions

__all__ = [
    "EFFECTS",
    "PERIODS",
    "ROUNDINGS",
    "Award",
    "Occasion",
    "Part",
    "Rule",
    "RuleInvalid",
    "award",
    "award_event",
    "eligible_minor",
    "event_rules",
    "in_force",
    "limit_periods",
    "rules",
    "save",
    "spread",
    "versions",
]
