"""The twin: a draft of the program tried on the shop's own past orders, before anybody is promised anything."""

from .counting import Count
from .model import (
    Asked,
    Cancelled,
    Draft,
    Month,
    Outcome,
    RuleShare,
    State,
    TierShare,
    Trial,
    TrialInvalid,
    TrialNotFound,
)
from .readings import breakeven_uplift, cost_minor, reward_rate
from .store import ask, begin, end, progress, trial, trials, unfinished

__all__ = [
    "Asked",
    "Cancelled",
    "Count",
    "Draft",
    "Month",
    "Outcome",
    "RuleShare",
    "State",
    "TierShare",
    "Trial",
    "TrialInvalid",
    "TrialNotFound",
    "ask",
    "begin",
    "breakeven_uplift",
    "cost_minor",
    "end",
    "progress",
    "reward_rate",
    "trial",
    "trials",
    "unfinished",
]
