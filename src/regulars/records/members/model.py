"""Members: who they are to the program, and by what they are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal


class Status(IntEnum):
    """Whether a member takes part. The number is stored."""

    ACTIVE = 1
    FROZEN = 2
    ERASED = 3
    MERGED = 4


class IdentifierKind(StrEnum):
    """What a till or shop knows a member by."""

    EXTERNAL = "external"
    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"


class Identifier(msgspec.Struct, frozen=True):
    """One way to find a member; `value` is in its normal form (`rules.normal`)."""

    kind: IdentifierKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """What is known of somebody who joins. The first identifier names them; the same again is the same member."""

    identifiers: tuple[Identifier, ...]
    enrolled_at: datetime
    name: str = ""
    birth_on: date | None = None
    language: str = ""
    channel: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs to know of a member. `account_id`: where their points are kept; mostly their own id.

    Of somebody who was merged, it is the standing of the member they were merged into.
    """

    member_id: UUID
    status: Status
    enrolled_on: date
    language: str
    birth_on: date | None
    account_id: UUID
    enrolled_at: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member as screens and the API show them."""

    member_id: UUID
    program_id: int
    status: Status
    enrolled_at: datetime
    enrolled_on: date
    terms_version: int
    language: str
    channel: str
    name: str
    birth_on: date | None
    attributes: Mapping[str, Any]
    identifiers: tuple[Identifier, ...]
    merged_into: UUID | None = None

    @property
    def external_id(self) -> str:
        """The shop's own id of the member, or an empty text."""
        return next((i.value for i in self.identifiers if i.kind is IdentifierKind.EXTERNAL), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Several members who share one account of points. `external_id` is the shop's own name of it."""

    household_id: UUID
    program_id: int
    external_id: str
    name: str
    founded_at: datetime
    dissolved_at: datetime | None
    belonging: tuple[tuple[UUID, datetime], ...]

    @property
    def member_ids(self) -> tuple[UUID, ...]:
        """Who belongs to it now, in the order they joined."""
        return tuple(member_id for member_id, _ in self.belonging)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A member who was merged into another; `before` is what both had by then, as plain data."""

    member_id: UUID
    merge_id: UUID
    into_id: UUID
    merged_at: datetime
    before: Mapping[str, Any]


class HouseholdNotFound(Refusal):
    """No household of this name, or it was dissolved."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class MemberUnknown(Refusal):
    """No member with this id or identifier."""

    kind = Kind.INVALID
    code = "unknown-member"


class MemberNotFound(Refusal):
    """No member at this address."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class MemberFrozen(Refusal):
    """The membership is frozen: nothing is earned or spent."""

    kind = Kind.FROZEN
    code = "member-frozen"


class MemberErased(Refusal):
    """The member asked to be forgotten; nothing more is recorded."""

    kind = Kind.GONE
    code = "member-erased"


class IdentifierInvalid(Refusal):
    """An identifier is empty, too long or not of its kind."""


class IdentifierTaken(Refusal):
    """An identifier already belongs to somebody else."""

    kind = Kind.CONFLICT
    code = "identifier-taken"
