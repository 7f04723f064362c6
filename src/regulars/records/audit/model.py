"""The audit log: who did what and when, what has been sealed, and what is wrong with a chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One act. `place` is where it was written, `number` where it stands in the chain (None: not sealed yet).

    `person` is the code of whom it was done for, `name` how they were called then. `program_id` is None for what
    concerns the whole house, such as a log-in. `facts` name things by id and hold no personal data.
    """

    place: int
    number: int | None
    at: datetime
    program_id: int | None
    person: str
    name: str
    verb: str
    member_id: UUID | None
    address: str
    facts: Mapping[str, Any]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is written and sealed; `at_us` are microseconds since 1970, UTC."""

    at_us: int
    program_id: int | None
    actor: str
    person: str
    name: str
    verb: str
    member_id: str | None
    address: str
    facts: Mapping[str, Any]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far the chain went and what it came to, signed: kept elsewhere, it shows a chain that was cut or made anew.

    `digest`, `key` (the public half, Ed25519) and `signature` in hexadecimal, `at` in ISO 8601.
    """

    number: int
    digest: str
    at: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a proof of the chain found. `broken_at` is the first number that does not fit, None when all do.

    `loose` are notes outside the chain; `heads_wrong` are signed heads that this chain does not come to.
    """

    sealed: int
    waiting: int
    loose: int
    broken_at: int | None
    heads: int
    heads_wrong: tuple[int, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed, taken out, put in or cut off."""
        return self.broken_at is None and not self.loose and not self.heads_wrong
