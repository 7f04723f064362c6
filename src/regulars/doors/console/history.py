"""Who changed what of an object, from what to what: one table for all rooms that keep a history."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import Column, Row, Table


class Changed(Protocol):
    """One change; fields by name with their texts from and to."""

    @property
    def changed_at(self) -> datetime:
        """When."""

    @property
    def changed_by(self) -> str:
        """Who."""

    @property
    def changes(self) -> Mapping[str, tuple[str, str]]:
        """What, from what to what."""


def table(desk: Desk, found: Iterable[Changed], names: Mapping[str, str], shown: Callable[[str, str], str]) -> Table:
    """Newest first. `names` are the fields a person knows; `shown` writes a value of a field."""
    rows = []
    for change in found:
        lines = [
            (names[name], shown(name, was) or "–", shown(name, now) or "–")
            for name, (was, now) in change.changes.items()
            if name in names
        ]
        told = format_html_join("", "<div>{}: {} → {}</div>", lines)
        rows.append(Row(cells=[desk.moment(change.changed_at), change.changed_by, told]))
    return Table(
        caption=_("History"),
        columns=[Column(label=_("When")), Column(label=_("Who")), Column(label=_("What changed"))],
        rows=rows,
    )
