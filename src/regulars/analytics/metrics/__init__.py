"""Metrics: what a period earned, who came back."""

from .model import Figures, LastOrder, Period, Step
from .rules import USAGE_RATIO_MIN, is_usage_low, usage_ratio
from .store import figures, joined, last_day, last_orders, steps

__all__ = [
    "USAGE_RATIO_MIN",
    "Figures",
    "LastOrder",
    "Period",
    "Step",
    "figures",
    "is_usage_low",
    "joined",
    "last_day",
    "last_orders",
    "steps",
    "usage_ratio",
]
