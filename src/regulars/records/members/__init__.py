"""Members: enrollment, identifiers, standing. What names a person lives apart from what the ledger needs."""

from .model import (
    Enrollment,
    Identifier,
    IdentifierInvalid,
    IdentifierKind,
    IdentifierTaken,
    Member,
    MemberErased,
    MemberFrozen,
    MemberNotFound,
    MemberUnknown,
    Standing,
    Status,
)
from .rules import normal
from .store import accounts, count, enroll, find, get, lock_standing, mask, masked, rectify, search, set_status, several

__all__ = [
    "Enrollment",
    "Identifier",
    "IdentifierInvalid",
    "IdentifierKind",
    "IdentifierTaken",
    "Member",
    "MemberErased",
    "MemberFrozen",
    "MemberNotFound",
    "MemberUnknown",
    "Standing",
    "Status",
    "accounts",
    "count",
    "enroll",
    "find",
    "get",
    "lock_standing",
    "mask",
    "masked",
    "normal",
    "rectify",
    "search",
    "set_status",
    "several",
]
