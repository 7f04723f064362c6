"""The tier of two who became one member, and of both once that is undone.

What the merged member did stays counted under them, too: it is what is taken off the other when the merge is undone,
and returns of their orders are taken off both (`refund_order`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import members, outbox

from . import changes
from .plan import Plan


def unite(conn: Conn, plan: Plan, member_id: UUID, into_id: UUID, *, at: datetime) -> Mapping[str, Any]:
    """Add what a member did to another, who gets the better of both tiers or what the sum reaches.

    Answers the tiers both had, as plain data.
    """
    held = tiers.holdings(conn, [member_id, into_id])
    tiers.add_tallies(conn, [(into_id, tally) for tally in tiers.days(conn, member_id)])
    own, other = held.get(into_id), held.get(member_id)
    best = other if other and _rank(plan, other) > _rank(plan, own) else own
    tiers.release(conn, [member_id])
    _hold(conn, plan, into_id, own, best, at=at)
    return {"holding": msgspec.to_builtins(other), "into_holding": msgspec.to_builtins(own)}


def part(conn: Conn, plan: Plan, merge: members.Merge, final_id: UUID, *, at: datetime) -> None:
    """Take what the member did off everybody it was added to; both get the tier they had, or what they reach now."""
    for one in members.led_by(conn, merge.member_id, final_id)[1:]:
        off = [
            (one, tiers.Tally(t.on_date, -t.spend_minor, -t.points, -t.orders))
            for t in tiers.days(conn, merge.member_id)
        ]
        tiers.add_tallies(conn, off)
    now = tiers.holdings(conn, [final_id]).get(final_id)
    before = _stored(merge.before["into_holding"]) if final_id == merge.into_id else now
    _hold(conn, plan, final_id, now, before, at=at)
    _hold(conn, plan, merge.member_id, None, _stored(merge.before["holding"]), at=at)


def _stored(kept: Any) -> tiers.Holding | None:
    return msgspec.convert(kept, tiers.Holding) if kept else None


def _rank(plan: Plan, holding: tiers.Holding | None) -> int:
    return plan.ladder.tier(holding.tier_id).rank if holding else plan.ladder.tiers[0].rank


def _hold(
    conn: Conn, plan: Plan, member_id: UUID, now: tiers.Holding | None, then: tiers.Holding | None, *, at: datetime
) -> None:
    """Put a member from the tier they hold into another, or into the higher one that they reach."""
    today = plan.program.local_date(at)
    start = tiers.window_start(plan.ladder, today)
    amount = tiers.reached(plan.ladder, tiers.tallies(conn, {member_id: (start, start)}).get(member_id, ()), today)
    holding = tiers.reassess(plan.ladder, then, amount, at=at, on=today) or then
    if holding == now:
        return
    lowest = plan.ladder.tiers[0].tier_id
    from_id, to_id = now.tier_id if now else lowest, holding.tier_id if holding else lowest
    if holding is None:
        tiers.release(conn, [member_id])
    moves = []
    if from_id != to_id:
        moves.append(
            tiers.Move(
                member_id=member_id, moved_at=at, from_tier_id=from_id, to_tier_id=to_id, cause="merge", reached=amount
            )
        )
    tiers.hold(conn, plan.program.program_id, {member_id: holding} if holding else {}, moves)
    outbox.add(conn, plan.program.program_id, list(changes.moved(plan, moves, at=at)))
