"""What makes a rule a rule: parameters its effect knows, conditions of its scope, limits and dates that make sense."""

from dataclasses import replace
from typing import Any

from regulars.audience import conditions

from .effects import EFFECTS
from .limits import check_limits
from .model import Rule, RuleInvalid

GROUP_MAX = 40
PRIORITY_MAX = 1000
BECAUSE_MAX = 200


def scope_of(effect: str) -> conditions.Scope:
    """What the condition of a rule with this effect is asked about.

    Raises:
        RuleInvalid: there is no such effect.
    """
    if effect not in EFFECTS:
        raise RuleInvalid(f"There is no effect {effect!r}; there are {', '.join(EFFECTS)}.")
    return conditions.Scope.EVENT if EFFECTS[effect].OF_EVENTS else conditions.Scope.EARNING


def check_rule(rule: Rule, condition: conditions.Condition | None, lines: conditions.Condition | None) -> Rule:
    """The rule with all its parameters, those left out at their defaults.

    Raises:
        RuleInvalid: as said above.
    """
    scope = scope_of(rule.effect)
    params = _params(rule)
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        raise RuleInvalid("A rule cannot end before it starts.")
    try:
        check_limits(rule.limits)
    except ValueError as wrong:
        raise RuleInvalid(str(wrong)) from None
    counted = EFFECTS[rule.effect].counted(params)
    if counted and rule.limits and rule.limits.counts_by_member and rule.limits.member_period != counted:
        raise RuleInvalid(f"This rule counts per {counted}; its limit for one member holds for the same period.")
    if condition is not None and condition.scope is not scope:
        raise RuleInvalid(f"The condition of this rule is of the scope {scope}.")
    if lines is not None and lines.scope is not conditions.Scope.LINE:
        raise RuleInvalid("Which lines count is a condition of the scope line.")
    if lines is not None and (scope is conditions.Scope.EVENT or counted):
        raise RuleInvalid("Lines are of one order; a rule about events or about the spend of a period has none.")
    if len(rule.group) > GROUP_MAX or not rule.group.isprintable():
        raise RuleInvalid(f"The name of an exclusive group has at most {GROUP_MAX} characters, none of control.")
    if abs(rule.priority) > PRIORITY_MAX:
        raise RuleInvalid(f"A priority lies from -{PRIORITY_MAX} to {PRIORITY_MAX}.")
    for said in (*rule.because.values(), *rule.label.values()):
        if len(said) > BECAUSE_MAX or not said.isprintable():
            raise RuleInvalid(f"What members read has at most {BECAUSE_MAX} characters, none of control.")
    return replace(rule, params=params)


def _params(rule: Rule) -> dict[str, Any]:
    effect = EFFECTS[rule.effect]
    whole = {**effect.DEFAULTS, **rule.params}
    if unknown := set(whole) - set(effect.DEFAULTS):
        raise RuleInvalid(f"{rule.effect} does not know {', '.join(sorted(unknown))}.")
    effect.check(whole)
    return whole
