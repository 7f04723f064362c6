"""What could have been seen: who looked at whose data, which files left, and what of a person there is to see."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import audit, members

from .plan import Plan

LOOKED: Final = ("identifiers-revealed", "statement-exported", "member-exported", "GET /v1/members/{member_id}/export")
FILES: Final = ("members-exported", "ledger-exported", "redemptions-exported", "segment-exported", "audit-exported")
ACCESS: Final = ("logged-in", "login-failed", "login-link-made", "api-key-issued")
_NOTES_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What happened since a moment. `members_all` is how many there are; `looked_at` whose data somebody opened alone;
    `files` which left, `access` who came in or tried, each by verb, person and address with how often."""

    since_at: datetime
    members_all: int
    looked_at: tuple[UUID, ...]
    files: tuple[tuple[str, str, str, int], ...]
    access: tuple[tuple[str, str, str, int], ...]


def breach_scope(conn: Conn, plan: Plan, *, since_at: datetime) -> Scope:
    """Draw it from the audit log, as the beginning of what has to be told in 72 hours. Source: quality/privacy (33)."""
    program_id = plan.program.program_id
    noted = {
        kind: audit.notes(conn, program_id, limit=_NOTES_MAX, from_at=since_at, verbs=verbs)
        for kind, verbs in (("looked", LOOKED), ("files", FILES), ("access", ACCESS))
    }
    return Scope(
        since_at=since_at,
        members_all=members.count(conn, program_id),
        looked_at=tuple(dict.fromkeys(one.member_id for one in noted["looked"] if one.member_id)),
        files=_counted(noted["files"]),
        access=_counted(noted["access"]),
    )


def _counted(notes: list[audit.Note]) -> tuple[tuple[str, str, str, int], ...]:
    found = Counter((one.verb, one.name or one.person, one.address) for one in notes)
    return tuple((verb, name, address, count) for (verb, name, address), count in found.most_common())
