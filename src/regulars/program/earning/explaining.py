"""What each rule did to an order, and why the others did nothing. Pure: it asks the real `award` and listens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from regulars.audience import conditions
from regulars.kit.text import Language

from .asking import Subject
from .checking import scope_of
from .model import Award, Part, Rule, State
from .rules import in_force
from .weighing import Trace

Awarding = Callable[[Sequence[Rule], Trace], Award]
"""The award of an order under rules in force, told of every rule that gives nothing."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """One rule about one order. Either a `part` with points, or a code why there is none, with its parameters.

    `condition` tells every atom with its answer; `lines` are the places of the order lines that count for it.
    """

    rule: Rule
    part: Part | None
    code: str
    params: Mapping[str, Any]
    condition: conditions.Explanation | None = None
    lines: tuple[int, ...] | None = None

    @property
    def points(self) -> int:
        """What it gives."""
        return self.part.points if self.part else 0


def explain(
    rules: Sequence[Rule],
    awarding: Awarding,
    subject: Subject | None,
    *,
    on: date,
    admitted: Callable[[Rule], bool],
    language: Language,
) -> tuple[Award, list[Weighed]]:
    """The award of an order under these rules of one wallet, and what each of them did, in the order they apply; first
    those that gave, or might have.

    `admitted`: whether the rule's campaign gives to the member; `subject` is needed where a rule asks something.
    """
    out = {id(rule): code for rule in rules if (code := _out(rule, on, admitted))}
    asked = in_force([rule for rule in rules if id(rule) not in out], on)
    missed: dict[int, tuple[str, Mapping[str, Any]]] = {}
    award = awarding(asked, lambda rule, code, params: missed.update({id(rule): (code, params)}))
    given = {(part.reason["rule"], part.reason["version"]): part for part in award.parts if part.points}
    found = []
    for rule in [*asked, *(rule for rule in rules if id(rule) in out)]:
        part = given.get((rule.rule_id, rule.version))
        code, params = missed.get(id(rule), (out.get(id(rule), ""), {}))
        found.append(
            Weighed(
                rule=rule,
                part=part,
                code=part.reason["code"] if part else code,
                params=part.reason if part else params,
                condition=_condition(rule, subject, language),
                lines=_lines(rule, subject),
            )
        )
    return award, found


def _out(rule: Rule, on: date, admitted: Callable[[Rule], bool]) -> str:
    """Why a rule is not asked at all."""
    if rule.state is not State.LIVE:
        return f"not.{rule.state}"
    if scope_of(rule.effect) is conditions.Scope.EVENT:
        return "not.purchase"
    if rule.starts_on is not None and on < rule.starts_on:
        return "not.scheduled"
    if rule.ends_on is not None and rule.ends_on < on:
        return "not.ended"
    return "" if admitted(rule) else "not.campaign"


def _condition(rule: Rule, subject: Subject | None, language: Language) -> conditions.Explanation | None:
    condition = rule.asks.condition if rule.asks else None
    if condition is None or subject is None or condition.scope is not conditions.Scope.EARNING:
        return None
    told = {"activity": subject.activity, "member": subject.member, "now": subject.at, "today": subject.on}
    return conditions.explain(condition, told, language=language)


def _lines(rule: Rule, subject: Subject | None) -> tuple[int, ...] | None:
    if rule.asks is None or rule.asks.line_matches is None or subject is None:
        return None
    matches = rule.asks.line_matches
    rows = enumerate(subject.activity["lines"])
    return tuple(place for place, line in rows if matches(line, subject.at, subject.on))
