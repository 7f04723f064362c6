"""What the door itself refuses, before any room is asked."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

from regulars.kit.errors import Flaw, Kind, Refusal


def pointed(refusal: Refusal, names: Mapping[str, str], *, prefix: str = "") -> Refusal:
    """The refusal as the caller knows its fields: renamed by `names`, standing under `prefix` if there is one."""
    moved = copy(refusal)
    moved.flaws = tuple(replace(one, pointer=f"{prefix}{names.get(one.pointer, one.pointer)}") for one in refusal.flaws)
    if prefix and not moved.flaws:
        moved.flaws = (Flaw(pointer=prefix, code=refusal.code, detail=refusal.code.replace("-", " ")),)
    return moved


class MalformedJson(Refusal):
    """Not JSON, cut off, or nested too deep. Facts: byte_offset."""

    kind = Kind.MALFORMED
    code = "malformed-json"


class DuplicateKey(Refusal):
    """An object names the same key twice."""

    kind = Kind.MALFORMED
    code = "duplicate-json-key"


class MalformedHeader(Refusal):
    """A header cannot be used as it is."""

    kind = Kind.MALFORMED
    code = "malformed-header"


class CredentialInUrl(Refusal):
    """An API key came in the address, where logs and proxies keep it."""

    kind = Kind.MALFORMED
    code = "credential-in-url"


class NotAnObject(Refusal):
    """The body is empty or not a JSON object; nothing of it is kept."""

    code = "validation-failed"


class Invalid(Refusal):
    """A field is missing or of the wrong type."""

    code = "validation-failed"


class UnknownField(Refusal):
    """A field that this call does not know."""

    code = "unknown-field"


class AmountTooLarge(Refusal):
    """An amount beyond 64 bits."""

    code = "amount-out-of-range"


class NumberTooLarge(Refusal):
    """A number beyond 64 bits."""

    code = "quantity-out-of-range"


class TooManyItems(Refusal):
    """More items than one request takes; nothing of it is recorded."""

    code = "too-many-items"


class TextInvalid(Refusal):
    """A text that is no Unicode or holds NUL; nothing of it is kept."""

    code = "invalid-text"


class TimestampInvalid(Refusal):
    """Not an RFC 3339 time with its offset."""

    code = "invalid-timestamp"


class NotFound(Refusal):
    """Nothing is at this address."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class MethodNotAllowed(Refusal):
    """The address knows other methods. Facts: allow."""

    code = "method-not-allowed"


class NotAcceptable(Refusal):
    """The caller takes no JSON."""

    code = "not-acceptable"


class UnsupportedMediaType(Refusal):
    """The body is not declared as JSON."""

    code = "unsupported-media-type"


class ContentTooLarge(Refusal):
    """The body is larger than this call takes. Facts: limit_bytes."""

    kind = Kind.TOO_LARGE
    code = "content-too-large"


class RequestTimeout(Refusal):
    """The body did not come in time."""

    code = "request-timeout"


class UriTooLong(Refusal):
    """The address is longer than 8,000 bytes."""

    code = "uri-too-long"


class HeadersTooLarge(Refusal):
    """The headers together are longer than 32,000 bytes."""

    code = "headers-too-large"


class Overloaded(Refusal):
    """More requests wait than can be served soon."""

    kind = Kind.UNAVAILABLE
    code = "overloaded"


class Busy(Refusal):
    """What the request needs is locked by others for too long."""

    kind = Kind.UNAVAILABLE
    code = "busy"


class DatabaseUnavailable(Refusal):
    """The database does not answer."""

    kind = Kind.UNAVAILABLE
    code = "db-unavailable"


class ReadOnly(Refusal):
    """The database takes no writes at present."""

    kind = Kind.UNAVAILABLE
    code = "read-only"


class StorageFull(Refusal):
    """The database's disk is full."""

    kind = Kind.UNAVAILABLE
    code = "storage-full"


class Timeout(Refusal):
    """The database answers too slowly; what was sent may or may not be recorded."""

    kind = Kind.UNAVAILABLE
    code = "timeout"


class Internal(Refusal):
    """A mistake of ours."""

    kind = Kind.UNAVAILABLE
    code = "internal"
