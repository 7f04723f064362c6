"""What members did besides buying, each fact once. The only code that touches the events' table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import copying, ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw

from .event_types import EventType, UnknownEventType, fitting
from .rules import check_text, check_time
from .store import SQL


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something a member did. (`source`, `external_id`) names it for ever; `data` fits the schema of `type`."""

    source: str
    external_id: str
    type: str
    occurred_at: datetime
    data: Mapping[str, Any]


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded event with what it earned and what the shop was told; `on_date` is the program's local day.

    `award_points` are those of the first wallet; `is_rewarded` says whether it earned in any.
    """

    member_id: UUID
    event_id: UUID
    source: str
    external_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    on_date: date
    data: Mapping[str, Any]
    is_rewarded: bool
    award_points: int
    answer: Mapping[str, Any]


def event_key(program_id: int, source: str, external_id: str) -> UUID:
    """What names an event for ever."""
    return ids.key_of(program_id, "event", source, external_id)


def event_digest(event: Event) -> bytes:
    """Tells whether a repeated id carries the same content, whatever the order of its data."""
    return ids.digest(msgspec.msgpack.encode(event, order="deterministic"))


def checked(event: Event, types: Mapping[str, EventType], *, at: datetime) -> Event:
    """The event as it is kept, its data held against the schema of its type. `at` is now.

    Raises:
        UnknownEventType, EventDataInvalid, InvalidText, InvalidTimestamp, EventInFuture: as named.
    """
    check_time(event.occurred_at, at=at)
    for name in ("source", "external_id", "type"):
        check_text(f"/{name}", getattr(event, name), required=True)
    kind = types.get(event.type)
    if kind is None:
        raise UnknownEventType(
            "This program has no such event type. Declare it with POST /v1/event-types first.",
            flaws=[Flaw(pointer="/type", code="unknown-event-type", detail="not declared")],
        )
    return Event(
        source=event.source,
        external_id=event.external_id,
        type=event.type,
        occurred_at=event.occurred_at,
        data=fitting(kind, event.data),
    )


def differing_event(first: StoredEvent | Event, again: Event) -> list[Flaw]:
    """Which fields of a repeated id differ from what was recorded."""
    names = sorted({*first.data, *again.data})
    pairs = {
        "/type": (first.type, again.type),
        "/occurred_at": (first.occurred_at, again.occurred_at),
        **{f"/data/{name}": (first.data.get(name), again.data.get(name)) for name in names},
    }
    return [
        Flaw(pointer=pointer, code="event-conflict", detail="differs from what was recorded")
        for pointer, (one, other) in pairs.items()
        if one != other
    ]


_EVENT = (
    "member_id", "event_id", "source", "external_id", "type", "occurred_at", "recorded_at", "on_date", "data",
    "is_rewarded", "award_points", "answer",
)  # fmt: skip


def add_events(conn: Conn, program_id: int, events: Sequence[StoredEvent]) -> None:
    """Write events; `answer` of each is kept to be told again."""
    if not events:
        return
    columns: dict[str, Any] = {name: [getattr(event, name) for event in events] for name in _EVENT}
    for name in ("data", "answer"):
        columns[name] = [msgspec.json.encode(value).decode() for value in columns[name]]
    copying.copy(conn, "activities.event", {**columns, "program_id": [program_id] * len(events)})


def stored_events(conn: Conn, wanted: Iterable[tuple[UUID, UUID]]) -> dict[UUID, StoredEvent]:
    """Recorded events by their id; each is asked for by (member, event)."""
    pairs = list(wanted)
    rows = conn.execute(SQL["select_events"], {"member_ids": [m for m, _ in pairs], "event_ids": [e for _, e in pairs]})
    return {row[1]: _event(row) for row in rows}


def member_events(conn: Conn, program_id: int, member_id: UUID, *, limit: int) -> list[StoredEvent]:
    """A member's events, newest first."""
    rows = conn.execute(SQL["select_member_events"], {"program_id": program_id, "member_id": member_id, "limit": limit})
    return [_event(row) for row in rows]


def _event(row: Sequence[Any]) -> StoredEvent:
    return StoredEvent(**dict(zip(_EVENT, row, strict=True)))


Span = tuple[UUID, str, date, date]
"""A member, an event type, the first and the last local day."""


def rewarded_events(conn: Conn, spans: Sequence[Span]) -> list[int]:
    """How many events of the member and type earned points in each span, in the order of the spans.

    Ask after the members are locked: then no other batch can reward one of them before this one ends.
    """
    if not spans:
        return []
    rows = conn.execute(
        SQL["count_rewarded_events"],
        {
            "place": list(range(len(spans))),
            "member_id": [span[0] for span in spans],
            "type": [span[1] for span in spans],
            "from_on": [span[2] for span in spans],
            "to_on": [span[3] for span in spans],
        },
    )
    counts = {row[0]: int(row[1]) for row in rows}
    return [counts.get(place, 0) for place in range(len(spans))]
