"""A reward is on its way to its member: prepared, sent, delivered or collected; every step by somebody."""

from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import rewards
from regulars.records import activities

from . import changes
from .plan import Plan
from .undo_redemption import existing


def fulfill_redemption(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    redemption_id: UUID,
    *,
    at: datetime,
    move: rewards.Move = rewards.Move.HAND_OUT,
    actor: str = "",
    carrier: str = "",
    tracking: str = "",
    note: str = "",
) -> bool:
    """Move a redemption on; False when it stands there already, or somebody else moved it first.

    `carrier` and `tracking` name the parcel of what is sent. Undoing is `undo_redemption`.

    Raises:
        RedemptionNotFound, AlreadyFulfilled, AlreadyUndone, InvalidText: as named.
    """
    for name, text in (("carrier", carrier), ("tracking", tracking), ("note", note)):
        activities.check_text(f"/{name}", text)
    redemption = existing(conn, plan, member_id, redemption_id)
    state = rewards.after(redemption.state, move)
    if state is None:
        return False
    is_new = rewards.move(
        conn, redemption, state, move.value, at=at, actor=actor, carrier=carrier, tracking=tracking, note=note
    )
    if is_new:
        changes.redeemed(conn, plan, f"reward.{state.name.lower()}", redemption, at=at)
    return is_new
