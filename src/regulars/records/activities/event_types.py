"""What a program takes as an event: types with names and a small schema; built-in ones, and the program's own.

A type may be widened, never narrowed: what was recorded under it stays right.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

import msgspec

from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Kind, Refusal
from regulars.kit.money import AMOUNT_MINOR_MAX

from .store import SQL

ATTRIBUTES_MAX = 50
OPTIONS_MAX = 100
DATA_TEXT_MAX = 1000
_WHOLE_MAX = 2**53
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class AttributeType(StrEnum):
    """What an attribute of an event holds."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    ENUM = "enum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One field of an event's data. Money is in minor units of the program's currency; `options` are an enum's."""

    name: str
    type: AttributeType
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A kind of event a program takes: its code, its names by language, its attributes."""

    code: str
    name: Mapping[str, str]
    attributes: tuple[Attribute, ...] = ()


class UnknownEventType(Refusal):
    """The program has no such event type."""

    code = "unknown-event-type"


class EventDataInvalid(Refusal):
    """The data of an event does not fit the schema of its type; every flaw is pointed at."""

    code = "validation-failed"


class EventTypeInvalid(Refusal):
    """A declaration that no event could be held against."""

    code = "validation-failed"


class EventTypeNarrowed(Refusal):
    """The type would no longer take what it took: pointers name the attributes."""

    kind = Kind.CONFLICT
    code = "event-type-narrowed"


def _built_in(code: str, english: str, chinese: str, **attributes: str) -> EventType:
    """A type of ours; an attribute marked with `!` is required."""
    return EventType(
        code=code,
        name={"en": english, "zh": chinese},
        attributes=tuple(
            Attribute(name=name, type=AttributeType(kind.rstrip("!")), required=kind.endswith("!"))
            for name, kind in attributes.items()
        ),
    )


BUILT_IN: Mapping[str, EventType] = {
    one.code: one
    for one in (
        _built_in("review", "Review", "评价", sku="text", stars="integer", comment="text", has_photo="boolean"),
        _built_in("check_in", "Check-in", "签到", place="text"),
        _built_in("profile_completed", "Profile completed", "完善资料"),
        _built_in("survey_answered", "Survey answered", "填写问卷", survey="text!", score="integer", comment="text"),
        _built_in("share", "Share", "分享", channel="text", link="text"),
        _built_in("event_attended", "Event attended", "参加活动", event="text!", place="text", held_on="date"),
        _built_in("page_viewed", "Page viewed", "浏览页面", page="text!", sku="text", seconds="integer"),
    )
}
"""Types that every program has. One of its own under the same code widens it."""


def event_types(conn: Conn, program_id: int) -> dict[str, EventType]:
    """Every type of a program by code: the built-in ones, then its own, which stand before a built-in one."""
    rows = conn.execute(SQL["select_event_types"], {"program_id": program_id})
    return {**BUILT_IN, **{row[0]: _type(row) for row in rows}}


def declare_event_type(conn: Conn, program_id: int, wanted: EventType, *, at: datetime) -> bool:
    """Declare a type, or widen one: attributes that need not be sent, more options, other names. True when it is new.

    Raises:
        EventTypeInvalid: a code, name, attribute or option that cannot be used.
        EventTypeNarrowed: events that were taken before would be refused.
    """
    check_event_type(wanted)
    if wanted.code in BUILT_IN:
        check_wider(BUILT_IN[wanted.code], wanted)
    row = {
        "program_id": program_id,
        "code": wanted.code,
        "name": msgspec.json.encode(wanted.name).decode(),
        "attributes": msgspec.json.encode(wanted.attributes).decode(),
        "created_at": at,
    }
    if conn.execute(SQL["insert_event_type"], row).fetchone():
        return wanted.code not in BUILT_IN
    before = conn.execute(SQL["lock_event_type"], {"program_id": program_id, "code": wanted.code}).fetchone()
    assert before is not None
    check_wider(_type(before), wanted)
    conn.execute(SQL["update_event_type"], {name: value for name, value in row.items() if name != "created_at"})
    return False


def _type(row: Sequence[Any]) -> EventType:
    return EventType(code=row[0], name=row[1], attributes=msgspec.convert(row[2], tuple[Attribute, ...]))


def check_event_type(wanted: EventType) -> None:
    """Refuse a declaration that no event could be held against.

    Raises:
        EventTypeInvalid: with a pointer to every flaw.
    """
    flaws = []
    if not _CODE.fullmatch(wanted.code):
        flaws.append(_flaw("/code", "begins with a small letter; at most 64 of a-z 0-9 _ . -"))
    if not any(wanted.name.values()):
        flaws.append(_flaw("/name", "in one language at least"))
    for language, said in wanted.name.items():
        if len(said) > 100 or not said.isprintable():
            flaws.append(_flaw(f"/name/{language}", "at most 100 characters, none of control"))
    if len(wanted.attributes) > ATTRIBUTES_MAX:
        flaws.append(_flaw("/attributes", f"at most {ATTRIBUTES_MAX}"))
    names = [one.name for one in wanted.attributes]
    for place, one in enumerate(wanted.attributes[:ATTRIBUTES_MAX]):
        if not _NAME.fullmatch(one.name):
            flaws.append(_flaw(f"/attributes/{place}/name", "begins with a small letter; at most 40 of a-z 0-9 _"))
        if one.name in names[:place]:
            flaws.append(_flaw(f"/attributes/{place}/name", "stands here twice"))
        if (one.type is AttributeType.ENUM) != bool(one.options):
            flaws.append(_flaw(f"/attributes/{place}/options", "an enum has options, nothing else has"))
        if len(one.options) > OPTIONS_MAX or not all(o and o.isprintable() and len(o) <= 100 for o in one.options):
            flaws.append(_flaw(f"/attributes/{place}/options", f"at most {OPTIONS_MAX}, of 1 to 100 characters each"))
    if flaws:
        raise EventTypeInvalid("This event type cannot be declared as it is.", flaws=flaws)


def check_wider(before: EventType, after: EventType) -> None:
    """Refuse a change after which an event that was taken would be refused.

    Raises:
        EventTypeNarrowed: with a pointer to every attribute that is missing, of another type, or newly required.
    """
    known = {one.name: one for one in after.attributes}
    flaws = []
    for old in before.attributes:
        new = known.pop(old.name, None)
        if new is None or new.type is not old.type:
            flaws.append(_flaw("/attributes", f"{old.name} stays, as {old.type}", "event-type-narrowed"))
        elif not set(old.options) <= set(new.options):
            flaws.append(_flaw("/attributes", f"{old.name} keeps its options", "event-type-narrowed"))
        elif new.required and not old.required:
            flaws.append(_flaw("/attributes", f"{old.name} cannot become required", "event-type-narrowed"))
    flaws += [
        _flaw("/attributes", f"{one.name} is new, so it cannot be required", "event-type-narrowed")
        for one in known.values()
        if one.required
    ]
    if flaws:
        raise EventTypeNarrowed(
            "Events were taken under this type; it can be widened, not narrowed. Declare another one.", flaws=flaws
        )


def fitting(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as it is kept: null is left out, instants are in UTC, so that the same content reads the same.

    Raises:
        EventDataInvalid: it does not fit the type.
    """
    known = {one.name: one for one in kind.attributes}
    kept: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for name, value in data.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"unknown; did you mean {near[0]!r}?" if near else "unknown"
            flaws.append(_flaw(f"/data/{_escaped(name)}", hint, "unknown-field"))
        elif value is not None:
            found = _READERS[known[name].type](value, known[name])
            if found is None:
                flaws.append(_flaw(f"/data/{name}", _WANTED[known[name].type]))
            kept[name] = found
    flaws += [
        _flaw(f"/data/{one.name}", "required") for one in kind.attributes if one.required and data.get(one.name) is None
    ]
    if flaws:
        raise EventDataInvalid(f"The data does not fit the event type {kind.code}.", flaws=flaws)
    return kept


def _text(value: Any, _: Attribute) -> str | None:
    return value if isinstance(value, str) and len(value) <= DATA_TEXT_MAX and not _CONTROL.search(value) else None


def _whole(value: Any, _: Attribute) -> int | None:
    return value if type(value) is int and abs(value) <= _WHOLE_MAX else None


def _amount(value: Any, _: Attribute) -> int | None:
    return value if type(value) is int and 0 <= value <= AMOUNT_MINOR_MAX else None


def _truth(value: Any, _: Attribute) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Any, _: Attribute) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _instant(value: Any, _: Attribute) -> str | None:
    try:
        found = msgspec.convert(value, datetime) if isinstance(value, str) else None
        return found.astimezone(UTC).isoformat() if found and found.tzinfo else None
    except (msgspec.ValidationError, OverflowError):
        return None


def _option(value: Any, attribute: Attribute) -> str | None:
    return value if isinstance(value, str) and value in attribute.options else None


_READERS: Mapping[AttributeType, Callable[[Any, Attribute], Any]] = {
    AttributeType.TEXT: _text,
    AttributeType.INTEGER: _whole,
    AttributeType.MONEY: _amount,
    AttributeType.BOOLEAN: _truth,
    AttributeType.DATE: _day,
    AttributeType.INSTANT: _instant,
    AttributeType.ENUM: _option,
}
_WANTED: Mapping[AttributeType, str] = {
    AttributeType.TEXT: f"a text of at most {DATA_TEXT_MAX} characters",
    AttributeType.INTEGER: "a whole number",
    AttributeType.MONEY: "a whole number of minor units, from 0",
    AttributeType.BOOLEAN: "true or false",
    AttributeType.DATE: "a day such as 2026-11-23",
    AttributeType.INSTANT: "a time with its offset, such as 2026-11-23T18:30:00+08:00",
    AttributeType.ENUM: "one of the declared options",
}


def _flaw(pointer: str, detail: str, code: str = "validation-failed") -> Flaw:
    return Flaw(pointer=pointer, code=code, detail=detail)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
