"""Segments are saved, and found again: who meets the condition comes in, who no longer does goes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from regulars.audience import conditions, segments
from regulars.kit.db import Conn
from regulars.records import outbox

from . import wording
from .plan import Plan

TOLD_MAX: Final = 100_000
"""So many who came or went are noted one by one at a time; a larger move is one of the condition, not of members."""


def save_segment(conn: Conn, plan: Plan, wanted: segments.Segment, *, by: str, at: datetime) -> segments.Segment:
    """Save a segment and find at once who is in it. A `segment_id` of 0 makes a new one.

    Who comes or goes because somebody wrote another condition is not noted one by one: they did nothing.

    Raises:
        RuleInvalid: its condition cannot be read or makes no sense.
        SegmentInvalid: it has no name, or its code belongs to another one.
    """
    condition = wording.parsed(plan, wanted.condition, conditions.Scope.SEGMENT)
    saved = segments.save(conn, replace(wanted, condition=condition.text), by=by, at=at)
    if not saved.is_archived:
        refresh_segment(conn, plan, replace(saved, is_told=False), at=at)
    return segments.find(conn, plan.program.program_id, saved.code)


def refresh_segment(conn: Conn, plan: Plan, segment: segments.Segment, *, at: datetime) -> segments.Moved | None:
    """Find who is in a segment now. None where its condition names something that is gone: then nobody moves."""
    try:
        condition = wording.parsed(plan, segment.condition, conditions.Scope.SEGMENT)
    except conditions.RuleInvalid as stale:
        segments.note_problem(conn, segment, stale.detail)
        return None
    moved = segments.refresh(conn, segment, condition, at=at, today=plan.program.local_date(at))
    if len(moved.entered) + len(moved.gone) <= TOLD_MAX:
        outbox.add(conn, plan.program.program_id, list(_told(moved, at)))
    return moved


def _told(moved: segments.Moved, at: datetime) -> Iterator[outbox.Change]:
    told: dict[str, tuple[UUID, ...]] = {"segment.entered": moved.entered, "segment.left": moved.gone}
    for type, member_ids in told.items():
        for member_id in member_ids:
            yield outbox.Change(
                type=type, member_id=member_id, occurred_at=at, recorded_at=at, data={"segment": moved.segment.code}
            )


def describe(plan: Plan, text: str, language: str) -> str:
    """A segment's condition in words, or that it names something that is gone."""
    return wording.said(plan, text, conditions.Scope.SEGMENT)["zh" if language == "zh" else "en"]
