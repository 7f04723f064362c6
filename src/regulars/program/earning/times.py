"""Which version of a rule decides about a moment. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

from .model import Rule, State

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
Standing: TypeAlias = Literal["draft", "scheduled", "live", "paused", "retired", "ended"]


def deciding(versions: Iterable[Rule], at: datetime) -> list[Rule]:
    """Of all versions of all rules, those that decide about what happened at that moment; drafts never do."""
    found: dict[int, Rule] = {}
    for rule in versions:
        if rule.state is State.DRAFT or (rule.effective_at is not None and rule.effective_at > at):
            continue
        if rule.rule_id not in found or found[rule.rule_id].version < rule.version:
            found[rule.rule_id] = rule
    return list(found.values())


class Timeline:
    """All versions of a program's rules, and those that decide about a moment, found once for each stretch of time."""

    def __init__(self, versions: Sequence[Rule]) -> None:
        self.versions = tuple(rule for rule in versions if rule.state is not State.DRAFT)
        self._turns = sorted({rule.effective_at for rule in self.versions if rule.effective_at is not None})
        self._found: dict[int, list[Rule]] = {}

    def stretch(self, at: datetime) -> int:
        """The number of the stretch that a moment lies in; between two changes it is the same."""
        return bisect_right(self._turns, at)

    def deciding(self, stretch: int) -> list[Rule]:
        """The versions that decide in a stretch."""
        if stretch not in self._found:
            until = self._turns[stretch - 1] if stretch else EARLIEST
            self._found[stretch] = deciding(self.versions, until)
        return self._found[stretch]


def standing(versions: Sequence[Rule], at: datetime, today: date) -> Standing:
    """What a rule is now, by all its versions: what decides now, or else what will."""
    found = deciding(versions, at)
    if not found:
        return "draft" if all(rule.state is State.DRAFT for rule in versions) else "scheduled"
    (rule,) = found
    match rule.state:
        case State.PAUSED:
            return "paused"
        case State.RETIRED:
            return "retired"
    if rule.starts_on is not None and today < rule.starts_on:
        return "scheduled"
    return "ended" if rule.ends_on is not None and rule.ends_on < today else "live"
