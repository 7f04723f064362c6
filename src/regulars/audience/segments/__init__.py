"""Segments: named conditions over members, who meets them, and who came and went."""

from .model import Change, Day, Moved, Overlap, Segment, SegmentInvalid, SegmentNotFound
from .personal import PERSONAL
from .store import (
    FIRST,
    count,
    days,
    every,
    find,
    forget,
    history,
    leave,
    members,
    note_problem,
    of_member,
    overlap,
    refresh,
    save,
)
from .templates import TEMPLATES, Template

__all__ = [
    "FIRST",
    "PERSONAL",
    "TEMPLATES",
    "Change",
    "Day",
    "Moved",
    "Overlap",
    "Segment",
    "SegmentInvalid",
    "SegmentNotFound",
    "Template",
    "count",
    "days",
    "every",
    "find",
    "forget",
    "history",
    "leave",
    "members",
    "note_problem",
    "of_member",
    "overlap",
    "refresh",
    "save",
]
