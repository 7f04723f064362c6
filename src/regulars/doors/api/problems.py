"""Every refusal as application/problem+json: one table from kinds and codes to statuses.

Source: RFC 9457; quality/cases 3.0, 3.11.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from regulars.kit import db
from regulars.kit.errors import Flaw, Kind, Refusal

from .call import encoded
from .refusals import Busy, DatabaseUnavailable, Internal, NotAnObject, Overloaded, ReadOnly, StorageFull, Timeout

MEDIA_TYPE = "application/problem+json"

_BY_KIND: Mapping[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.TOO_LARGE: 413,
    Kind.INVALID: 422,
    Kind.FROZEN: 423,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}
_BY_CODE: Mapping[str, int] = {
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "request-timeout": 408,
    "uri-too-long": 414,
    "unsupported-media-type": 415,
    "headers-too-large": 431,
    "internal": 500,
    "timeout": 504,
    "storage-full": 507,
}
_RETRY_AFTER_SECONDS: Mapping[str, int] = {"idempotency-in-progress": 1, "overloaded": 1, "busy": 1, "read-only": 5}
UNKEPT = frozenset(
    {"malformed-json", "duplicate-json-key", "invalid-text", "idempotency-key-reused", "idempotency-in-progress"}
    | {"malformed-header", "member-erased", "content-too-large", "request-timeout", "too-many-items"}
)
"""Codes whose bytes never go to the inbox: nothing usable in them, or nothing that may be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the documentation says about a code, in English and Chinese."""

    code: str
    status: int
    title: Mapping[str, str]
    meaning: Mapping[str, str]
    act: Mapping[str, str]
    example: str
    kept: str


def _pages() -> dict[str, Page]:
    text = files(__package__).joinpath("problems.toml").read_text(encoding="utf-8")
    return {
        code: Page(
            code=code,
            status=entry["status"],
            title={"en": entry["title"], "zh": entry["title_zh"]},
            meaning={"en": entry["meaning"], "zh": entry["meaning_zh"]},
            act={"en": entry["act"], "zh": entry["act_zh"]},
            example=entry["example"],
            kept=entry["kept"],
        )
        for code, entry in tomllib.loads(text).items()
    }


PAGES = _pages()


def belongs_in_inbox(refusal: Refusal) -> bool:
    """Whether the bytes of a refused order, return or event are kept: a person can still make sense of them."""
    is_usable = refusal.code not in UNKEPT and not isinstance(refusal, NotAnObject)
    return is_usable and refusal.kind in {Kind.INVALID, Kind.CONFLICT, Kind.FROZEN}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return _BY_CODE.get(refusal.code) or _BY_KIND[refusal.kind]


def understood(broken: Exception) -> Refusal:
    """What went wrong below, as a refusal that tells no secret; a mistake of ours is `internal`."""
    match broken:
        case Refusal():
            return broken
        case db.Overdue():
            return Timeout("The database is too slow at present; send the same request again.")
        case PoolTimeout() | TooManyRequests() | errors.TooManyConnections():
            return Overloaded("Too many requests wait; send this one again in a second.")
        case errors.LockNotAvailable() | errors.QueryCanceled() | errors.DeadlockDetected():
            return Busy("Others hold what this request needs; send it again.")
        case errors.DiskFull():
            return StorageFull("The database's disk is full; reading goes on. Send the same request again later.")
        case errors.ReadOnlySqlTransaction():
            return ReadOnly("The database takes no writes at present; send the same request again.")
        case psycopg.OperationalError() | psycopg.InterfaceError() | PoolClosed():
            return DatabaseUnavailable("The database does not answer; send the same request again.")
        case _:
            return Internal("This is a mistake of ours; it is on record under the request id.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal on its way out: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def problem(
    refusal: Refusal,
    *,
    instance: str,
    request_id: str,
    kept: str = "none",
    language: str = "en",
    home: str = "",
    pointers: Mapping[str, str] | None = None,
) -> Problem:
    """The refusal as the caller reads it. `home` is the address the problem pages stand under."""
    status = status_of(refusal)
    page = PAGES[refusal.code]
    wait = refusal.facts.get("retry_after_seconds") or _RETRY_AFTER_SECONDS.get(refusal.code)
    content: dict[str, Any] = {
        **refusal.facts,
        "type": f"{home}/docs/problems/{refusal.code}",
        "title": page.title[language],
        "status": status,
        "detail": refusal.detail,
        "instance": instance,
        "code": refusal.code,
        "request_id": request_id,
        "errors": [_told(flaw, pointers or {}) for flaw in refusal.flaws],
        "retry": "same-request" if status >= 500 else "after" if wait else "no",
        "kept": kept,
    }
    headers: dict[str, str] = {}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="regulars"'
    if "allow" in refusal.facts:
        headers["allow"] = refusal.facts["allow"]
    if wait or status == 503:
        headers["retry-after"] = str(wait or 1)
    return Problem(status=status, headers=headers, body=encoded(content))


def _told(flaw: Flaw, pointers: Mapping[str, str]) -> dict[str, str]:
    return {"pointer": pointers.get(flaw.pointer, flaw.pointer), "code": flaw.code, "detail": flaw.detail}
