"""An order is delivered or completed: what it earned in wallets that wait for that becomes usable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.records import activities, ledger

from .changes import note
from .plan import Plan
from .stored_order import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """An activation's outcome: `created`, `replayed` (the same again), or `parked` until its order comes."""

    outcome: Literal["created", "replayed", "parked"]
    answer: Mapping[str, Any]


def activate_points(conn: Conn, plan: Plan, order_external_id: str, *, source: str, at: datetime) -> Activated:
    """Make usable what an order earned and returns did not take, in every wallet that waits for an event; once.

    The order of a member nobody knows yet, or one that has not come, is waited for. What ended while it waited
    stays ended.

    Source: capabilities B6, B12.
    """
    activities.check_text("/source", source, required=True)
    activities.check_text("/order_id", order_external_id, required=True)
    program_id = plan.program.program_id
    order_key = activities.order_key(program_id, source, order_external_id)
    found = activities.seen(conn, [order_key]).get(order_key)
    if found is None:
        _park(conn, program_id, order_key, source, order_external_id, at=at)
        told = {"order_id": order_external_id, "status": "waiting-for-purchase", "wallets": []}
        return Activated(outcome="parked", answer=told)
    return _activate(conn, plan, found, source, order_external_id, at=at)


def carry_out(conn: Conn, plan: Plan, parked: activities.Parked, *, at: datetime) -> None:
    """Do what waited for its order, which has just been recorded."""
    activate_points(conn, plan, str(parked.body["order_id"]), source=parked.source, at=at)


def _park(conn: Conn, program_id: int, order_key: UUID, source: str, order_external_id: str, *, at: datetime) -> None:
    activities.park(
        conn,
        program_id,
        kind="completion",
        waits_for=order_key,
        source=source,
        external_id=order_external_id,
        digest=ids.digest(b""),
        body={"order_id": order_external_id},
        at=at,
    )


def _activate(
    conn: Conn, plan: Plan, found: activities.Seen, source: str, order_external_id: str, *, at: datetime
) -> Activated:
    purchase, _, account_id = locked(conn, plan, found)
    again = () if purchase.generation == 1 else (purchase.generation,)
    key = ids.key_of(plan.program.program_id, "completion", source, order_external_id, *again)
    claimed = activities.remember(
        conn, plan.program.program_id, [(key, purchase.member_id, purchase.order_id, ids.digest(b""))]
    )
    if not claimed:
        return Activated(outcome="replayed", answer=_answer(purchase, _before(conn, plan, account_id, purchase)))
    today = plan.program.local_date(at)
    lots = ledger.lots_of(conn, [account_id])
    transfers = []
    for wallet_id, lot, points in _earned(conn, plan, purchase):
        kept, left = ledger.alive(lot, points, plan.wallets[wallet_id], today)
        moving = min(left, dict(lots.get((account_id, wallet_id), ())).get(kept, 0))
        if moving > 0 and kept.expires_on >= today:
            transfers.append(_transfer(plan, account_id, purchase, wallet_id, kept, moving, at=at))
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    activities.note_completed(conn, purchase, waiting_on=ledger.WAITING)
    moved = {t.wallet_id: t.points for t in transfers}
    note(
        conn, plan, "order.completed", purchase.member_id, subject_id=purchase.order_id, at=at,
        order_id=purchase.external_id, source=purchase.source,
    )  # fmt: skip
    return Activated(outcome="created", answer=_answer(purchase, {plan.wallets[w].code: n for w, n in moved.items()}))


def _earned(conn: Conn, plan: Plan, purchase: activities.Purchase) -> Iterator[tuple[int, ledger.Lot, int]]:
    """What the order earned, less what returns took, where it waits for an event: wallet, lot, points."""
    if purchase.active_on == ledger.WAITING:
        own = ledger.Lot(purchase.expires_on, purchase.active_on)
        yield plan.wallet.wallet_id, own, purchase.award_points - purchase.reversed_points
    for award in activities.awards(conn, purchase):
        if award.active_on == ledger.WAITING:
            lot = ledger.Lot(award.expires_on, award.active_on)
            yield award.wallet_id, lot, award.points - award.reversed_points


def _transfer(
    plan: Plan,
    account_id: UUID,
    purchase: activities.Purchase,
    wallet_id: int,
    lot: ledger.Lot,
    points: int,
    *,
    at: datetime,
) -> ledger.Transfer:
    return ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("activate", purchase.order_id, wallet_id),
        movement=ledger.Movement.ACTIVATE,
        points=points,
        occurred_at=at,
        on_date=plan.program.local_date(at),
        reason=ledger.Reason("activate.order", {"order": purchase.external_id, "points": points}),
        wallet_id=wallet_id,
        lots=((lot, points),),
        subject_id=purchase.order_id,
    )


def _before(conn: Conn, plan: Plan, account_id: UUID, purchase: activities.Purchase) -> dict[str, int]:
    """What the first activation moved, by wallet, as the journal says."""
    found = {}
    for wallet in plan.wallets.values():
        lines = ledger.lines(
            conn,
            account_id,
            wallet=wallet,
            limit=1,
            movements=(ledger.Movement.ACTIVATE,),
            subject_id=purchase.order_id,
        )
        if lines:
            found[wallet.code] = int(lines[0].reason.params["points"])
    return found


def _answer(purchase: activities.Purchase, moved: Mapping[str, int]) -> dict[str, Any]:
    return {
        "order_id": purchase.external_id,
        "status": "recorded",
        "member_id": str(purchase.member_id),
        "wallets": [{"wallet": code, "points": points} for code, points in moved.items()],
    }
