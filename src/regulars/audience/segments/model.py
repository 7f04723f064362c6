"""Segments: named conditions, and who meets them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A named condition over members. `condition` is its canonical text.

    `is_told`: who comes and who goes is noted one by one for machines. `members`: how many were in it when it was last
    found (`refreshed_at`). `problem`: why it could not be found again, such as a tier that is gone.
    """

    program_id: int
    segment_id: int
    code: str
    name: Mapping[str, str]
    condition: str
    created_at: datetime
    note: str = ""
    is_told: bool = False
    is_archived: bool = False
    refreshed_at: datetime | None = None
    members: int = 0
    problem: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, when: for each field what it was and what it is."""

    changed_at: datetime
    changed_by: str
    changes: Mapping[str, tuple[str, str]]


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What finding a segment again brought: who came, who went, how many are in it."""

    segment: Segment
    entered: tuple[UUID, ...]
    gone: tuple[UUID, ...]
    members: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A segment at the end of a local day."""

    on_date: date
    members: int
    entered: int
    gone: int


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two segments side by side: how many members are in each, and in both."""

    first: int
    second: int
    both: int


class SegmentNotFound(Refusal):
    """There is no such segment."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class SegmentInvalid(Refusal):
    """A segment needs a name and a code of its own."""
