"""Effects of earning rules: one file each, all pure, all in this dict."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..limits import Period
from ..model import Occasion, Part, Rule
from . import birthday_factor, bonus, earn_rate, event_points, multiply, nth_order, streak, tier_factor


class Effect(Protocol):
    """What a file in this folder offers."""

    DEFAULTS: Mapping[str, Any]
    """Parameters of a new rule."""
    ORDER: int
    """Rules apply in this order; factors come after what they multiply."""
    OF_EVENTS: bool
    """Whether it is about events, those of the type that the parameter `event` names; else about purchases."""
    COUNTS_DAYS: bool
    """Whether it looks at what the member did before, day by day."""

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse parameters that make no sense: RuleInvalid."""
        ...

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:
        """The period in which it must know what it gave a member before, if any."""
        ...

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:
        """The points this rule adds; `base_points` is what the base rates gave. Never below zero."""
        ...

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:
        """Why `apply` gave nothing: a code and its parameters, for a sentence."""
        ...


EFFECTS: Mapping[str, Effect] = {
    "earn_rate": earn_rate.EFFECT,
    "event_points": event_points.EFFECT,
    "streak": streak.EFFECT,
    "multiply": multiply.EFFECT,
    "birthday_factor": birthday_factor.EFFECT,
    "tier_factor": tier_factor.EFFECT,
    "bonus": bonus.EFFECT,
    "nth_order": nth_order.EFFECT,
}
