"""Guard: rules that watch for abuse, whom they found, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from regulars.kit.errors import Kind, Refusal


class Mode(StrEnum):
    """Whether a rule looks at all, and whether what it finds has consequences."""

    OFF = "off"
    WATCH = "watch"
    LIVE = "live"


class Verdict(StrEnum):
    """What happens to whom a live rule finds, from mild to strong.

    NOTE: a case, nothing else. CHALLENGE: nothing is spent until the member showed who they are. HOLD: nothing is spent
    until a person decided. REFUSE: the membership is frozen until a person decided.
    """

    NOTE = "note"
    CHALLENGE = "challenge"
    HOLD = "hold"
    REFUSE = "refuse"


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is watched. `rule_id` 0 is a new one. `params` are the numbers of its type."""

    program_id: int
    rule_id: int
    type: str
    params: Mapping[str, int]
    mode: Mode = Mode.WATCH
    verdict: Verdict = Verdict.NOTE
    saved_at: datetime | None = None
    saved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A member whom a rule finds: what it measured, and what it saw."""

    member_id: UUID
    measured: int
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """A spending that is to be judged before it happens, or that happened: points at a moment."""

    member_id: UUID
    points: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Whom a rule found. `measured` is what the rule compares with its threshold."""

    member_id: UUID
    case_id: UUID
    rule_id: int
    type: str
    verdict: Verdict
    state: State
    measured: int
    evidence: Mapping[str, Any]
    found_at: datetime
    decided_at: datetime | None
    decided_by: str
    decided_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a rule has done: cases by state, and the threshold that its decided cases speak for (None: too few)."""

    open: int
    confirmed: int
    released: int
    advised: int | None

    @property
    def precision(self) -> float | None:
        """The share of decided cases that were abuse; None before any was decided."""
        decided = self.confirmed + self.released
        return self.confirmed / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a rule would have found on past days: members newly found each day, and how earlier decisions saw them."""

    days: tuple[tuple[date, int], ...]
    members: int
    confirmed_before: int
    released_before: int
    examples: tuple[Hit, ...]


class GuardRuleInvalid(Refusal):
    """A rule of no known type, or with numbers out of range."""

    code = "guard-rule-invalid"


class GuardCaseNotFound(Refusal):
    """There is no such case or rule."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class CaseDecided(Refusal):
    """Somebody else decided this case; that stands."""

    kind = Kind.CONFLICT
    code = "already-decided"


class UnderReview(Refusal):
    """Points of this member are not spent until a person decided. Facts: case."""

    kind = Kind.CONFLICT
    code = "under-review"
    leaves = True


class ChallengeRequired(Refusal):
    """Points of this member are not spent until they showed who they are. Facts: case."""

    kind = Kind.CONFLICT
    code = "challenge-required"
    leaves = True
