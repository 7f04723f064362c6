"""Access: API keys with scopes, who acts and for whom, and results that are told again."""

from .model import COMMAND_LINE, NOBODY, Actor, ActorKind, ApiKey, Forbidden, KeyExpired, Scope, Unauthenticated, staff
from .results import KeyInProgress, KeyReused, Result, claim_keys, forget_results, keep_results
from .store import authenticate, issue, keys, name_own_member, note_use, own_members, revoke

__all__ = [
    "COMMAND_LINE",
    "NOBODY",
    "Actor",
    "ActorKind",
    "ApiKey",
    "Forbidden",
    "KeyExpired",
    "KeyInProgress",
    "KeyReused",
    "Result",
    "Scope",
    "Unauthenticated",
    "authenticate",
    "claim_keys",
    "forget_results",
    "issue",
    "keep_results",
    "keys",
    "name_own_member",
    "note_use",
    "own_members",
    "revoke",
    "staff",
]
