"""A day ends in the program's zone: pending points become usable, old ones expire, due tiers are looked at."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.clock import EVER
from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import ledger, members

from .plan import Plan

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What one chunk of closing a day did. `is_done` when nothing is left."""

    activated_points: int = 0
    expired_points: int = 0
    upgraded: int = 0
    downgraded: int = 0
    kept: int = 0
    is_done: bool = True


def close_day(conn: Conn, plan: Plan, *, today: date, at: datetime) -> Closed:
    """Do a chunk of what the beginning of `today` brings; call again until `is_done`, each in its transaction.

    Doing it twice does nothing the second time: it moves what it finds, and afterwards finds nothing.
    """
    ended = ledger.ended_lots(conn, today=today, after=None, limit=CHUNK)
    mine = sorted({member_id for member_id, wallet_id, _, _ in ended if wallet_id == plan.wallet.wallet_id})
    due = tiers.due(conn, plan.program.program_id, today=today, limit=CHUNK)
    members.lock_standing(conn, plan.program.program_id, sorted({*mine, *due}))
    activated, expired = _close_lots(conn, plan, mine, today=today, at=at)
    up, down, kept = _review(conn, plan, due, today=today, at=at)
    is_done = not mine and not due
    if is_done:
        ledger.forget_spent_lots(conn, today=today)
    return Closed(
        activated_points=activated, expired_points=expired, upgraded=up, downgraded=down, kept=kept, is_done=is_done
    )


def _close_lots(conn: Conn, plan: Plan, member_ids: list[UUID], *, today: date, at: datetime) -> tuple[int, int]:
    ending: dict[UUID, dict[ledger.Movement, list[tuple[ledger.Lot, int]]]] = defaultdict(lambda: defaultdict(list))
    for member_id, lot, points in ledger.lots_of(conn, member_ids, wallet=plan.wallet):
        if lot == ledger.DEBT or points <= 0:
            continue
        if lot.expires_on < today:
            ending[member_id][ledger.Movement.EXPIRE].append((lot, points))
        elif EVER < lot.active_on <= today:
            ending[member_id][ledger.Movement.ACTIVATE].append((lot, points))
    transfers = [
        _transfer(plan, member_id, movement, lot, points, today=today, at=at)
        for member_id, movements in ending.items()
        for movement, lots in movements.items()
        for lot, points in lots
    ]
    ledger.post(conn, transfers, wallet=plan.wallet, today=today, recorded_at=at)
    sums = {m: sum(t.points for t in transfers if t.movement is m) for m in ledger.Movement}
    return sums[ledger.Movement.ACTIVATE], sums[ledger.Movement.EXPIRE]


def _transfer(
    plan: Plan,
    member_id: UUID,
    movement: ledger.Movement,
    lot: ledger.Lot,
    points: int,
    *,
    today: date,
    at: datetime,
) -> ledger.Transfer:
    is_expiry = movement is ledger.Movement.EXPIRE
    params = {"expires_on": lot.expires_on.isoformat()} if is_expiry else {}
    return ledger.Transfer(
        member_id=member_id,
        transfer_id=ids.uuid7(),
        movement=movement,
        points=points,
        occurred_at=at,
        on_date=today,
        reason=ledger.Reason("expire" if is_expiry else "activate", {**params, "points": points}),
        wallet_id=plan.wallet.wallet_id,
        lots=((lot, points),),
    )


def _review(conn: Conn, plan: Plan, member_ids: list[UUID], *, today: date, at: datetime) -> tuple[int, int, int]:
    start = tiers.window_start(plan.ladder, today)
    tallies = tiers.tallies(conn, dict.fromkeys(member_ids, (start, start)))
    holdings = tiers.holdings(conn, member_ids)
    after: dict[UUID, tiers.Holding] = {}
    moves: list[tiers.Move] = []
    up = 0
    for member_id in member_ids:
        amount = tiers.reached(plan.ladder, tallies.get(member_id, ()), today)
        before = holdings[member_id]
        holding = tiers.reassess(plan.ladder, before, amount, at=at, on=today, at_review=True)
        if holding is None:
            continue
        after[member_id] = holding
        if holding.tier_id != before.tier_id:
            up += plan.ladder.tier(holding.tier_id).rank > plan.ladder.tier(before.tier_id).rank
            moves.append(
                tiers.Move(
                    member_id=member_id,
                    moved_at=at,
                    from_tier_id=before.tier_id,
                    to_tier_id=holding.tier_id,
                    cause="review",
                    reached=amount,
                )
            )
    tiers.hold(conn, plan.program.program_id, after, moves)
    return up, len(moves) - up, len(after) - len(moves)
