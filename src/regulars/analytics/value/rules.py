"""What a program's rules are worth to a member, judged. Pure.

Source: capabilities B10, B11; field study 3.9 (27): giving back 10 % burns margin, 0.5 % insults, 1 to 5 % is usual,
and the first reward should be reached in two to four purchases.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from regulars.program import earning

from .model import Finding, Habits, Level, Promise

BUYERS_MIN = 30
"""Below so many members a median says nothing."""
RULES_USUAL_MAX, RULES_MAX = 8, 15
ATOMS_USUAL_MAX, ATOMS_MAX = 16, 40
"""Single things that the conditions of all rules together ask."""
_MICROS = 1_000_000


def lint(promise: Promise, habits: Habits) -> list[Finding]:
    """Everything the lint looks at, worst first."""
    found = [check(promise, habits) for check in _CHECKS]
    found += overlaps(promise.rules)
    return sorted(found, key=lambda one: _RANK[one.level])


_RANK = {Level.BAD: 0, Level.WARN: 1, Level.UNKNOWN: 2, Level.GOOD: 3}


def promised_percent(promise: Promise) -> float:
    """The most the rules give back of 100 spent, where all their conditions are met, at the cost of a point."""
    base = times = 0.0
    for rule in promise.rules:
        if rule.effect == "earn_rate":
            base += rule.params["points"] * promise.point_micros * promise.unit / _MICROS / rule.params["per_minor"]
        elif rule.effect == "multiply":
            times += rule.params["factor"] - 1
        elif rule.effect == "bonus" and rule.params["repeats"]:
            base += rule.params["points"] * promise.point_micros * promise.unit / _MICROS / rule.params["spend_minor"]
    return 100 * base * (1 + times)


def _reward_rate(promise: Promise, habits: Habits) -> Finding:
    is_seen = habits.net_minor > 0 and habits.buyers >= BUYERS_MIN
    seen = 100 * habits.points * promise.point_micros * promise.unit / _MICROS / habits.net_minor if is_seen else None
    promised = promised_percent(promise)
    percent = max(promised, seen or 0.0)
    level = Level.GOOD
    if percent > 10 or percent == 0:
        level = Level.BAD
    elif percent > 5 or percent < 0.5:
        level = Level.WARN
    way = "high" if percent > 5 else "low" if percent < 0.5 else "fit"
    return Finding(
        code=f"reward-rate-{way}",
        level=level,
        figures={"percent": round(percent, 2), "promised_percent": round(promised, 2)},
    )


def _first_reward(promise: Promise, habits: Habits) -> Finding:
    if promise.cheapest_points is None:
        return Finding(code="no-reward", level=Level.BAD)
    if not habits.typical_points or habits.buyers < BUYERS_MIN:
        return Finding(code="first-reward-unknown", level=Level.UNKNOWN, figures={"buyers": habits.buyers})
    purchases = -(-promise.cheapest_points // habits.typical_points)
    level = Level.GOOD
    if purchases > 20:
        level = Level.BAD
    elif purchases > 6 or purchases < 2:
        level = Level.WARN
    way = "far" if purchases > 6 else "near" if purchases < 2 else "fit"
    figures = {"purchases": purchases, "points": promise.cheapest_points, "typical_points": habits.typical_points}
    return Finding(code=f"first-reward-{way}", level=level, figures=figures)


def _reach(promise: Promise, habits: Habits) -> Finding:
    if promise.cheapest_points is None or habits.buyers_in_life < BUYERS_MIN:
        return Finding(code="reach-unknown", level=Level.UNKNOWN, figures={"buyers": habits.buyers_in_life})
    percent = round(100 * habits.reaching / habits.buyers_in_life)
    level = Level.BAD if percent < 20 else Level.WARN if percent < 40 else Level.GOOD
    way = "fit" if level is Level.GOOD else "few"
    return Finding(code=f"reach-{way}", level=level, figures={"percent": percent, "points": promise.cheapest_points})


def _expiry(promise: Promise, habits: Habits) -> Finding:
    if promise.life_days is None:
        return Finding(code="expiry-never", level=Level.GOOD)
    if habits.gap_days is None or habits.gaps < BUYERS_MIN:
        return Finding(code="expiry-unknown", level=Level.UNKNOWN, figures={"days": promise.life_days})
    level = Level.GOOD
    if promise.life_days < habits.gap_days:
        level = Level.BAD
    elif promise.life_days < 3 * habits.gap_days:
        level = Level.WARN
    way = "fit" if level is Level.GOOD else "short"
    return Finding(code=f"expiry-{way}", level=level, figures={"days": promise.life_days, "gap_days": habits.gap_days})


def _complexity(promise: Promise, _: Habits) -> Finding:
    rules = len(promise.rules)
    atoms = sum(_atoms(tree) for rule in promise.rules for tree in (rule.condition, rule.lines) if tree)
    level = Level.GOOD
    if rules > RULES_MAX or atoms > ATOMS_MAX:
        level = Level.BAD
    elif rules > RULES_USUAL_MAX or atoms > ATOMS_USUAL_MAX:
        level = Level.WARN
    code = "rules-many" if level is not Level.GOOD else "rules-few"
    return Finding(code=code, level=level, figures={"rules": rules, "atoms": atoms})


def _atoms(tree: Mapping[str, Any]) -> int:
    """How many single things a condition asks: what stands between its ands, ors and nots."""
    if tree["op"] in ("and", "or"):
        return sum(_atoms(part) for part in tree["of"])
    return _atoms(tree["of"]) if tree["op"] == "not" else 1


_CHECKS: Sequence[Callable[[Promise, Habits], Finding]] = (_reward_rate, _first_reward, _reach, _expiry, _complexity)


def overlaps(rules: Sequence[earning.Rule]) -> list[Finding]:
    """Pairs of rules that pay for the same thing at the same time."""
    return [
        Finding(code="rules-overlap", level=Level.WARN, figures={"one": dict(one.label), "other": dict(other.label)})
        for one, other in combinations(rules, 2)
        if _same(one, other) and _together(one, other)
    ]


def _same(one: earning.Rule, other: earning.Rule) -> bool:
    if one.effect != other.effect or one.wallet_id != other.wallet_id or (one.group and one.group == other.group):
        return False
    if (one.condition, one.lines) != (other.condition, other.lines):
        return False
    return one.effect != "event_points" or one.params["event"] == other.params["event"]


def _together(one: earning.Rule, other: earning.Rule) -> bool:
    begins = [rule.starts_on for rule in (one, other) if rule.starts_on]
    ends = [rule.ends_on for rule in (one, other) if rule.ends_on]
    return not begins or not ends or max(begins) <= min(ends)


def worst(findings: Sequence[Finding]) -> Level:
    """The worst level among them; good when there is none."""
    return min((one.level for one in findings), key=lambda level: _RANK[level], default=Level.GOOD)
