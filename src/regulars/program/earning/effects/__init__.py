"""Effects of earning rules: one file each, all pure, all in this dict."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..model import Occasion, Part, Rule
from . import birthday_factor, earn_rate, event_points, tier_factor


class Effect(Protocol):
    """What a file in this folder offers."""

    DEFAULTS: Mapping[str, Any]
    """Parameters of a new rule."""
    ORDER: int
    """Rules apply in this order; factors come after what they multiply."""

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse parameters that make no sense: RuleInvalid."""
        ...

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:
        """The points this rule adds; `base_points` is what the base rates gave. Never below zero."""
        ...


EFFECTS: Mapping[str, Effect] = {
    "earn_rate": earn_rate.EFFECT,
    "event_points": event_points.EFFECT,
    "birthday_factor": birthday_factor.EFFECT,
    "tier_factor": tier_factor.EFFECT,
}
