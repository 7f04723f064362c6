"""Points for coming back day after day: a check-in seven days in a row. Source: capability B1, K4."""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid
from ..reasons import part

POINTS_MAX = 100_000
DAYS_MAX = 366


class Streak:
    """`points` when events of the type `event` fill `days` local days in a row, counted once a day; with `repeats`
    again for every further run of so many days.
    """

    ORDER = 6
    OF_EVENTS = True
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {"event": "check_in", "days": 7, "points": 50, "repeats": True}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse points or days that make no sense, or no event at all.

        Raises:
            RuleInvalid: as said.
        """
        if not (isinstance(params["event"], str) and 1 <= len(params["event"]) <= 64):
            raise RuleInvalid("A streak needs the code of an event type.")
        if not (_is_whole(params["days"], DAYS_MAX) and params["days"] >= 2):
            raise RuleInvalid("A streak is from 2 to 366 days long.")
        if not _is_whole(params["points"], POINTS_MAX):
            raise RuleInvalid("A streak gives from 1 to 100,000 points.")
        if type(params["repeats"]) is not bool:
            raise RuleInvalid("A streak repeats or does not: true or false.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """The points on the day that makes the streak whole."""
        params, run = rule.params, occasion.streak_days
        if occasion.event_type != params["event"] or not run:
            return None
        is_whole = run % params["days"] == 0 if params["repeats"] else run == params["days"]
        return part(rule, "streak", params["points"] if is_whole else 0, event=params["event"], days=run)

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """Another event, or the run is not that long."""
        if occasion.event_type != rule.params["event"]:
            return "not.event", {"event": rule.params["event"]}
        return "not.streak", {"streak": occasion.streak_days, "days": rule.params["days"]}


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


EFFECT = Streak()
