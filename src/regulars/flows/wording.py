"""The words a program's conditions may use, for whoever has its plan."""

from regulars.audience import conditions
from regulars.records import activities

from .plan import Plan
from .vocabulary import tier_code, words_of

__all__ = ["tier_code", "vocabulary"]


def vocabulary(plan: Plan, kind: activities.EventType | None = None) -> conditions.Vocabulary:
    """What conditions of the program may say; with `kind`, those about an event of that type."""
    return plan.vocabulary if kind is None else words_of(plan.program, plan.wallet, plan.ladder, kind)
