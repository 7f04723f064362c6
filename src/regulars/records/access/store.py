"""The only code that touches the keys' table."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import ApiKey, KeyExpired, Scope, Unauthenticated

SQL = sql.load("regulars.records.access")
PREFIX = "rk_"


def issue(
    conn: Conn,
    *,
    program_id: int,
    label: str,
    scopes: Iterable[Scope],
    at: datetime,
    expires_at: datetime | None = None,
    issued_by: str = "",
    networks: Iterable[str] = (),
    minute_max: int | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret; the secret is told this once and kept nowhere (192 random bits, digest stored).

    Raises:
        NetworkInvalid: one of the networks is not written as an address or as CIDR.
    """
    secret = PREFIX + secrets.token_urlsafe(24)
    wanted = frozenset(scopes)
    key = ApiKey(
        key_id=ids.uuid7(),
        program_id=program_id,
        label=label,
        hint=secret[:9],
        scopes=wanted,
        created_at=at,
        expires_at=expires_at,
        revoked_at=None,
        used_at=None,
        issued_by=issued_by,
        networks=tuple(rules.network(one) for one in networks),
        minute_max=minute_max,
    )
    conn.execute(
        SQL["insert_key"],
        {
            "key_id": key.key_id,
            "program_id": program_id,
            "label": label,
            "hint": key.hint,
            "secret_digest": _digest(secret),
            "scopes": sorted(wanted),
            "created_at": at,
            "expires_at": expires_at,
            "issued_by": issued_by,
            "networks": list(key.networks),
            "minute_max": minute_max,
        },
    )
    return key, secret


def authenticate(conn: Conn, secret: str, *, at: datetime) -> ApiKey:
    """The key that the secret opens.

    Raises:
        Unauthenticated: no such key, or it was revoked.
        KeyExpired: its time is over.
    """
    row = (
        conn.execute(SQL["select_key"], {"secret_digest": _digest(secret)}).fetchone()
        if secret.startswith(PREFIX)
        else None
    )
    if row is None or row[7] is not None:
        raise Unauthenticated(
            "This API key is not known. Send 'Authorization: Bearer rk_…' with a key that is in force."
        )
    key = _key(row)
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired("This API key has expired. Issue a new one in the console under Developers.")
    return key


def note_use(conn: Conn, key: ApiKey, *, at: datetime) -> None:
    """Remember when a key was last used, by the minute."""
    conn.execute(SQL["touch_key"], {"key_id": key.key_id, "at": at})


def keys(conn: Conn, program_id: int) -> list[ApiKey]:
    """Every key of the program, newest first, revoked ones too."""
    return [_key(row) for row in conn.execute(SQL["select_keys"], {"program_id": program_id})]


def rotate(conn: Conn, key: ApiKey, *, at: datetime, ends_at: datetime, by: str = "") -> tuple[ApiKey, str]:
    """A successor that may do the same, and its secret; the key ends at `ends_at`: both work meanwhile."""
    made = issue(
        conn,
        program_id=key.program_id,
        label=key.label,
        scopes=key.scopes,
        at=at,
        expires_at=at + (key.expires_at - key.created_at) if key.expires_at else None,
        issued_by=by,
        networks=key.networks,
        minute_max=key.minute_max,
    )
    conn.execute(SQL["end_key"], {"key_id": key.key_id, "program_id": key.program_id, "ends_at": ends_at})
    return made


def revoke(conn: Conn, program_id: int, key_id: UUID, *, at: datetime) -> bool:
    """Take a key out of force at once; False when it was not in force."""
    return conn.execute(SQL["revoke_key"], {"program_id": program_id, "key_id": key_id, "at": at}).rowcount == 1


def name_own_member(conn: Conn, program_id: int, person: str, member_id: UUID, *, at: datetime) -> bool:
    """Note that a person of the staff is this member; it cannot be taken back. False when it was noted before."""
    about = {"program_id": program_id, "person": person, "member_id": member_id, "named_at": at}
    return conn.execute(SQL["insert_own_member"], about).rowcount == 1


def own_members(conn: Conn, program_id: int, person: str) -> list[UUID]:
    """Which members a person of the staff is, in the order they were named."""
    rows = conn.execute(SQL["select_own_members"], {"program_id": program_id, "person": person})
    return [row[0] for row in rows]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: tuple[Any, ...]) -> ApiKey:
    return ApiKey(
        key_id=row[0],
        program_id=row[1],
        label=row[2],
        hint=row[3],
        scopes=frozenset(Scope(scope) for scope in row[4]),
        created_at=row[5],
        expires_at=row[6],
        revoked_at=row[7],
        used_at=row[8],
        issued_by=row[9],
        networks=tuple(row[10]),
        minute_max=row[11],
    )
