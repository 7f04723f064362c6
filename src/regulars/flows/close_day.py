"""A day ends in the program's zone: pending points become usable, old ones expire, due tiers are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

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
    due_lots = ledger.due_lots(conn, list(plan.wallets), today=today, limit=CHUNK)
    accounts = sorted({member_id for member_id, _, _, _ in due_lots})
    due = tiers.due(conn, plan.program.program_id, today=today, limit=CHUNK)
    members.lock_standing(conn, plan.program.program_id, sorted({*accounts, *due}))
    activated, expired = close_accounts(conn, plan, accounts, today=today, at=at)
    up, down, kept = _review(conn, plan, due, today=today, at=at)
    is_done = not accounts and not due
    if is_done:
        ledger.forget_spent_lots(conn, today=today)
    return Closed(
        activated_points=activated, expired_points=expired, upgraded=up, downgraded=down, kept=kept, is_done=is_done
    )


def close_accounts(
    conn: Conn, plan: Plan, account_ids: Sequence[UUID], *, today: date, at: datetime
) -> tuple[int, int]:
    """Close every day before `today` for these accounts, which the caller has locked; points activated and expired."""
    transfers = [
        transfer
        for (member_id, wallet_id), lots in ledger.lots_of(conn, account_ids).items()
        if wallet_id in plan.wallets
        for transfer in ledger.closings(member_id, lots, plan.wallets[wallet_id], today=today, at=at)
    ]
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    sums = {m: sum(t.points for t in transfers if t.movement is m) for m in ledger.Movement}
    return sums[ledger.Movement.ACTIVATE], sums[ledger.Movement.EXPIRE]


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
