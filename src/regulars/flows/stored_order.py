"""A stored order about to change: its member and the account that keeps its points are locked."""

from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import activities, members

from .hand_over import keeper
from .plan import Plan


def locked(conn: Conn, plan: Plan, found: activities.Seen) -> tuple[activities.Purchase, members.Standing, UUID]:
    """The order, who bought it, locked, and the account (locked too) that keeps today what it earned then.

    `found` is its first generation; what is answered is the newest.
    """
    program_id = plan.program.program_id
    first = _one(conn, found.member_id, found.activity_id)
    newest = activities.generations(conn, program_id, first)[-1]
    kept_by = newest.account_id
    standings = members.lock_standing(conn, program_id, sorted({found.member_id, newest.member_id, kept_by}))
    if _one(conn, found.member_id, found.activity_id).reinstated != first.reinstated:
        return locked(conn, plan, found)  # It was reinstated before we held the lock; from here on it cannot be.
    buyer = standings[newest.member_id]
    account_id = keeper(conn, plan, kept_by, standings.get(kept_by), buyer)
    return _one(conn, newest.member_id, newest.order_id), buyer, account_id


def _one(conn: Conn, member_id: UUID, order_id: UUID) -> activities.Purchase:
    return activities.purchases(conn, [(member_id, order_id)])[order_id]
