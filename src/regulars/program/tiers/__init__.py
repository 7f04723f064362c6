"""Tiers: ranks by spend, points or orders in a rolling window; up at once, down only at a review."""

from .model import Holding, Ladder, LadderInvalid, Metric, Move, Progress, Tally, Tier
from .rules import check, progress, reached, reassess, review_day, tier_for, window_start
from .store import (
    add_tallies,
    due,
    headcount,
    hold,
    holdings,
    ladder,
    moves,
    reaching,
    save,
    standing,
    tallies,
)

__all__ = [
    "Holding",
    "Ladder",
    "LadderInvalid",
    "Metric",
    "Move",
    "Progress",
    "Tally",
    "Tier",
    "add_tallies",
    "check",
    "due",
    "headcount",
    "hold",
    "holdings",
    "ladder",
    "moves",
    "progress",
    "reached",
    "reaching",
    "reassess",
    "review_day",
    "save",
    "standing",
    "tallies",
    "tier_for",
    "window_start",
]
