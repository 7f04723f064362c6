"""More points for higher tiers; the factor is a benefit of the tier. Source: capability B5, C6."""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule
from .birthday_factor import extra


class TierFactor:
    """Multiplies base points by the `points_factor` of the member's tier."""

    ORDER = 20
    OF_EVENTS = False
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """It has no parameters of its own."""

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:
        """What the tier adds to the base points."""
        if occasion.tier_factor <= 1:
            return None
        reason = {"code": "tier", "version": rule.version, "label": rule.because or occasion.tier_name}
        return extra(rule, base_points, occasion.tier_factor, reason)

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """The tier multiplies nothing, or there is nothing to multiply."""
        if occasion.tier_factor <= 1:
            return "not.tier", {"tier": occasion.tier_name}
        return "not.base", {"base_points": base_points}


EFFECT = TierFactor()
