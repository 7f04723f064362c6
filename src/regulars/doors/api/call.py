"""What an operation is, what it gets and what it gives: the table of operations is the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec

from regulars import flows
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw
from regulars.records import access

from .refusals import Invalid, NotFound

KIB = 1024
BODY_BYTES_MAX = 256 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request inside its transaction; `at` is now."""

    conn: Conn
    plan: flows.Plan
    key: access.ApiKey
    at: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]

    @property
    def program_id(self) -> int:
        """The program the key belongs to; nothing of another one can be reached."""
        return self.plan.program.program_id

    def path_id(self, name: str) -> UUID:
        """An id of ours out of the address.

        Raises:
            NotFound: it is no id, so nothing can be there.
        """
        try:
            return UUID(self.path[name])
        except ValueError:
            raise NotFound("There is nothing at this address.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers. `is_replay`: the same was asked before, and nothing happened now."""

    status: int
    content: Mapping[str, Any]
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer as it goes over the wire."""

    status: int
    body: bytes
    is_replay: bool = False


def told(answer: Answer) -> Told:
    """The answer in bytes; the same content always gives the same bytes, wherever it was kept in between."""
    return Told(status=answer.status, body=encoded(answer.content), is_replay=answer.is_replay)


def encoded(content: Any) -> bytes:
    """JSON with sorted keys."""
    return msgspec.json.encode(content, order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A part of the address after the question mark."""

    name: str
    description: str
    required: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


Run: TypeAlias = Callable[[Call, Any], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a machine can ask for. `path` is written as in OpenAPI.

    `name` is the field (of the address or the body) that names what is done; `pointers` say under which name the
    caller knows a field of a room; `keeps_refused`: what is refused stays in the inbox; `retells`: its first answer
    is kept with the results of keys, as no room keeps it. An operation that `gathers` has no `run` of its own: its
    requests are recorded in groups. `takes` are the media types of a body; `many` says that it may hold many items,
    as lines or as an array.
    """

    method: Literal["GET", "POST"]
    path: str
    tag: str
    summary: str
    description: str
    tells: Any
    example: Mapping[str, Any]
    run: Run | None = None
    asks: Any = None
    sample: Mapping[str, Any] | None = None
    scope: access.Scope = access.Scope.CHECKOUT
    query: tuple[Parameter, ...] = ()
    statuses: Mapping[int, str] = field(default_factory=lambda: {200: "Done."})
    problems: tuple[str, ...] = ()
    body_bytes_max: int = BODY_BYTES_MAX
    keeps_refused: bool = False
    gathers: bool = False
    retells: bool = False
    takes: tuple[str, ...] = ("application/json",)
    many: Literal["", "lines", "array"] = ""
    name: str = ""
    pointers: Mapping[str, str] = field(default_factory=dict)


def one_of(call: Call, name: str, options: tuple[str, ...], default: str) -> str:
    """A query parameter with few possible values.

    Raises:
        Invalid: another value was sent.
    """
    value = call.query.get(name, default)
    if value not in options:
        raise Invalid(f"{name} is one of {', '.join(options)}.", flaws=[flaw(f"/query/{name}")])
    return value


def flaw(pointer: str, detail: str = "not usable") -> Flaw:
    """A field that does not fit; fields of the address stand under `/query` and `/path`."""
    return Flaw(pointer=pointer, code="validation-failed", detail=detail)
