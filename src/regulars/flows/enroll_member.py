"""Somebody joins; orders and events that waited for them are recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, members

from . import answers
from .event_items import EventIntake
from .plan import Plan
from .record_activities import record_activities
from .record_events import record_events
from .sales import Intake


def enroll_member(
    conn: Conn, plan: Plan, enrollments: Sequence[members.Enrollment], *, at: datetime
) -> list[tuple[UUID, bool]]:
    """Enroll people, each once; answers their ids and whether they are new.

    Orders and events that were parked under one of their identifiers are recorded now; one that cannot be stays
    parked, for a person to see.

    Raises:
        IdentifierTaken: a further identifier belongs to somebody else.
        InvalidText: a name that cannot be stored.
    """
    for enrollment in enrollments:
        activities.check_text("/name", enrollment.name)
        activities.check_time(enrollment.enrolled_at, at=at)
    enrolled = members.enroll(conn, plan.program, enrollments)
    new = [e for e, (_, is_new) in zip(enrollments, enrolled, strict=True) if is_new]
    keys = [answers.member_key(plan.program.program_id, i) for e in new for i in e.identifiers]
    parked = activities.waiting_for(conn, keys) if keys else []
    orders = [one for one in parked if one.kind == "order"]
    if orders:
        waited = [msgspec.convert(dict(p.body), Intake) for p in orders]
        _settle(conn, orders, record_activities(conn, plan, waited, at=at), at=at)
    events = [one for one in parked if one.kind == "event"]
    if events:
        held = [msgspec.convert(dict(p.body), EventIntake) for p in events]
        _settle(conn, events, record_events(conn, plan, held, at=at), at=at)
    return enrolled


def _settle(conn: Conn, parked: Sequence[activities.Parked], results: Sequence[object], *, at: datetime) -> None:
    for one, result in zip(parked, results, strict=True):
        if not isinstance(result, Refusal):
            activities.settle(conn, one, at=at)
