"""Who asks: API keys, remembered for a few seconds so that a request costs no look-up of its own."""

import logging
import time
from datetime import datetime

import psycopg

from regulars.kit import clock
from regulars.records import access

from .connections import Connections
from .refusals import CredentialInUrl

log = logging.getLogger("regulars.api")

REMEMBERED_SECONDS = 4.0
REMEMBERED_KEYS_MAX = 1000
_NAMES = frozenset({"api_key", "apikey", "api-key", "key", "token", "access_token", "authorization", "secret"})


class Keys:
    """The keys this process has seen lately. A revoked key is out of force within five seconds."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lately: dict[str, tuple[access.ApiKey, float]] = {}

    def remembered(self, authorization: str) -> access.ApiKey | None:
        """The key, when it was looked up a moment ago and is still in force."""
        found = self._lately.get(authorization)
        if found is None or found[1] < time.monotonic() or _is_over(found[0], clock.now()):
            return None
        return found[0]

    def look_up(self, authorization: str) -> access.ApiKey:
        """The key behind an Authorization header.

        Raises:
            Unauthenticated, KeyExpired: no key in force.
        """
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip().isascii():
            raise access.Unauthenticated("Send 'Authorization: Bearer rk_…' with an API key that is in force.")
        at = clock.now()
        with self._connections.transaction() as conn:
            key = access.authenticate(conn, secret.strip(), at=at)
        self._note_use(key, at)
        if len(self._lately) >= REMEMBERED_KEYS_MAX:
            self._lately.clear()
        self._lately[authorization] = (key, time.monotonic() + REMEMBERED_SECONDS)
        return key

    def _note_use(self, key: access.ApiKey, at: datetime) -> None:
        """A database that takes no writes at present can still be read from."""
        try:
            with self._connections.transaction() as conn:
                access.note_use(conn, key, at=at)
        except psycopg.Error:
            log.warning("the use of a key could not be noted", exc_info=True)


def _is_over(key: access.ApiKey, at: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= at


def check_network(key: access.ApiKey, address: str) -> None:
    """Refuse a key that comes from elsewhere.

    Raises:
        Forbidden: the address is in none of its networks.
    """
    if key.networks and not access.is_from(key.networks, address):
        raise access.Forbidden("This key may not be used from this address.")


def check_scope(key: access.ApiKey, wanted: access.Scope) -> None:
    """Refuse a key that may not do this; `admin` may do everything.

    Raises:
        Forbidden: the scope is missing.
    """
    if wanted not in key.scopes and access.Scope.ADMIN not in key.scopes:
        raise access.Forbidden(f"This key lacks the scope '{wanted}'.")


def check_url(query: str) -> None:
    """Refuse a credential in the address, whatever else is right.

    Raises:
        CredentialInUrl: something there looks like a key.
    """
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name.lower() in _NAMES or value.startswith(("rk_", "Bearer")):
            raise CredentialInUrl(
                "An API key belongs into the Authorization header: addresses end in logs. Revoke this key and issue "
                "a new one."
            )
