"""A day ends in the program's zone: pending points become usable, old ones expire, due tiers are looked at, changes of
tiers begin, and members are told of the ends that have come near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import ledger, members, outbox

from . import changes, review_tiers
from .plan import Plan

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What one chunk of closing a day did. `is_done` when nothing is left.

    `spared_points` were over and stay, as nobody had announced their end; `announced_points` will end soon. `warned`
    members were told that they lose a tier.
    """

    activated_points: int = 0
    expired_points: int = 0
    spared_points: int = 0
    announced_points: int = 0
    upgraded: int = 0
    downgraded: int = 0
    kept: int = 0
    warned: int = 0
    is_done: bool = True


def close_day(conn: Conn, plan: Plan, *, today: date, at: datetime) -> Closed:
    """Do a chunk of what the beginning of `today` brings; call again until `is_done`, each in its transaction.

    Doing it twice does nothing the second time: it moves what it finds, and afterwards finds nothing.
    """
    plan = review_tiers.up_to_date(conn, plan, today=today)
    due_lots = ledger.due_lots(conn, list(plan.wallets), today=today, limit=CHUNK)
    accounts = sorted({member_id for member_id, _, _, _ in due_lots})
    due = review_tiers.due(conn, plan, today=today, limit=CHUNK)
    if not accounts and not due.member_ids:
        done = review_tiers.warn(conn, plan, today=today, at=at, limit=CHUNK)
        done = done or review_tiers.raise_all(conn, plan, today=today, at=at, limit=CHUNK)
        return _of_tiers(done) if done else _announce(conn, plan, today=today)
    members.lock_standing(conn, plan.program.program_id, sorted({*accounts, *due.member_ids}))
    moved = close_accounts(conn, plan, accounts, today=today, at=at)
    reviewed = review_tiers.review(conn, plan, due, today=today, at=at)
    return Closed(
        activated_points=moved[ledger.Movement.ACTIVATE],
        expired_points=moved[ledger.Movement.EXPIRE],
        spared_points=moved[ledger.Movement.EXTEND],
        upgraded=reviewed.upgraded,
        downgraded=reviewed.downgraded,
        kept=reviewed.kept,
        warned=reviewed.warned,
        is_done=False,
    )


def _of_tiers(done: review_tiers.Reviewed) -> Closed:
    return Closed(upgraded=done.upgraded, kept=done.kept, warned=done.warned, is_done=False)


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
