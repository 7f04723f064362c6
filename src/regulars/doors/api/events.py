"""Events: what members do besides buying, and the types a program takes."""

from collections.abc import Mapping
from typing import Any

from regulars import flows
from regulars.kit.errors import Refusal
from regulars.records import access, activities

from .asked import EventAsked, EventTypeAsked
from .call import KIB, Answer, Call, Operation, flaw
from .event_samples import EVENT, EVENT_TOLD, EVENT_TYPE, EVENT_TYPE_TOLD, EVENT_TYPES_TOLD
from .event_tells import EventTold, EventTypesTold, EventTypeTold
from .orders import in_utc, named
from .refusals import Invalid, pointed

EVENTS_BYTES_MAX = 4096 * KIB


def intake(asked: EventAsked) -> flows.EventIntake:
    """The event as the flow takes it.

    Raises:
        Invalid: not exactly one of `occurred_at` and `time`, or the member is not named as one can be.
        TimestampInvalid: its time lies outside the calendar.
    """
    if (asked.occurred_at is None) == (asked.time is None):
        raise Invalid("Say when it happened by occurred_at or by time, one of the two.", flaws=[flaw("/occurred_at")])
    happened_at = asked.occurred_at or asked.time
    assert happened_at is not None
    event = activities.Event(
        source=asked.source,
        external_id=asked.id,
        type=asked.type,
        occurred_at=in_utc(happened_at, "/occurred_at" if asked.occurred_at else "/time"),
        data=asked.data,
    )
    return flows.EventIntake(event=event, member=named(asked.member), on_unknown=asked.on_unknown)


def pointers(asked: EventAsked) -> Mapping[str, str]:
    """Under which names the caller knows the fields of an event."""
    return {"/external_id": "/id", **({"/occurred_at": "/time"} if asked.time else {})}


def answer_to(recorded: flows.RecordedEvent) -> Answer:
    """201 the first time, 200 again, 202 while it waits for its member."""
    status = {"created": 201, "replayed": 200, "parked": 202}[recorded.outcome]
    return Answer(status=status, content=recorded.answer, is_replay=recorded.outcome == "replayed")


def record(call: Call, asked: EventAsked) -> Answer:
    """POST /v1/events with one event."""
    (done,) = flows.record_events(call.conn, call.plan, [intake(asked)], at=call.at)
    if isinstance(done, Refusal):
        raise pointed(done, pointers(asked))
    return answer_to(done)


def show_types(call: Call, _: None) -> Answer:
    """GET /v1/event-types."""
    found = activities.event_types(call.conn, call.program_id)
    return Answer(status=200, content={"event_types": [_told(found[code]) for code in sorted(found)]})


def declare(call: Call, asked: EventTypeAsked) -> Answer:
    """POST /v1/event-types: new, or the same and wider."""
    wanted = activities.EventType(
        code=asked.code,
        name={language: said for language, said in (("en", asked.name.en), ("zh", asked.name.zh)) if said},
        attributes=tuple(
            activities.Attribute(
                name=one.name,
                type=activities.AttributeType(one.type),
                required=one.required,
                options=tuple(one.options),
            )
            for one in asked.attributes
        ),
    )
    is_new = activities.declare_event_type(call.conn, call.program_id, wanted, at=call.at)
    return Answer(status=201 if is_new else 200, content=_told(wanted))


def _told(kind: activities.EventType) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name": dict(kind.name),
        "attributes": [
            {"name": one.name, "type": str(one.type), "required": one.required, "options": list(one.options)}
            for one in kind.attributes
        ],
        "built_in": kind.code in activities.BUILT_IN,
    }


REFUSED_EVENTS = (
    "validation-failed", "unknown-field", "unknown-event-type", "invalid-text", "invalid-timestamp",
    "event-in-future", "unknown-member", "member-frozen", "member-erased", "event-conflict", "too-many-items",
)  # fmt: skip

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/events",
        tag="Events",
        summary="Record what a member did",
        description=(
            "One event, or an array of at most 1,000: then each is answered by itself, in its place, and one that is "
            "refused touches no other. An event has the form of a CloudEvent with a `member`; its `data` is held "
            "against the schema of its type. The same `source` and `id` again are answered as the first time. Late "
            "events are welcome and count at their own time; points per event have limits that hold all the same."
        ),
        run=record,
        asks=EventAsked,
        tells=EventTold,
        sample=EVENT,
        example=EVENT_TOLD,
        statuses={
            201: "Recorded.",
            200: "Recorded before: the first answer again. Or the answers to an array, each with its own status.",
            202: "Waits for its member (`on_unknown: hold`); recorded when they join.",
        },
        problems=REFUSED_EVENTS,
        body_bytes_max=EVENTS_BYTES_MAX,
        keeps_refused=True,
        takes=("application/json", "application/cloudevents+json", "application/cloudevents-batch+json"),
        many="array",
        name="id",
    ),
    Operation(
        method="GET",
        path="/v1/event-types",
        tag="Events",
        summary="Show the event types",
        description="The built-in types and the program's own, each with its attributes.",
        run=show_types,
        tells=EventTypesTold,
        example=EVENT_TYPES_TOLD,
        scope=access.Scope.ADMIN,
    ),
    Operation(
        method="POST",
        path="/v1/event-types",
        tag="Events",
        summary="Declare an event type",
        description=(
            "A code, names, and the attributes its data may carry. Declared again it may be widened: attributes that "
            "are not required, more options, other names. What was recorded stays right, so nothing can be taken away."
        ),
        run=declare,
        asks=EventTypeAsked,
        tells=EventTypeTold,
        sample=EVENT_TYPE,
        example=EVENT_TYPE_TOLD,
        scope=access.Scope.ADMIN,
        statuses={201: "Declared.", 200: "It was there: as it is now, the same or wider."},
        problems=("validation-failed", "event-type-narrowed"),
        name="code",
    ),
)
