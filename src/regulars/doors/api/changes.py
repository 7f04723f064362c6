"""Changes: what happened, in order, for machines that act on it. A reader keeps one number: how far it has read."""

from typing import Any

from regulars.records import access, outbox

from . import account_samples as samples
from .call import Answer, Call, Operation, Parameter, flaw
from .refusals import Invalid
from .tells_accounts import WhatHappenedTold

LIMIT_MAX = 1000
_LIMIT_DEFAULT = 100
_PLACE_DIGITS_MAX = 18
NOW = "now"


def changes(call: Call, _: None) -> Answer:
    """GET /v1/changes."""
    after, types, limit = _after(call), _types(call), _limit(call)
    if after is None:
        return Answer(status=200, content={"changes": [], "next": str(outbox.latest(call.conn)), "has_more": False})
    page = outbox.read(call.conn, call.program_id, after=after, limit=limit, types=types)
    told = [_told(noted) for noted in page.changes]
    return Answer(status=200, content={"changes": told, "next": str(page.through), "has_more": page.has_more})


def _after(call: Call) -> int | None:
    """The place to read on from; None for the end, wherever that is now."""
    given = call.query.get("after", "0")
    if given == NOW:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > _PLACE_DIGITS_MAX:
        raise Invalid("after is the `next` of the page before, or `now`.", flaws=[flaw("/query/after")])
    return int(given)


def _types(call: Call) -> list[str]:
    types = [name for name in call.query.get("types", "").split(",") if name]
    if unknown := sorted(set(types) - outbox.TYPES.keys()):
        raise Invalid(f"There is no type {unknown[0]}.", flaws=[flaw("/query/types")])
    return types


def _limit(call: Call) -> int:
    given = call.query.get("limit", str(_LIMIT_DEFAULT))
    if not given.isascii() or not given.isdecimal() or len(given) > 4 or not 1 <= int(given) <= LIMIT_MAX:
        raise Invalid(f"limit is from 1 to {LIMIT_MAX}.", flaws=[flaw("/query/limit")])
    return int(given)


def _told(noted: outbox.Noted) -> dict[str, Any]:
    change = noted.change
    return {
        "id": str(noted.place),
        "type": change.type,
        "member_id": str(change.member_id) if change.member_id else None,
        "subject_id": str(change.subject_id) if change.subject_id else None,
        "occurred_at": change.occurred_at.isoformat(),
        "recorded_at": change.recorded_at.isoformat(),
        "data": change.data,
    }


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/changes",
        tag="Changes",
        summary="Read what happened",
        description=(
            "What happened since the place where you stopped reading (`after`), oldest first; of each member in the "
            "order in which it happened. Keep `next` together with what you did, and send it as `after`. Nothing is "
            "skipped, and nothing comes twice. Types: " + ", ".join(f"`{name}`" for name in outbox.TYPES) + "."
        ),
        run=changes,
        tells=WhatHappenedTold,
        scope=access.Scope.ADMIN,
        example=samples.CHANGES_TOLD,
        query=(
            Parameter(
                name="after",
                description="The `next` of the page before. Left out: the oldest that is kept. `now`: nothing old.",
                schema={"type": "string", "default": "0"},
            ),
            Parameter(name="types", description="Only these types, with commas between them."),
            Parameter(
                name="limit",
                description="Changes a page.",
                schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": _LIMIT_DEFAULT},
            ),
        ),
        problems=("validation-failed", "cursor-expired"),
    ),
)
