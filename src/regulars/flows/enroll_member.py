"""Somebody joins; orders that waited for them are recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from regulars.kit.db import Conn
from regulars.records import activities, members

from . import answers
from .plan import Plan
from .record_activities import record_activities
from .sales import Intake, Recorded


def enroll_member(
    conn: Conn, plan: Plan, enrollments: Sequence[members.Enrollment], *, at: datetime
) -> list[tuple[UUID, bool]]:
    """Enroll people, each once; answers their ids and whether they are new.

    Orders that were parked under one of their identifiers are recorded now; one that cannot be stays parked,
    for a person to see.

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
    if parked:
        waited = [msgspec.convert(dict(p.body), Intake) for p in parked]
        for one, result in zip(parked, record_activities(conn, plan, waited, at=at), strict=True):
            if isinstance(result, Recorded):
                activities.settle(conn, one, at=at)
    return enrolled
