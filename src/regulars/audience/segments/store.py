"""The only code that touches the segments' tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.audience import conditions
from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import Change, Day, Moved, Overlap, Segment, SegmentInvalid, SegmentNotFound

SQL = sql.load("regulars.audience.segments")
_MATCHING = "select m.member_id from facts.member as m where m.program_id = %(program_id)s"
FIRST = UUID(int=0)
"""Before every member: where the first page begins."""


def every(conn: Conn, program_id: int) -> list[Segment]:
    """All segments of a program, oldest first; the archived ones too."""
    rows = conn.execute(SQL["select_segments"], {"program_id": program_id})
    return [msgspec.convert(dict(zip(Segment.__struct_fields__, row, strict=True)), Segment) for row in rows]


def find(conn: Conn, program_id: int, code: str) -> Segment:
    """The segment with a code.

    Raises:
        SegmentNotFound: there is none.
    """
    found = next((one for one in every(conn, program_id) if one.code == code), None)
    if found is None:
        raise SegmentNotFound("There is no such segment.")
    return found


def save(conn: Conn, wanted: Segment, *, by: str, at: datetime) -> Segment:
    """Write a segment (`segment_id` 0: a new one) and who changed what of it.

    Raises:
        SegmentInvalid: it has no name or no condition, or its code belongs to another one.
    """
    rules.check(wanted)
    known = every(conn, wanted.program_id)
    before = next((one for one in known if one.segment_id == wanted.segment_id), None)
    if any(one.code == wanted.code and one.segment_id != wanted.segment_id for one in known):
        raise SegmentInvalid("Another segment has this code.")
    changes = rules.differences(before, wanted)
    if not changes:
        return wanted
    row = msgspec.to_builtins(wanted, builtin_types=(datetime,))
    row["name"] = msgspec.json.encode(wanted.name).decode()
    if before is None:
        made = conn.execute(SQL["insert_segment"], row).fetchone()
        if made is None:
            raise SegmentInvalid("Another segment was saved at this moment: save yours again.")
        wanted = replace(wanted, segment_id=made[0])
    else:
        conn.execute(SQL["update_segment"], row)
    told = {"change_id": ids.uuid7(), "changed_at": at, "changed_by": by}
    conn.execute(SQL["insert_change"], {**_key(wanted), **told, "changes": msgspec.json.encode(changes).decode()})
    return wanted


def history(conn: Conn, segment: Segment) -> list[Change]:
    """Who changed what, newest first."""
    rows = conn.execute(SQL["select_changes"], _key(segment))
    return [msgspec.convert({"changed_at": r[0], "changed_by": r[1], "changes": r[2]}, Change) for r in rows]


def refresh(conn: Conn, segment: Segment, condition: conditions.Condition, *, at: datetime, today: date) -> Moved:
    """Find who meets the condition as of `at`: one statement, however many members there are.

    Nobody else finds the same segment meanwhile. Twice with the same members is the same as once.
    """
    conn.execute(SQL["lock_segment"], _key(segment))
    statement, parameters = conditions.as_sql(
        condition, dialect="postgres", program_id=segment.program_id, at=at, today=today
    )
    asked = {**_key(segment), "at": at, "is_told": segment.is_told}
    row = conn.execute(SQL["refresh"].replace(_MATCHING, statement), {**asked, **parameters}).fetchone()
    assert row is not None
    members, entered, gone, entered_ids, gone_ids = row
    conn.execute(SQL["note_refresh"], {**_key(segment), "at": at, "members": members})
    counts = {"members": members, "entered": entered, "gone": gone}
    conn.execute(SQL["note_day"], {**_key(segment), "on_date": today, **counts})
    return Moved(segment=segment, entered=tuple(entered_ids or ()), gone=tuple(gone_ids or ()), members=members)


def note_problem(conn: Conn, segment: Segment, problem: str) -> None:
    """Keep why a segment could not be found again; it stays as it was."""
    conn.execute(SQL["note_problem"], {**_key(segment), "problem": problem})


def days(conn: Conn, segment: Segment, *, since_on: date) -> list[Day]:
    """How it grew, day by day; days on which nobody looked are left out."""
    rows = conn.execute(SQL["select_days"], {**_key(segment), "since_on": since_on})
    return [Day(on_date=row[0], members=row[1], entered=row[2], gone=row[3]) for row in rows]


def members(
    conn: Conn, segment: Segment, *, at: datetime, after: UUID = FIRST, limit: int
) -> list[tuple[UUID, datetime]]:
    """Who was in it at a moment and since when, in the order of their ids."""
    asked = {**_key(segment), "at": at, "after": after, "limit": limit}
    return [(row[0], row[1]) for row in conn.execute(SQL["select_members"], asked)]


def count(conn: Conn, segment: Segment, *, at: datetime) -> int:
    """How many were in it at a moment."""
    row = conn.execute(SQL["count_members"], {**_key(segment), "at": at}).fetchone()
    assert row is not None
    return int(row[0])


def overlap(conn: Conn, first: Segment, second: Segment) -> Overlap:
    """How many are in each of two segments now, and in both."""
    asked = {"program_id": first.program_id, "first_id": first.segment_id, "second_id": second.segment_id}
    row = conn.execute(SQL["count_overlap"], asked).fetchone()
    assert row is not None
    return Overlap(first=row[0], second=row[1], both=row[2])


def of_member(conn: Conn, program_id: int, member_id: UUID) -> dict[int, datetime]:
    """The segments a member is in now, and since when."""
    rows = conn.execute(SQL["select_of_member"], {"program_id": program_id, "member_id": member_id})
    return {row[0]: row[1] for row in rows}


def forget(conn: Conn, member_ids: Sequence[UUID]) -> None:
    """Forget in which segments members are and were."""
    conn.execute(SQL["forget"], {"member_ids": list(member_ids)})


def leave(conn: Conn, program_id: int, member_ids: Sequence[UUID], *, at: datetime) -> None:
    """Take members out of every segment at once: they said no to being sorted."""
    conn.execute(SQL["leave"], {"program_id": program_id, "member_ids": list(member_ids), "at": at})


def _key(segment: Segment) -> Mapping[str, int]:
    return {"program_id": segment.program_id, "segment_id": segment.segment_id}
