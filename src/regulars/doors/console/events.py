"""What members did besides buying: on the member's page, and what waits for its member."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import EmptyState, LedgerLine, Reason
from regulars.records import activities, ledger

_EVENTS = 6


def type_names(desk: Desk) -> dict[str, str]:
    """Every event type's name in the reader's language, by code."""
    return {code: desk.say(kind.name) for code, kind in activities.event_types(desk.conn, desk.program_id).items()}


def of_member(desk: Desk, member_id: UUID) -> dict[str, object]:
    """A member's newest events, each with its data and why it earned what it did."""
    found = activities.member_events(desk.conn, desk.program_id, member_id, limit=_EVENTS)
    types = activities.event_types(desk.conn, desk.program_id) if found else {}
    return {
        "lines": [_line(desk, event, types[event.type]) for event in found],
        "empty": EmptyState(
            title=_("No events yet"),
            text=_("Reviews, check-ins and whatever else your systems tell show here."),
            icon="sparkles",
        ),
    }


def _line(desk: Desk, event: activities.StoredEvent, kind: activities.EventType) -> LedgerLine:
    held = {one.name: one.type for one in kind.attributes}
    shown = [
        Reason(text=f"{name}: {_shown(desk, value, held.get(name))}", points="") for name, value in event.data.items()
    ]
    return LedgerLine(
        when=desk.moment(event.occurred_at),
        what=desk.say(kind.name),
        reference=f"{event.source} · {event.external_id}",
        points=write.signed(event.award_points),
        is_credit=event.award_points > 0,
        reasons=[*shown, *(_why(desk, reason) for reason in event.answer.get("reasons", ()))],
    )


def _why(desk: Desk, reason: Mapping[str, Any]) -> Reason:
    """The stored reason in the reader's language."""
    code, points, params = str(reason["code"]), int(reason["points"]), reason["params"]
    language, currency = desk.language, desk.program.currency
    if code in ledger.NONE:
        text = ledger.none_sentence(code, params, language=language, currency=currency)
        return Reason(text=text, points=write.signed(0))
    part = {**params, "code": code, "points": points}
    text = ledger.part_sentence(part, language=language, currency=currency)
    return Reason(text=text, points=write.signed(points))


def _shown(desk: Desk, value: Any, kind: activities.AttributeType | None) -> str:
    match kind:
        case activities.AttributeType.MONEY:
            return desk.amount(value)
        case activities.AttributeType.INTEGER:
            return write.number(value)
        case activities.AttributeType.BOOLEAN:
            return _("yes") if value else _("no")
        case activities.AttributeType.DATE:
            return write.day(date.fromisoformat(value))
        case activities.AttributeType.INSTANT:
            return desk.moment(datetime.fromisoformat(value))
        case _:
            return str(value)
