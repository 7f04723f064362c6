"""API keys: who may speak to the machine's door, and what for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from regulars.kit.errors import Kind, Refusal


class Scope(StrEnum):
    """`checkout` quotes, orders, returns, redeems and reads members; `admin` may do everything."""

    CHECKOUT = "checkout"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored: never its secret, only the first characters (`hint`)."""

    key_id: UUID
    program_id: int
    label: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class Unauthenticated(Refusal):
    """No key, or one that is not (or no longer) known."""

    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"


class KeyExpired(Refusal):
    """The key's time is over."""

    kind = Kind.UNAUTHENTICATED
    code = "key-expired"


class Forbidden(Refusal):
    """The key lacks the scope this call needs."""

    kind = Kind.FORBIDDEN
    code = "forbidden"
