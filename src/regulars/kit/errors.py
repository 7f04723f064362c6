"""Refusals: every error a caller can cause carries a kind, a stable code and pointers to what is wrong.

Doors map the kind to an HTTP status; core rooms never name one. Codes are the slugs of docs/problems.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of refusal it is; a door turns it into a status."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    FROZEN = "frozen"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing wrong in the input: an RFC 6901 `pointer`, a stable `code`, a sentence."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):
    """The world asked for something that will not be done; nothing was changed.

    `facts` are machine-readable members of the answer (say `{"spendable": 40, "cost": 500}`); they never
    carry personal data.
    """

    kind: Kind = Kind.INVALID
    code: str = "validation-failed"
    leaves: bool = False
    """Whether what was written before it stands, such as the count of wrong guesses."""

    def __init__(self, detail: str, *, flaws: Sequence[Flaw] = (), facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.flaws = tuple(flaws)
        self.facts = dict(facts or {})
