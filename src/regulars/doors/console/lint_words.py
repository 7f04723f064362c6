"""Findings of the value lint as a page shows them."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.analytics import value
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge


def rows(desk: Desk, findings: list[value.Finding]) -> list[dict[str, Any]]:
    """Findings in words, worst first."""
    return [
        {"badge": _badge(one.level), "said": value.words(one, desk.language), "level": one.level.value}
        for one in findings
    ]


def _badge(level: value.Level) -> SafeString:
    names = {
        value.Level.GOOD: (_("Good"), "good"),
        value.Level.WARN: (_("Think again"), "warn"),
        value.Level.BAD: (_("Change it"), "bad"),
        value.Level.UNKNOWN: (_("Not known yet"), "calm"),
    }
    return badge(*names[level])
