"""The rules weighed one by one about one occasion: conditions, effects, exclusive groups, limits, caps. Pure.

Orders and events come here alike (`award`, `award_event`); a dry run listens with a `trace`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from regulars.audience import conditions

from .asking import Subject
from .counting import counted_period
from .effects import EFFECTS
from .limits import Cap, Left, Use, allowed, cut, period_start
from .model import Occasion, Part, Rule, RuleError
from .spreading import spread

Mask: TypeAlias = tuple[bool, ...] | None
"""Which order lines count for a rule; None: all of them."""
Trace: TypeAlias = Callable[[Rule, str, dict[str, Any]], None]
"""Told of every rule that gives nothing: the rule, a code, and its parameters."""


class Given(msgspec.Struct, frozen=True):
    """A part that is given, and the lines it is for."""

    rule: Rule
    part: Part
    mask: Mask


class _Held(msgspec.Struct):
    """A part that may be given, before groups and limits."""

    rule: Rule
    part: Part
    mask: Mask


class Weighing:
    """One occasion on its way through the rules."""

    def __init__(self, left: Left, caps: Sequence[Cap], trace: Trace | None) -> None:
        self.given: list[Given] = []
        self.uses: list[Use] = []
        self.errors: list[RuleError] = []
        self._left = left
        self._caps = caps
        self._trace = trace
        self._taken = 0

    def applying(self, rules: Iterable[Rule], subject: Subject | None) -> list[tuple[Rule, Mask]]:
        """The rules whose conditions hold, and the lines they are about."""
        found: list[tuple[Rule, Mask]] = []
        if subject is None:
            assert all(rule.asks is None and rule.condition is None and rule.lines is None for rule in rules)
            return [(rule, None) for rule in rules]
        activity, member, at, on = subject.activity, subject.member, subject.at, subject.on
        answers: dict[Any, Any] = {}  # by compiled condition: rules that ask the same are answered once
        for rule in rules:
            if (asks := rule.asks) is None:
                assert rule.condition is None
                found.append((rule, None))
                continue
            try:
                if (matches := asks.matches) is not None:
                    if (holds := answers.get(matches)) is None:
                        holds = answers[matches] = matches(activity, member, at, on)
                    if not holds:
                        if self._trace is not None:
                            self._miss(rule, "not.condition")
                        continue
                if (of_line := asks.line_matches) is None:
                    if asks.error:
                        self._broken(rule, "rule-invalid", asks.error)
                    else:
                        found.append((rule, None))
                    continue
                if (mask := answers.get(of_line)) is None:
                    mask = answers[of_line] = tuple([of_line(line, at, on) for line in activity["lines"]])
                if True in mask:
                    found.append((rule, mask))
                else:
                    self._miss(rule, "not.lines")
            except conditions.RuleTooExpensive as stopped:
                self._broken(rule, stopped.code, stopped.detail)
        return found

    def weigh(self, rules: Sequence[tuple[Rule, Mask]], occasion: Occasion, by_line: Sequence[int], base: int) -> int:
        """Add what these rules give, in their order; answers how many points. `base` is what the base rates gave."""
        held: list[_Held] = []
        base_by_line: Sequence[int] | None = None
        for rule, mask in rules:
            seen, points = occasion, base
            if mask is not None:
                seen = msgspec.structs.replace(occasion, eligible_minor=sum(compress(by_line, mask)))
                base_by_line = base_by_line if base_by_line is not None else spread(base, by_line)
                points = sum(compress(base_by_line, mask))
            part = EFFECTS[rule.effect].apply(rule, seen, points)
            if part is not None:
                held.append(_Held(rule, part, mask))
            elif self._trace is not None:
                self._miss(rule, *EFFECTS[rule.effect].why_not(rule, seen, points))
        if any(one.rule.group for one in held):
            held = self._exclusive(held, occasion)
        return sum([self._give(one, occasion) for one in held])

    def _exclusive(self, held: Sequence[_Held], occasion: Occasion) -> list[_Held]:
        """Of every group the one that gives, told what it stands before."""
        groups: dict[str, list[_Held]] = {}
        for one in held:
            if one.rule.group:
                groups.setdefault(one.rule.group, []).append(one)
        winners: dict[int, _Held] = {}
        for name, of in groups.items():
            best = self._winner(of, occasion)
            others = [one for one in of if one is not best]
            for one in others:
                self._miss(one.rule, "not.group", {"group": name, "other": best.rule.said})
            if others:
                beaten = [{"rule": one.rule.rule_id, "label": one.rule.said} for one in others]
                reason = {**best.part.reason, "group": name, "instead_of": beaten}
                best.part = msgspec.structs.replace(best.part, reason=reason)
            winners[id(best)] = best
        return [one for one in held if not one.rule.group or id(one) in winners]

    def _winner(self, of: Sequence[_Held], occasion: Occasion) -> _Held:
        points = [self._allowed(one, occasion)[0] for one in of]
        if any(one.rule.picks == "first" for one in of):
            return min(
                zip(of, points, strict=True),
                key=lambda pair: (not pair[1], -pair[0].rule.priority, pair[0].rule.rule_id),
            )[0]
        return max(
            zip(of, points, strict=True), key=lambda pair: (pair[1], pair[0].rule.priority, -pair[0].rule.rule_id)
        )[0]

    def _allowed(self, one: _Held, occasion: Occasion) -> tuple[int, str]:
        limits = one.rule.limits
        if limits is None:
            return one.part.points, ""
        return allowed(one.part.points, one.rule.rule_id, limits, occasion.on_date, occasion.used, self._left)

    def _give(self, one: _Held, occasion: Occasion) -> int:
        """Note the part, as far as limits and caps allow."""
        rule, part, on = one.rule, one.part, occasion.on_date
        if rule.limits is not None:
            points, why = self._allowed(one, occasion)
            if why:
                part = cut(part, points, why, rule.limits.member_points_max, rule.limits.member_period)
        for cap in self._caps:
            before = occasion.used.get((cap.rule_id, period_start(cap.period, on)), 0) + self._taken
            if (room := max(0, cap.points_max - before)) < part.points:
                part = cut(part, room, "program", cap.points_max, cap.period)
        self._taken += part.points
        period = counted_period(rule)
        is_shared = rule.limits is not None and rule.limits.budget_points_max is not None
        if part.points and (period or is_shared):
            self.uses.append(
                Use(
                    rule_id=rule.rule_id,
                    period_on=period_start(period or "order", on),
                    points=part.points,
                    of_member=period is not None,
                    of_budget=is_shared,
                )
            )
        if not part.points:
            self._miss(rule, f"not.{part.reason['limit']}", part.reason)
        self.given.append(Given(rule, part, one.mask))
        return part.points

    def finish(self, occasion: Occasion) -> None:
        """Note what the member got of the program's caps."""
        for cap in self._caps if self._taken else ():
            period_on = period_start(cap.period, occasion.on_date)
            self.uses.append(
                Use(rule_id=cap.rule_id, period_on=period_on, points=self._taken, of_member=True, of_budget=False)
            )

    def _miss(self, rule: Rule, code: str, params: Mapping[str, Any] = MappingProxyType({})) -> None:
        if self._trace is not None:
            self._trace(rule, code, dict(params))

    def _broken(self, rule: Rule, code: str, detail: str) -> None:
        self.errors.append(RuleError(rule_id=rule.rule_id, version=rule.version, code=code, detail=detail))
        self._miss(rule, "not.error", {"detail": detail})
