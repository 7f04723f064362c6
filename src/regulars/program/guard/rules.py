"""What a rule may say, which verdict holds, and what decided cases teach."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from regulars.kit.errors import Flaw

from .model import Case, GuardRuleInvalid, Rule, State, Verdict
from .types import TYPES

TAUGHT_MIN: Final = 5
"""So many decided cases it takes before they say anything about a threshold."""
REOPEN_DAYS: Final = 30
STOPPING: Final = (Verdict.CHALLENGE, Verdict.HOLD)
"""Verdicts that stop spending; REFUSE freezes the membership, which stops everything."""


def check(rule: Rule) -> None:
    """Refuse a rule that makes no sense.

    Raises:
        GuardRuleInvalid: its type is not known, or a number is missing, unknown or out of range.
    """
    kind = TYPES.get(rule.type)
    if kind is None:
        raise GuardRuleInvalid(f"There is no type of rule {rule.type}; there are: {', '.join(TYPES)}.")
    flaws = [
        Flaw(pointer=f"/params/{name}", code="guard-rule-invalid", detail=f"from {least} to {most}")
        for name, (_, least, most) in kind.PARAMS.items()
        if not isinstance(rule.params.get(name), int) or not least <= rule.params[name] <= most
    ]
    flaws += [
        Flaw(pointer=f"/params/{name}", code="guard-rule-invalid", detail="not a number of this type")
        for name in rule.params.keys() - kind.PARAMS.keys()
    ]
    if flaws:
        raise GuardRuleInvalid("The numbers of this rule do not fit its type.", flaws=flaws)


def sentence(rule: Rule, language: str) -> str:
    """What the rule watches for, in words."""
    return TYPES[rule.type].MEANS[language].format(**rule.params)


def since(rule: Rule, at: datetime) -> datetime:
    """How far back the rule looks."""
    name, hours = TYPES[rule.type].SPAN
    return at - timedelta(hours=rule.params[name] * hours)


def asked(rule: Rule) -> Mapping[str, Any]:
    """The numbers of a rule as its statement takes them."""
    kind = TYPES[rule.type]
    return {
        "threshold": rule.params[kind.THRESHOLD],
        "share": rule.params.get("share", 0),
        "span": timedelta(hours=rule.params[kind.SPAN[0]] * kind.SPAN[1]),
    }


def strongest(cases: Iterable[Case]) -> Case | None:
    """The open case whose verdict stops most."""
    order = list(Verdict)
    stopping = [one for one in cases if one.state is State.OPEN and one.verdict in STOPPING]
    return max(stopping, key=lambda one: order.index(one.verdict), default=None)


def advised(decided: Iterable[tuple[int, bool]], now: int) -> int | None:
    """The threshold that would have kept most of the abuse with least of the others; None when that is what it is, or
    too few cases were decided.

    `decided` is what was measured of each case and whether it was abuse. Of thresholds that do equally well the
    lowest is taken, and never one below `now`: a rule has seen nothing there.
    """
    seen = list(decided)
    if len(seen) < TAUGHT_MIN:
        return None
    options = sorted({now, *(measured for measured, _ in seen if measured > now)})

    def worth(threshold: int) -> int:
        return sum(1 if is_abuse else -1 for measured, is_abuse in seen if measured >= threshold)

    best = max(options, key=lambda threshold: (worth(threshold), -threshold))
    return best if best != now else None
