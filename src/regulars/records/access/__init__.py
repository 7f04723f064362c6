"""Access: API keys with scopes; only digests are stored."""

from .model import ApiKey, Forbidden, KeyExpired, Scope, Unauthenticated
from .store import authenticate, issue, keys, revoke

__all__ = [
    "ApiKey",
    "Forbidden",
    "KeyExpired",
    "Scope",
    "Unauthenticated",
    "authenticate",
    "issue",
    "keys",
    "revoke",
]
