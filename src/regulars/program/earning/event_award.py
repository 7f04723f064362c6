"""What an event earns: the rules about its type, and the limit that stands in the way. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from .asking import Subject
from .effects import EFFECTS
from .limits import Cap, Left, Used, why_limited
from .model import Award, Occasion, Part, Rule
from .weighing import Trace, Weighing


def event_rules(rules: Sequence[Rule], event_type: str) -> list[Rule]:
    """Of rules that are in force, those that give points for events of a type."""
    return [rule for rule in rules if EFFECTS[rule.effect].OF_EVENTS and rule.params["event"] == event_type]


def limit_periods(rules: Sequence[Rule], event_type: str) -> list[str]:
    """The periods in which rules limit rewards for a type: what `award_event` has to be told of."""
    return sorted({rule.params["per"] for rule in _counting(event_rules(rules, event_type))})


def _counting(rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.params.get("limit") is not None]


def streak_reach(rules: Sequence[Rule], event_type: str) -> int:
    """How many days in a row rules about a type look back at; 0 when none of them does."""
    return max((rule.params["days"] for rule in event_rules(rules, event_type) if rule.effect == "streak"), default=0)


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
    subject: Subject | None = None,
    caps: Sequence[Cap] = (),
    streak_days: int = 0,
    trace: Trace | None = None,
) -> Award:
    """What an event earns under rules that are in force, and why; factors multiply purchases, not events.

    `rewarded` tells, for each period of `limit_periods`, how many events of the type already earned points in it;
    `used` and `left` are of rules that limit points; `streak_days` is of `Occasion`.
    """
    occasion = Occasion(
        eligible_minor=0,
        on_date=on,
        birth_on=birth_on,
        tier_name=tier_name,
        tier_factor=tier_factor,
        event_type=event_type,
        rewarded=rewarded,
        used=used,
        streak_days=streak_days,
    )
    weighing = Weighing(left, caps, trace)
    about = event_rules(rules, event_type)
    points = weighing.weigh(weighing.applying(about, subject), occasion, (), 0)
    weighing.finish(occasion)
    parts = tuple([one.part for one in weighing.given])
    return Award(
        points=points,
        parts=parts,
        eligible_minor=0,
        line_eligible_minor=(),
        line_points=(),
        none=None if points else _why_none(about, event_name, parts, occasion),
        uses=tuple(weighing.uses),
        errors=tuple(weighing.errors),
    )


def _why_none(
    rules: Sequence[Rule], event_name: Mapping[str, str], parts: Sequence[Part], occasion: Occasion
) -> tuple[str, dict[str, Any]]:
    """Without a rule: that; else what limited its points, or the widest limit that is reached, the last to end."""
    if cut := why_limited(parts):
        return cut
    event = dict(event_name)
    if not rules:
        return "none.event", {"event": event}
    reached = [
        rule for rule in _counting(rules) if occasion.rewarded.get(rule.params["per"], 0) >= rule.params["limit"]
    ]
    if reached:
        widest = max(reached, key=lambda rule: _WIDTH.index(rule.params["per"]))
        return f"none.limit_{widest.params['per']}", {"limit": widest.params["limit"], "event": event}
    if streaks := [rule for rule in rules if rule.effect == "streak"]:
        days = min(rule.params["days"] for rule in streaks)
        return "none.streak", {"event": event, "days": days, "streak": occasion.streak_days}
    return "none.event_condition", {"event": event, "label": dict(rules[0].said)}


_WIDTH = ("day", "week", "month", "ever")
