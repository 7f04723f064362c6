"""Access: API keys with scopes, of which only digests are stored, and results that are told again."""

from .model import ApiKey, Forbidden, KeyExpired, Scope, Unauthenticated
from .results import KeyInProgress, KeyReused, Result, claim_keys, forget_results, keep_results
from .store import authenticate, issue, keys, note_use, revoke

__all__ = [
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
    "note_use",
    "revoke",
]
