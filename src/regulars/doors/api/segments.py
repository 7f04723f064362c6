"""Segments over HTTP: named conditions, who is in them now and was, and what two have in common."""

from datetime import datetime
from typing import Any
from uuid import UUID

from regulars import flows
from regulars.audience import segments
from regulars.records import access, activities, members

from . import paging
from . import segment_shapes as shapes
from .call import Answer, Call, Operation, Parameter, flaw
from .challenge_shapes import ChangesTold
from .refusals import Invalid

_AFTER = Parameter(name="after", description="The `next_after` of the page before.")
_AT = Parameter(name="at", description="A past moment, such as 2026-11-01T00:00:00Z; now when left out.")


def show(call: Call, _: None) -> Answer:
    """GET /v1/segments."""
    found = [_told(call.plan, one) for one in segments.every(call.conn, call.program_id)]
    return Answer(status=200, content={"segments": found})


def save(call: Call, asked: shapes.SegmentAsked) -> Answer:
    """POST /v1/segments: a new one, or other settings of the one with this code."""
    known = {one.code: one for one in segments.every(call.conn, call.program_id)}
    before = known.get(asked.code)
    activities.check_text("/note", asked.note)
    wanted = segments.Segment(
        program_id=call.program_id,
        segment_id=before.segment_id if before else 0,
        code=asked.code,
        name=asked.name,
        condition=asked.condition,
        note=asked.note,
        is_told=asked.is_told,
        is_archived=asked.is_archived,
        created_at=before.created_at if before else call.at,
    )
    saved = flows.save_segment(call.conn, call.plan, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=200 if before else 201, content=_told(call.plan, saved))


def one(call: Call, _: None) -> Answer:
    """GET /v1/segments/{segment}."""
    return Answer(status=200, content=_told(call.plan, _named(call)))


def seated(call: Call, _: None) -> Answer:
    """GET /v1/segments/{segment}/members."""
    found, limit = _named(call), paging.limit(call)
    at = _moment(call)
    after = _after(call)
    page = segments.members(call.conn, found, at=at, after=after, limit=limit)
    content = {
        "count": segments.count(call.conn, found, at=at),
        "members": [{"member_id": str(member_id), "since": since.isoformat()} for member_id, since in page],
        "next_after": str(page[-1][0]) if len(page) == limit else None,
    }
    return Answer(status=200, content=content)


def overlap(call: Call, _: None) -> Answer:
    """GET /v1/segments/{segment}/overlap."""
    other = call.query.get("with", "")
    both = segments.overlap(call.conn, _named(call), segments.find(call.conn, call.program_id, other))
    return Answer(status=200, content={"first": both.first, "second": both.second, "both": both.both})


def history(call: Call, _: None) -> Answer:
    """GET /v1/segments/{segment}/history."""
    found = [
        {
            "changed_at": change.changed_at.isoformat(),
            "changed_by": change.changed_by,
            "changes": [{"field": name, "was": was, "now": now} for name, (was, now) in change.changes.items()],
        }
        for change in segments.history(call.conn, _named(call))
    ]
    return Answer(status=200, content={"history": found})


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/segments."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    since = segments.of_member(call.conn, call.program_id, member.member_id)
    found = [
        {"segment": one.code, "name": one.name, "since": since[one.segment_id].isoformat()}
        for one in segments.every(call.conn, call.program_id)
        if one.segment_id in since and not one.is_archived
    ]
    return Answer(status=200, content={"segments": found})


def _named(call: Call) -> segments.Segment:
    return segments.find(call.conn, call.program_id, call.path["segment"])


def _moment(call: Call) -> datetime:
    given = call.query.get("at")
    if given is None:
        return call.at
    try:
        at: datetime | None = datetime.fromisoformat(given)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at > call.at:
        raise Invalid("at is a past moment such as 2026-11-01T00:00:00Z.", flaws=[flaw("/query/at")])
    return at


def _after(call: Call) -> UUID:
    try:
        return UUID(call.query["after"]) if "after" in call.query else segments.FIRST
    except ValueError:
        raise Invalid("after is the next_after of the page before.", flaws=[flaw("/query/after")]) from None


def _told(plan: flows.Plan, one: segments.Segment) -> dict[str, Any]:
    return {
        "segment": one.code,
        "name": one.name,
        "condition": one.condition,
        "condition_text": flows.describe_segment(plan, one.condition, "en"),
        "note": one.note,
        "is_told": one.is_told,
        "is_archived": one.is_archived,
        "members": one.members,
        "refreshed_at": one.refreshed_at.isoformat() if one.refreshed_at else None,
        "problem": one.problem,
    }


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/segments",
        tag="Segments",
        summary="Show the segments",
        description="All of them with how many members each held when it was last found; the archived ones too.",
        run=show,
        tells=shapes.SegmentsTold,
        scope=access.Scope.ADMIN,
        example={"segments": [shapes.SEGMENT_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/segments",
        tag="Segments",
        summary="Save a segment",
        description=(
            "A new one, or other settings of the one with this code. Who is in it is found at once, and again "
            "every ten minutes."
        ),
        run=save,
        asks=shapes.SegmentAsked,
        tells=shapes.SegmentTold,
        scope=access.Scope.ADMIN,
        sample=shapes.SEGMENT,
        example=shapes.SEGMENT_TOLD,
        statuses={201: "Saved, and its members found.", 200: "Saved."},
        problems=("validation-failed", "rule-invalid", "invalid-text"),
        name="code",
    ),
    Operation(
        method="GET",
        path="/v1/segments/{segment}",
        tag="Segments",
        summary="Show a segment",
        description="Whom it means, in words too, and how many are in it.",
        run=one,
        tells=shapes.SegmentTold,
        scope=access.Scope.ADMIN,
        example=shapes.SEGMENT_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/segments/{segment}/members",
        tag="Segments",
        summary="Show who is in a segment",
        description="Now or at a past moment, by their ids, page by page.",
        run=seated,
        tells=shapes.SegmentMembersTold,
        scope=access.Scope.ADMIN,
        example=shapes.MEMBERS,
        query=(_AT, _AFTER, paging.PARAMETERS[0]),
        problems=("not-found", "validation-failed"),
    ),
    Operation(
        method="GET",
        path="/v1/segments/{segment}/overlap",
        tag="Segments",
        summary="Lay two segments side by side",
        description="How many members are in each now, and in both.",
        run=overlap,
        tells=shapes.OverlapTold,
        scope=access.Scope.ADMIN,
        example={"first": 412, "second": 1290, "both": 97},
        query=(Parameter(name="with", description="The code of the other segment.", required=True),),
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/segments/{segment}/history",
        tag="Segments",
        summary="Show who changed a segment",
        description="Every change, newest first: who, when, and each field from what to what.",
        run=history,
        tells=ChangesTold,
        scope=access.Scope.ADMIN,
        example=shapes.CHANGES,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/segments",
        tag="Segments",
        summary="Show a member's segments",
        description="Those they are in now, and since when.",
        run=of_member,
        tells=shapes.MemberSegmentsTold,
        scope=access.Scope.ADMIN,
        example=shapes.MEMBER_SEGMENTS,
        problems=("not-found",),
    ),
)
