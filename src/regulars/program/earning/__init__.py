"""Earning: rules in versions, what an order is worth under them, and why."""

from .asking import Asks, Needs, Spoken, Subject
from .caps import Broken, caps, errors, note_errors, save_caps
from .checking import scope_of
from .counting import is_counted
from .effects import EFFECTS
from .event_award import award_event, event_rules, limit_periods, streak_reach
from .explaining import Weighed, explain
from .limits import CAPPED, PERIODS, Cap, Left, Limits, Period, Use, Used, period_start
from .model import (
    Award,
    EffectivePast,
    Occasion,
    Part,
    Picks,
    Rule,
    RuleError,
    RuleInvalid,
    RuleNotFound,
    RuleRetired,
    State,
)
from .periods import SPANS
from .personal import PERSONAL
from .readying import needed, ready
from .rounding import ROUNDINGS
from .rules import award, eligible_minor, in_force
from .spreading import spread
from .store import change_state, drafted, history, rules, save, versions
from .times import EARLIEST, Standing, Timeline, deciding, standing
from .usage import BudgetMoved, budgets, usage, use
from .weighing import Trace

__all__ = [
    "CAPPED",
    "EARLIEST",
    "EFFECTS",
    "PERIODS",
    "PERSONAL",
    "ROUNDINGS",
    "SPANS",
    "Asks",
    "Award",
    "Broken",
    "BudgetMoved",
    "Cap",
    "EffectivePast",
    "Left",
    "Limits",
    "Needs",
    "Occasion",
    "Part",
    "Period",
    "Picks",
    "Rule",
    "RuleError",
    "RuleInvalid",
    "RuleNotFound",
    "RuleRetired",
    "Spoken",
    "Standing",
    "State",
    "Subject",
    "Timeline",
    "Trace",
    "Use",
    "Used",
    "Weighed",
    "award",
    "award_event",
    "budgets",
    "caps",
    "change_state",
    "deciding",
    "drafted",
    "eligible_minor",
    "errors",
    "event_rules",
    "explain",
    "history",
    "in_force",
    "is_counted",
    "limit_periods",
    "needed",
    "note_errors",
    "period_start",
    "ready",
    "rules",
    "save",
    "save_caps",
    "scope_of",
    "spread",
    "standing",
    "streak_reach",
    "usage",
    "use",
    "versions",
]
