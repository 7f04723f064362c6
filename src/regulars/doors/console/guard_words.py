"""What modes, verdicts, states and what a rule saw are called."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge
from regulars.program import guard

MODES: dict[guard.Mode, str | Promise] = {
    guard.Mode.OFF: gettext_lazy("Off"),
    guard.Mode.WATCH: gettext_lazy("Watches only"),
    guard.Mode.LIVE: gettext_lazy("Live"),
}
VERDICTS: dict[guard.Verdict, str | Promise] = {
    guard.Verdict.NOTE: gettext_lazy("Open a case, nothing else"),
    guard.Verdict.CHALLENGE: gettext_lazy("Keep the points until the member showed who they are"),
    guard.Verdict.HOLD: gettext_lazy("Keep the points until somebody decided"),
    guard.Verdict.REFUSE: gettext_lazy("Freeze the membership until somebody decided"),
}
STATES: dict[guard.State, str | Promise] = {
    guard.State.OPEN: gettext_lazy("Open"),
    guard.State.CONFIRMED: gettext_lazy("Abuse"),
    guard.State.RELEASED: gettext_lazy("Released"),
}
_TONES = {guard.State.OPEN: "warn", guard.State.CONFIRMED: "bad", guard.State.RELEASED: "good"}
_SEEN: dict[str, str | Promise] = {
    "store": gettext_lazy("Store"),
    "till": gettext_lazy("Till"),
    "orders": gettext_lazy("Orders"),
    "paid_minor": gettext_lazy("Paid"),
    "first_at": gettext_lazy("First"),
    "last_at": gettext_lazy("Last"),
    "returned": gettext_lazy("Orders that came back"),
    "returned_minor": gettext_lazy("Paid back"),
    "points": gettext_lazy("Points"),
    "gifts": gettext_lazy("Gifts"),
    "spent_at": gettext_lazy("Spent"),
    "joined_at": gettext_lazy("Joined"),
    "changed_at": gettext_lazy("Contact added"),
}


def name(type: str, language: str) -> str:
    """What a type is called."""
    return guard.TYPES[type].NAME[language]


def state_badge(state: guard.State) -> SafeString:
    """Where a case stands."""
    return badge(str(STATES[state]), _TONES[state])


def mode_badge(rule: guard.Rule) -> SafeString:
    """Whether a rule acts."""
    tones = {guard.Mode.OFF: "calm", guard.Mode.WATCH: "info", guard.Mode.LIVE: "good"}
    return badge(str(MODES[rule.mode]), tones[rule.mode])


def evidence(desk: Desk, seen: Mapping[str, object]) -> dict[str, str]:
    """What a rule saw, by name, as people read it."""
    return {
        str(_SEEN.get(key, key)): _plain(desk, key, value) for key, value in seen.items() if value not in ("", None)
    }


def _plain(desk: Desk, key: str, value: object) -> str:
    if key.endswith("_at"):
        return desk.moment(datetime.fromisoformat(str(value)))
    if key.endswith("_minor"):
        return desk.amount(int(str(value)))
    return write.number(value) if isinstance(value, int) else str(value)


def brief(desk: Desk, seen: Mapping[str, object]) -> str:
    """The same in one line."""
    return _(", ").join(f"{key} {value}" for key, value in evidence(desk, seen).items())
