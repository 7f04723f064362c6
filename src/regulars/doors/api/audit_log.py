"""The audit log over HTTP, for machines that keep it elsewhere."""

from typing import Annotated, Any

from msgspec import Meta

from regulars.records import access, audit

from .call import Answer, Call, Operation, Parameter, flaw
from .refusals import Invalid
from .tells import Tells

LIMIT_MAX = 1000
_LIMIT_DEFAULT = 100
_DIGITS_MAX = 18


class ActTold(Tells):
    """One act."""

    place: Annotated[int, Meta(description="Where it was written.")]
    number: Annotated[int | None, Meta(description="Where it stands in the chain; null until it is sealed.")]
    at: str
    person: Annotated[str, Meta(description="For whom it was done: an account, a key, the command line.")]
    name: str
    verb: str
    member_id: str | None
    address: Annotated[str, Meta(description="Where the request came from.")]
    facts: dict[str, Any]


class ActsTold(Tells):
    """A page of acts, newest first."""

    acts: list[ActTold]
    next: Annotated[int | None, Meta(description="Send it as `before` for older ones; null at the end.")]


_SAMPLE: dict[str, Any] = {
    "place": 41,
    "number": 40,
    "at": "2026-11-25T09:15:00+00:00",
    "person": "staff:1",
    "name": "Ada",
    "verb": "points-adjusted",
    "member_id": "0198a2f4-6c1e-7c3a-9a52-3f1d2b7c8e90",
    "address": "203.0.113.7",
    "facts": {"wallet": "points", "points": 200},
}


def acts(call: Call, _: None) -> Answer:
    """GET /v1/audit."""
    limit = _number(call, "limit", _LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise Invalid(f"limit is from 1 to {LIMIT_MAX}.", flaws=[flaw("/query/limit")])
    before = _number(call, "before", 0)
    found = audit.notes(
        call.conn,
        call.program_id,
        limit=limit + 1,
        before=before or None,
        person=call.query.get("person"),
        verbs=[verb for verb in call.query.get("verbs", "").split(",") if verb],
    )
    shown = found[:limit]
    following = shown[-1].place if len(found) > limit else None
    return Answer(status=200, content={"acts": [_told(one) for one in shown], "next": following})


def _number(call: Call, name: str, default: int) -> int:
    given = call.query.get(name, str(default))
    if not given.isascii() or not given.isdecimal() or len(given) > _DIGITS_MAX:
        raise Invalid(f"{name} is a whole number.", flaws=[flaw(f"/query/{name}")])
    return int(given)


def _told(one: audit.Note) -> dict[str, Any]:
    return {
        "place": one.place,
        "number": one.number,
        "at": one.at.isoformat(),
        "person": one.person,
        "name": one.name,
        "verb": one.verb,
        "member_id": str(one.member_id) if one.member_id else None,
        "address": one.address,
        "facts": dict(one.facts),
    }


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/audit",
        tag="Audit",
        summary="Read the audit log",
        description=(
            "Who did what, newest first: acts of the staff, of keys that may do everything, of the command "
            "line. A note gets its number when it is sealed into the chain, within a minute."
        ),
        run=acts,
        tells=ActsTold,
        scope=access.Scope.ADMIN,
        example={"acts": [_SAMPLE], "next": None},
        query=(
            Parameter(name="before", description="The `next` of the page before."),
            Parameter(name="person", description="Only acts of one, such as `staff:1`."),
            Parameter(name="verbs", description="Only these, with commas between them."),
            Parameter(
                name="limit",
                description="Acts a page.",
                schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": _LIMIT_DEFAULT},
            ),
        ),
        problems=("validation-failed",),
    ),
)
