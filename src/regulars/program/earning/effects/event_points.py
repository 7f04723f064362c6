"""Points for something a member did besides buying, at most so often in a period. Source: capability B1; case 78h."""

from collections.abc import Mapping
from typing import Any

from ..limits import Period
from ..model import Occasion, Part, Rule, RuleInvalid
from ..reasons import part

POINTS_MAX = 100_000
LIMIT_MAX = 10_000
PERIODS = ("day", "week", "month", "ever")


class EventPoints:
    """`points` for every event of the type `event`; with a `limit`, for at most so many per member in a `per`.

    What counts against the limit are events of the type that earned points, in the local day, week (from Monday),
    month or ever, around the day of this one: a late event counts where it belongs.
    """

    ORDER = 5
    OF_EVENTS = True
    COUNTS_DAYS = False
    DEFAULTS: Mapping[str, Any] = {"event": "check_in", "points": 10, "limit": None, "per": "day"}

    @staticmethod
    def check(params: Mapping[str, Any]) -> None:
        """Refuse points or limits that are not positive, a period nobody knows, or no event at all.

        Raises:
            RuleInvalid: as said.
        """
        if not (isinstance(params["event"], str) and 1 <= len(params["event"]) <= 64):
            raise RuleInvalid("Points for an event need the code of an event type.")
        if not _is_whole(params["points"], POINTS_MAX):
            raise RuleInvalid("An event gives from 1 to 100,000 points.")
        if params["limit"] is not None and not _is_whole(params["limit"], LIMIT_MAX):
            raise RuleInvalid("A limit is from 1 to 10,000 rewarded events, or none.")
        if params["per"] not in PERIODS:
            raise RuleInvalid(f"A limit holds per {', '.join(PERIODS)}.")

    @staticmethod
    def counted(params: Mapping[str, Any]) -> Period | None:  # noqa: ARG004
        """It keeps no count."""
        return None

    @staticmethod
    def apply(rule: Rule, occasion: Occasion, base_points: int) -> Part | None:  # noqa: ARG004
        """The points, unless it is another event or the limit is reached."""
        params = rule.params
        if occasion.event_type != params["event"]:
            return None
        if params["limit"] is not None and occasion.rewarded.get(params["per"], 0) >= params["limit"]:
            return None
        return part(rule, "event", params["points"], event=params["event"])

    @staticmethod
    def why_not(rule: Rule, occasion: Occasion, base_points: int) -> tuple[str, dict[str, Any]]:  # noqa: ARG004
        """Another event, or the limit is reached."""
        if occasion.event_type != rule.params["event"]:
            return "not.event", {"event": rule.params["event"]}
        return "not.limit", {"limit": rule.params["limit"], "per": rule.params["per"]}


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


EFFECT = EventPoints()
