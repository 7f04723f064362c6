"""What a segment must say, and what changed of one."""

import re
from collections.abc import Mapping

import msgspec

from .model import Segment, SegmentInvalid

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_TOLD = ("name", "note", "condition", "is_told", "is_archived")


def check(segment: Segment) -> None:
    """Refuse a segment without a name, or with a code machines could not write in an address.

    Raises:
        SegmentInvalid: with the reason in words.
    """
    if not any(text.strip() for text in segment.name.values()):
        raise SegmentInvalid("A segment needs a name.")
    if not _CODE.fullmatch(segment.code):
        raise SegmentInvalid("A segment's code is 1 to 60 small letters, digits, hyphens and underscores.")
    if not segment.condition.strip():
        raise SegmentInvalid("A segment needs a condition: say whom it is about.")


def differences(before: Segment | None, after: Segment) -> dict[str, tuple[str, str]]:
    """The fields that differ, as text from and to; of a new segment all that are not empty."""
    old: Mapping[str, object] = msgspec.to_builtins(before) if before else {}
    new = msgspec.to_builtins(after)
    pairs = {name: (_text(old.get(name)), _text(new[name])) for name in _TOLD}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _text(found: object) -> str:
    if isinstance(found, Mapping):
        return " / ".join(str(text) for text in found.values() if text)
    if isinstance(found, bool):
        return "yes" if found else ""
    return str(found or "")
