"""Value: whether what a program promises is worth having, told before it goes live."""

from .model import Finding, Habits, Level, Promise
from .rules import lint, promised_percent, worst
from .store import habits, promise
from .words import CODES, Words, words

__all__ = [
    "CODES",
    "Finding",
    "Habits",
    "Level",
    "Promise",
    "Words",
    "habits",
    "lint",
    "promise",
    "promised_percent",
    "words",
    "worst",
]
