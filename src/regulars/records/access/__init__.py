"""Access: API keys with scopes, who acts and for whom, and results that are told again."""

from .model import (
    COMMAND_LINE,
    NOBODY,
    Actor,
    ActorKind,
    ApiKey,
    Forbidden,
    KeyExpired,
    NetworkInvalid,
    Scope,
    Unauthenticated,
    staff,
)
from .personal import PERSONAL
from .results import KeyInProgress, KeyReused, Result, claim_keys, forget_results, forget_results_of, keep_results
from .roles import ROLES, May, Role, allows
from .rules import is_from
from .store import authenticate, issue, keys, name_own_member, note_use, own_members, revoke, rotate

__all__ = [
    "COMMAND_LINE",
    "NOBODY",
    "PERSONAL",
    "ROLES",
    "Actor",
    "ActorKind",
    "ApiKey",
    "Forbidden",
    "KeyExpired",
    "KeyInProgress",
    "KeyReused",
    "May",
    "NetworkInvalid",
    "Result",
    "Role",
    "Scope",
    "Unauthenticated",
    "allows",
    "authenticate",
    "claim_keys",
    "forget_results",
    "forget_results_of",
    "is_from",
    "issue",
    "keep_results",
    "keys",
    "name_own_member",
    "note_use",
    "own_members",
    "revoke",
    "rotate",
    "staff",
]
