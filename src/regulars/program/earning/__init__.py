"""Earning: rules in versions, what an order is worth under them, and why."""

from .effects import EFFECTS
from .event_award import award_event, event_rules, limit_periods
from .limits import PERIODS, Left, Limits, Period, Use, Used, period_start
from .model import Award, Occasion, Part, Rule, RuleInvalid
from .periods import SPANS
from .rounding import ROUNDINGS
from .rules import award, eligible_minor, in_force, spread
from .store import rules, save, versions
from .usage import BudgetMoved, budgets, usage, use

__all__ = [
    "EFFECTS",
    "PERIODS",
    "ROUNDINGS",
    "SPANS",
    "Award",
    "BudgetMoved",
    "Left",
    "Limits",
    "Occasion",
    "Part",
    "Period",
    "Rule",
    "RuleInvalid",
    "Use",
    "Used",
    "award",
    "award_event",
    "budgets",
    "eligible_minor",
    "event_rules",
    "in_force",
    "limit_periods",
    "period_start",
    "rules",
    "save",
    "spread",
    "usage",
    "use",
    "versions",
]
