"""A stored order about to change: its member and the account that keeps its points are locked."""

from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import activities, members

from .plan import Plan


def locked(conn: Conn, plan: Plan, found: activities.Seen) -> tuple[activities.Purchase, UUID]:
    """The order, its member locked, and the account (locked too) that keeps today what it earned then."""
    wanted = (found.member_id, found.activity_id)
    kept_by = activities.purchases(conn, [wanted])[found.activity_id].account_id
    standings = members.lock_standing(conn, plan.program.program_id, sorted({found.member_id, kept_by}))
    account_id = standings[kept_by].account_id if kept_by in standings else kept_by
    return activities.purchases(conn, [wanted])[found.activity_id], account_id
