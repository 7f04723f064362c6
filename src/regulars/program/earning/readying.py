"""Rules made ready to be weighed: their conditions compiled, and what must be known of members first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .asking import Needs, Spoken, asks, needs
from .checking import scope_of
from .effects import EFFECTS
from .model import Rule


def ready(rules: Iterable[Rule], spoken: Callable[[Rule], Spoken]) -> list[Rule]:
    """The rules with what they ask; `spoken` gives the vocabulary of a rule that asks something."""
    return [
        replace(rule, asks=asks(rule.condition, rule.lines, scope=scope_of(rule.effect), spoken=spoken(rule)))
        if rule.condition is not None or rule.lines is not None
        else rule
        for rule in rules
    ]


def needed(rules: Sequence[Rule]) -> Needs:
    """What must be read of members before these rules can be weighed."""
    periods = [rule.params["per"] for rule in rules if EFFECTS[rule.effect].COUNTS_DAYS]
    return needs(
        [rule.asks for rule in rules if rule.asks is not None],
        counts_days=any(per != "order" for per in periods),
        counts_ever="ever" in periods,
    )
