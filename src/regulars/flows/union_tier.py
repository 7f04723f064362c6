"""The tiers of two who became one member, and of both once that is undone.

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

from . import changes, segment_ranks
from .plan import Plan
from .tiers_held import Held


def unite(conn: Conn, plan: Plan, member_id: UUID, into_id: UUID, *, at: datetime) -> Mapping[str, Any]:
    """Add what a member did to another, who gets the better of both tiers or what the sum reaches, on every set.

    Answers the tiers both had, as plain data.
    """
    held = tiers.all_holdings(conn, [member_id, into_id])
    own, other = held.get(into_id, {}), held.get(member_id, {})
    tiers.add_tallies(conn, [(into_id, tally) for tally in tiers.days(conn, member_id)])
    tiers.release(conn, [member_id])
    for ladder in plan.ladders:
        mine, theirs = own.get(ladder.ladder_id), other.get(ladder.ladder_id)
        best = theirs if ladder.held(theirs).rank > ladder.held(mine).rank else mine
        _hold(conn, plan, ladder, into_id, mine, best, at=at)
    return {"holdings": _kept(other), "into_holdings": _kept(own)}


def part(conn: Conn, plan: Plan, merge: members.Merge, final_id: UUID, *, at: datetime) -> None:
    """Take what the member did off everybody it was added to; both get the tiers they had, or what they reach now."""
    for one in members.led_by(conn, merge.member_id, final_id)[1:]:
        off = [
            (one, tiers.Tally(t.on_date, -t.spend_minor, -t.points, -t.orders))
            for t in tiers.days(conn, merge.member_id)
        ]
        tiers.add_tallies(conn, off)
    now = tiers.all_holdings(conn, [final_id]).get(final_id, {})
    before = _stored(merge.before["into_holdings"]) if final_id == merge.into_id else now
    theirs = _stored(merge.before["holdings"])
    for ladder in plan.ladders:
        number = ladder.ladder_id
        _hold(conn, plan, ladder, final_id, now.get(number), before.get(number), at=at)
        _hold(conn, plan, ladder, merge.member_id, None, theirs.get(number), at=at)


def _kept(held: Held) -> list[Any]:
    return [msgspec.to_builtins(holding) for holding in held.values()]


def _stored(kept: Any) -> Held:
    return {holding.ladder_id: holding for holding in msgspec.convert(kept, list[tiers.Holding])}


def _hold(
    conn: Conn,
    plan: Plan,
    ladder: tiers.Ladder,
    member_id: UUID,
    now: tiers.Holding | None,
    then: tiers.Holding | None,
    *,
    at: datetime,
) -> None:
    """Put a member from the tier they hold into another, or into the higher one that they reach."""
    today = plan.program.local_date(at)
    joined_on = tiers.joined(conn, [member_id]).get(member_id, today)
    if ladder.metric is tiers.Metric.SEGMENT:
        amount = segment_ranks.ranks(conn, plan, ladder, [member_id], at=at, today=today)[member_id]
    else:
        span = tiers.span([ladder], today, joined_on)
        counted = tiers.tallies(conn, {member_id: span}).get(member_id, ())
        amount = tiers.reached(ladder, counted, today, joined_on)
    holding = tiers.reassess(ladder, then, amount, at=at, on=today, joined_on=joined_on) or then
    if holding == now:
        return
    from_id, to_id = ladder.held(now).tier_id, ladder.held(holding).tier_id
    if holding is None:
        tiers.let_go(conn, member_id, ladder.ladder_id)
    moves = []
    if from_id != to_id:
        moves.append(
            tiers.Move(
                member_id=member_id,
                moved_at=at,
                from_tier_id=from_id,
                to_tier_id=to_id,
                cause="merge",
                reached=amount,
                ladder_id=ladder.ladder_id,
            )
        )
    tiers.hold(conn, ladder.program_id, [(member_id, holding)] if holding else [], moves)
    outbox.add(conn, plan.program.program_id, list(changes.moved(plan, moves, at=at)))
