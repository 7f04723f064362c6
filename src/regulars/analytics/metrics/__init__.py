"""Metrics: what a period earned, who came back."""

from .model import Figures, LastOrder, Period, Step
from .store import figures, last_orders, steps

__all__ = ["Figures", "LastOrder", "Period", "Step", "figures", "last_orders", "steps"]
