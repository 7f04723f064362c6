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


class ActorKind(StrEnum):
    """Whether a person at the console acts, or a machine."""

    STAFF = "staff"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something by hand. `code` names the account or key for ever, `name` is for reading.

    `person` is the code of whom it acts for: a key that a staff account issued acts for that person, one from the
    command line for itself. Two actors of one person are not four eyes.
    """

    kind: ActorKind
    code: str
    name: str
    person: str


def staff(account_id: int, name: str) -> Actor:
    """A staff account at the console."""
    code = f"staff:{account_id}"
    return Actor(kind=ActorKind.STAFF, code=code, name=name, person=code)


COMMAND_LINE = Actor(kind=ActorKind.KEY, code="command-line", name="command line", person="command-line")
"""Whoever has a shell on the server."""
NOBODY = Actor(kind=ActorKind.STAFF, code="nobody", name="", person="nobody")
"""Somebody who is not logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored: never its secret, only the first characters (`hint`).

    `issued_by` is the person (`Actor.person`) who issued it, empty for one from the command line. `networks` are the
    addresses it may come from (CIDR; empty: any), `minute_max` how often it may ask in a minute (None: no limit).
    """

    key_id: UUID
    program_id: int
    label: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    issued_by: str = ""
    networks: tuple[str, ...] = ()
    minute_max: int | None = None

    @property
    def actor(self) -> Actor:
        """The key as one who acts."""
        code = f"key:{self.key_id}"
        return Actor(kind=ActorKind.KEY, code=code, name=f"key:{self.hint}", person=self.issued_by or code)


class Unauthenticated(Refusal):
    """No key, or one that is not (or no longer) known."""

    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"


class KeyExpired(Refusal):
    """The key's time is over."""

    kind = Kind.UNAUTHENTICATED
    code = "key-expired"


class NetworkInvalid(Refusal):
    """A network is not written as an address or as CIDR."""

    code = "network-invalid"


class Forbidden(Refusal):
    """The key lacks the scope this call needs."""

    kind = Kind.FORBIDDEN
    code = "forbidden"
