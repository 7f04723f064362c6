"""Somebody joins; orders and events that waited for them are recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, members, outbox

from . import answers, changes
from .event_items import EventIntake
from .plan import Plan
from .record_activities import record_parked
from .record_events import record_events


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
    outbox.add(conn, plan.program.program_id, list(changes.joined(enrollments, enrolled, at=at)))
    new = [e for e, (_, is_new) in zip(enrollments, enrolled, strict=True) if is_new]
    joined = [identifier for e in new for identifier in e.identifiers]
    record_parked(conn, plan, joined, at=at)
    keys = [answers.member_key(plan.program.program_id, identifier) for identifier in joined]
    events = [one for one in activities.waiting_for(conn, keys) if one.kind == "event"] if keys else []
    if events:
        held = [msgspec.convert(dict(one.body), EventIntake) for one in events]
        for one, result in zip(events, record_events(conn, plan, held, at=at), strict=True):
            if not isinstance(result, Refusal):
                activities.settle(conn, one, at=at)
    return enrolled
