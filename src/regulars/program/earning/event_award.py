"""What an event earns: the rules about its type, and the limit that stands in the way. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from .effects import EFFECTS
from .limits import Left, Use, Used, limit, why_limited
from .model import Award, Occasion, Part, Rule


def event_rules(rules: Sequence[Rule], event_type: str) -> list[Rule]:
    """Of rules that are in force, those that give points for events of a type."""
    return [rule for rule in rules if rule.effect == "event_points" and rule.params["event"] == event_type]


def limit_periods(rules: Sequence[Rule], event_type: str) -> list[str]:
    """The periods in which rules limit rewards for a type: what `award_event` has to be told of."""
    return sorted({rule.params["per"] for rule in event_rules(rules, event_type) if rule.params["limit"] is not None})


def award_event(
    event_type: str,
    event_name: Mapping[str, str],
    rules: Sequence[Rule],
    *,
    on: date,
    birth_on: date | None,
    tier_name: Any,
    tier_factor: float,
    rewarded: Mapping[str, int],
    used: Used = MappingProxyType({}),
    left: Left = MappingProxyType({}),
) -> Award:
    """What an event earns under rules that are in force, and why; factors multiply purchases, not events.

    `rewarded` tells, for each period of `limit_periods`, how many events of the type already earned points in it;
    `used` and `left` are of rules that limit points.
    """
    occasion = Occasion(
        eligible_minor=0,
        on_date=on,
        birth_on=birth_on,
        tier_name=tier_name,
        tier_factor=tier_factor,
        event_type=event_type,
        rewarded=rewarded,
    )
    parts: list[Part] = []
    uses: list[Use] = []
    for rule in rules:
        part = EFFECTS[rule.effect].apply(rule, occasion, 0)
        if part is not None:
            if rule.limits is not None:
                part, use = limit(part, rule.rule_id, rule.limits, on, used, left)
                uses += [use] if use else []
            parts.append(part)
    points = sum(part.points for part in parts)
    return Award(
        points=points,
        parts=tuple(parts),
        eligible_minor=0,
        line_eligible_minor=(),
        line_points=(),
        none=None if points else _why_none(event_rules(rules, event_type), event_name, parts),
        uses=tuple(uses),
    )


def _why_none(
    rules: Sequence[Rule], event_name: Mapping[str, str], parts: Sequence[Part]
) -> tuple[str, dict[str, Any]]:
    """Without a rule: that; else what limited its points, or the widest limit, which is the last to end."""
    if cut := why_limited(parts):
        return cut
    if not rules:
        return "none.event", {"event": dict(event_name)}
    widest = max(rules, key=lambda rule: _WIDTH.index(rule.params["per"]))
    return f"none.limit_{widest.params['per']}", {"limit": widest.params["limit"], "event": dict(event_name)}


_WIDTH = ("day", "week", "month", "ever")
