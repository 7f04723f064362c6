"""Lists page by page: how many on a page, and where the next one begins."""

import base64
from datetime import datetime
from uuid import UUID

import msgspec

from .call import Call, Parameter, flaw
from .refusals import Invalid

LINES_MAX = 100
_LINES_DEFAULT = 20

PARAMETERS = (
    Parameter(
        name="limit",
        description="Lines a page.",
        schema={"type": "integer", "minimum": 1, "maximum": LINES_MAX, "default": _LINES_DEFAULT},
    ),
    Parameter(name="cursor", description="The `next_cursor` of the page before."),
)


def limit(call: Call) -> int:
    """How many lines the caller wants on a page.

    Raises:
        Invalid: not from 1 to 100.
    """
    given = call.query.get("limit", str(_LINES_DEFAULT))
    if not given.isascii() or not given.isdecimal() or len(given) > 4 or not 1 <= int(given) <= LINES_MAX:
        raise Invalid(f"limit is from 1 to {LINES_MAX}.", flaws=[flaw("/query/limit")])
    return int(given)


def named(place: tuple[datetime, UUID]) -> str:
    """Where a page ended, as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def cursor(call: Call) -> tuple[datetime, UUID] | None:
    """Where the page before ended; None for the first.

    Raises:
        Invalid: not a cursor of ours.
    """
    given = call.query.get("cursor")
    if given is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        at, entry_id = msgspec.json.decode(raw, type=tuple[datetime, UUID])
    except (ValueError, msgspec.DecodeError):
        raise Invalid("This cursor is not one of ours.", flaws=[flaw("/query/cursor")]) from None
    if at.tzinfo is None:
        raise Invalid("This cursor is not one of ours.", flaws=[flaw("/query/cursor")])
    return at, entry_id
