"""Who may take part: the same answer for orders and events."""

from collections.abc import Collection
from uuid import UUID

from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, members

GONE = "This member was erased; nothing more is recorded of them."


def absence(standing: members.Standing | None) -> Refusal | None:
    """Why nothing is recorded for somebody of this standing; None when it is."""
    if standing is None:
        return members.MemberUnknown("There is no such member in this program.")
    if standing.status is members.Status.FROZEN:
        return members.MemberFrozen("This membership is frozen: nothing is earned until it is released.")
    if standing.status is members.Status.ERASED:
        return members.MemberErased(GONE)
    return None


def of_the_erased(conn: Conn, program_id: int, keys: Collection[UUID]) -> set[UUID]:
    """Which of these orders or events were recorded for somebody who was forgotten since: they come again, and nobody
    may be enrolled for them."""
    seen = activities.seen(conn, list(keys)) if keys else {}
    whose = members.standings(conn, program_id, list({one.member_id for one in seen.values()})) if seen else {}
    gone = {member_id for member_id, one in whose.items() if one.status is members.Status.ERASED}
    return {key for key, one in seen.items() if one.member_id in gone}
