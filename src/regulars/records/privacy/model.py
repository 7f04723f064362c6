"""Privacy: what members agreed to, who is restricted, who asked to be forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from regulars.kit.errors import Kind, Refusal


class Purpose(StrEnum):
    """What data is used for; each is asked apart."""

    SERVICE = "service"
    MARKETING = "marketing"
    PROFILING = "profiling"
    PERSONALIZATION = "personalization"
    SHARING = "sharing"


class Channel(StrEnum):
    """How marketing reaches a member; the other purposes have none (`NONE`)."""

    NONE = ""
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    WECHAT = "wechat"
    PHONE = "phone"
    POST = "post"


CHANNELS: Mapping[Purpose, tuple[Channel, ...]] = {
    purpose: tuple(one for one in Channel if one) if purpose is Purpose.MARKETING else (Channel.NONE,)
    for purpose in Purpose
}
"""The channels a choice of each purpose is made for."""

NEEDS_YES: Mapping[Purpose, bool] = {
    Purpose.SERVICE: False,
    Purpose.MARKETING: True,
    Purpose.PROFILING: False,
    Purpose.PERSONALIZATION: False,
    Purpose.SHARING: True,
}
"""Whether a purpose waits for a yes (True) or goes on until a no, where the shop has said nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A yes or no of a member. `version` is the text they were shown, 0 when none was published.

    `place` is where it was given (a form, a till, a link), `proof` what shows it, `told_by` whose hand wrote it down.
    """

    purpose: Purpose
    channel: Channel
    is_given: bool
    version: int
    place: str
    told_by: str
    given_at: datetime
    proof: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds of a purpose and channel. `since_at` is None where the member never chose and the basis decides."""

    purpose: Purpose
    channel: Channel
    is_allowed: bool
    since_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A version of what members are asked, by language."""

    purpose: Purpose
    version: int
    body: Mapping[str, str]
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question by link that can be answered until `ends_at`."""

    program_id: int
    member_id: UUID
    purpose: Purpose
    channel: Channel
    version: int
    asked_at: datetime
    ends_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What somebody says no to by a link."""

    program_id: int
    member_id: UUID
    purpose: Purpose
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That a member is to be forgotten from `due_on` on; `blocked` says what stood against it the last time."""

    member_id: UUID
    program_id: int
    asked_at: datetime
    asked_by: str
    due_on: date
    done_at: datetime | None
    blocked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """That a member's data is kept and not used."""

    since_at: datetime
    reason: str
    told_by: str


class ConsentInvalid(Refusal):
    """A choice names a channel its purpose does not have, or a text that was never published."""

    code = "consent-invalid"


class LinkOver(Refusal):
    """The link was used, is too old or never was."""

    kind = Kind.GONE
    code = "link-over"


class ErasureBlocked(Refusal):
    """Something stands against forgetting the member now. Facts: reasons."""

    kind = Kind.CONFLICT
    code = "erasure-blocked"
