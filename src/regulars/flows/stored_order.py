"""A stored order about to change: its member and the account that keeps its points are locked."""

from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import activities, members

from .hand_over import keeper
from .plan import Plan


def locked(conn: Conn, plan: Plan, found: activities.Seen) -> tuple[activities.Purchase, members.Standing, UUID]:
    """The order, who bought it, locked, and the account (locked too) that keeps today what it earned then."""
    wanted = (found.member_id, found.activity_id)
    kept_by = activities.purchases(conn, [wanted])[found.activity_id].account_id
    standings = members.lock_standing(conn, plan.program.program_id, sorted({found.member_id, kept_by}))
    buyer = standings[found.member_id]
    account_id = keeper(conn, plan, kept_by, standings.get(kept_by), buyer)
    return activities.purchases(conn, [wanted])[found.activity_id], buyer, account_id
