"""A day ends in the program's zone: pending points become usable, old ones expire, due tiers are looked at, and
members are told of the ends that have come near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import ledger, members, outbox

from . import changes
from .plan import Plan

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What one chunk of closing a day did. `is_done` when nothing is left.

    `spared_points` were over and stay, as nobody had announced their end; `announced_points` will end soon.
    """

    activated_points: int = 0
    expired_points: int = 0
    spared_points: int = 0
    announced_points: int = 0
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
    if not accounts and not due:
        return _announce(conn, plan, today=today)
    members.lock_standing(conn, plan.program.program_id, sorted({*accounts, *due}))
    moved = close_accounts(conn, plan, accounts, today=today, at=at)
    up, down, kept = _review(conn, plan, due, today=today, at=at)
    return Closed(
        activated_points=moved[ledger.Movement.ACTIVATE],
        expired_points=moved[ledger.Movement.EXPIRE],
        spared_points=moved[ledger.Movement.EXTEND],
        upgraded=up,
        downgraded=down,
        kept=kept,
        is_done=False,
    )


def _announce(conn: Conn, plan: Plan, *, today: date) -> Closed:
    """What ends within the days of notice is told, once; when all is told the day is closed."""
    lots = ledger.unannounced(conn, plan.wallets.values(), today=today)
    if not lots:
        ledger.note_announced(conn, plan.wallets.values(), today=today)
        ledger.forget_spent_lots(conn, today=today)
        return Closed()
    members.lock_standing(conn, plan.program.program_id, sorted({member_id for member_id, _, _ in lots}))
    points = ledger.announce(conn, lots, plan.wallets, today=today)
    return Closed(announced_points=points, is_done=False)


def close_accounts(
    conn: Conn, plan: Plan, account_ids: Sequence[UUID], *, today: date, at: datetime
) -> dict[ledger.Movement, int]:
    """Close every day before `today` for these accounts, which the caller has locked; points by movement."""
    announced = ledger.announced(conn, account_ids, today=today)
    transfers = [
        transfer
        for whose, lots in ledger.lots_of(conn, account_ids).items()
        if whose[1] in plan.wallets
        for transfer in ledger.closings(
            whose[0], lots, plan.wallets[whose[1]], announced=announced.get(whose, {}), today=today, at=at
        )
    ]
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    outbox.add(conn, plan.program.program_id, changes.closed(conn, plan, transfers, at=at))
    return {m: sum(t.points for t in transfers if t.movement is m) for m in ledger.Movement}


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
    outbox.add(conn, plan.program.program_id, list(changes.moved(plan, moves, at=at)))
    return up, len(moves) - up, len(after) - len(moves)
