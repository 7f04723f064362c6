"""What callers send and read about the guard, with the examples of the documentation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from .asked import Asked
from .samples import Sample
from .tells import Day, Tells

TypeName = Literal["velocity", "refunds", "loop", "gifts", "dormant", "contact_change"]
ModeName = Literal["off", "watch", "live"]
VerdictName = Literal["note", "challenge", "hold", "refuse"]
Numbers = Annotated[Mapping[str, int], Meta(description="The numbers of its type.")]


class GuardRuleAsked(Asked):
    """A rule; without `rule_id` a new one."""

    type: TypeName
    params: Numbers
    mode: Annotated[ModeName, Meta(description="watch opens cases without consequences.")] = "watch"
    verdict: Annotated[VerdictName, Meta(description="What happens to whom a live rule finds.")] = "note"
    rule_id: int = 0


class GuardRuleTold(Tells):
    """A rule, in numbers and in words, and how it has done."""

    rule_id: int
    type: TypeName
    params: Mapping[str, int]
    mode: ModeName
    verdict: VerdictName
    text: Mapping[str, str]
    open: int
    confirmed: int
    released: int
    precision: Annotated[float | None, Meta(description="The share of decided cases that were abuse.")]
    advised: Annotated[int | None, Meta(description="The threshold its decisions speak for; null: as it is.")]


class GuardRulesTold(Tells):
    """All rules, and the types there are with default, least and most of each number."""

    rules: list[GuardRuleTold]
    types: Mapping[str, Mapping[str, list[int]]]


class CaseTold(Tells):
    """Whom a rule found, with what it saw."""

    case: str
    member_id: str
    rule_id: int
    type: TypeName
    verdict: VerdictName
    state: Literal["open", "confirmed", "released"]
    measured: int
    evidence: dict[str, Any]
    found_at: str
    decided_at: str | None
    decided_by: str
    reason: str


class CasesTold(Tells):
    """Cases, newest first."""

    cases: list[CaseTold]


class DecisionAsked(Asked):
    """What a person decided."""

    is_abuse: bool
    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    freezes: Annotated[bool, Meta(description="Freeze the membership of a confirmed case.")] = False


class ReopenAsked(Asked):
    """Nothing more is asked."""


class PassedAsked(Asked):
    """How the member showed who they are."""

    how: Annotated[str, Meta(min_length=1, max_length=200, description="A code to the old phone, a document.")]


class BacktestAsked(Asked):
    """A draft on the last days."""

    type: TypeName
    params: Numbers
    days: Annotated[int, Meta(ge=1, le=90)] = 30


class BacktestDayTold(Tells):
    """Members newly found that day."""

    on: Day
    members: int


class BacktestTold(Tells):
    """What a draft would have found, and how those members were decided on before."""

    members: int
    confirmed_before: int
    released_before: int
    days: list[BacktestDayTold]
    examples: list[dict[str, Any]]


_MEMBER = "0198a2f4-6c1e-7c3a-9a52-3f1d2b7c8e90"
_CASE = "0198a2f4-7000-7c3a-9a52-3f1d2b7c8e91"
GUARD_RULE: Sample = {"type": "velocity", "params": {"orders": 5, "hours": 24}, "mode": "watch", "verdict": "hold"}
GUARD_RULE_TOLD: Sample = {
    **GUARD_RULE,
    "rule_id": 1,
    "text": {
        "en": "More than 5 orders of one member at one till within 24 hours.",
        "zh": "同一会员在同一收银台 24 小时内超过 5 单。",
    },
    "open": 1,
    "confirmed": 2,
    "released": 1,
    "precision": 0.667,
    "advised": None,
}
CASE_TOLD: Sample = {
    "case": _CASE,
    "member_id": _MEMBER,
    "rule_id": 1,
    "type": "velocity",
    "verdict": "hold",
    "state": "open",
    "measured": 9,
    "evidence": {"store": "S1", "till": "3", "orders": 9},
    "found_at": "2026-11-25T09:15:00+00:00",
    "decided_at": None,
    "decided_by": "",
    "reason": "",
}
DECISION: Sample = {"is_abuse": True, "reason": "One card for every customer at till 3", "freezes": True}
BACKTEST: Sample = {"type": "velocity", "params": {"orders": 5, "hours": 24}, "days": 30}
BACKTEST_TOLD: Sample = {
    "members": 1,
    "confirmed_before": 0,
    "released_before": 0,
    "days": [{"on": "2026-11-24", "members": 1}],
    "examples": [{"member_id": _MEMBER, "measured": 9, "evidence": {"till": "3"}}],
}
