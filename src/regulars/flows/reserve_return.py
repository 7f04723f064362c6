"""What a return will take is set aside until its money is settled, so that it is not spent meanwhile."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.records import activities, ledger

from . import answers
from .capture_holds import hold_transfer
from .close_day import close_accounts
from .plan import Plan

UNTIL_SETTLED = datetime(9999, 12, 31, tzinfo=UTC)
"""No clock ends it: a return is confirmed or fails."""


def reserve(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    refund_id: UUID,
    *,
    at: datetime,
) -> dict[str, Any]:
    """Set aside what a return will take, as far as there is any, in every wallet; answers what is told of it.

    The account is locked.
    """
    today = plan.program.local_date(at)
    close_accounts(conn, plan, [account_id], today=today, at=at)
    lots = ledger.lots_of(conn, [account_id])
    told: dict[int, int] = {}
    for wallet_id, own, points in awarded(plan, purchase, undoing):
        wallet = plan.wallets[wallet_id]
        lot = kept(conn, wallet, purchase, account_id, own)
        held = ledger.reservable(lots.get((account_id, wallet_id), ()), lot, points, wallet, today=today)
        if held:
            told[wallet_id] = sum(n for _, n in held)
            _hold(conn, plan, purchase, account_id, returned, refund_id, wallet_id, held, at=at)
    first = plan.wallet.wallet_id
    return {
        "return_id": returned.external_id,
        "order_id": purchase.external_id,
        "member_id": str(purchase.member_id),
        "status": "pending",
        "reason": returned.reason,
        "amount_minor": undoing.amount_minor,
        "points_reversed": 0,
        "points_set_aside": told.get(first, 0),
        "remaining_minor": remaining_minor(conn, purchase) - undoing.amount_minor,
        "balance": answers.balance_of(conn, plan, account_id, at=at),
    }


def remaining_minor(conn: Conn, purchase: activities.Purchase) -> int:
    """What is left to return of an order as it was read, less what returns that are not settled would bring back."""
    apart = sum(one.amount_minor for one in activities.pending(conn, purchase))
    return purchase.total_minor - purchase.returned_minor - apart


def awarded(
    plan: Plan, purchase: activities.Purchase, undoing: activities.Undoing
) -> Iterator[tuple[int, ledger.Lot, int]]:
    """What is taken of the order's awards: wallet, the lot it was put into, points."""
    if undoing.points:
        yield plan.wallet.wallet_id, ledger.Lot(purchase.expires_on, purchase.active_on), undoing.points
    for award, points in undoing.further:
        yield award.wallet_id, ledger.Lot(award.expires_on, award.active_on), points


def kept(
    conn: Conn, wallet: ledger.Wallet, purchase: activities.Purchase, account_id: UUID, lot: ledger.Lot
) -> ledger.Lot:
    """The lot an award is in by now: where points end by inactivity, visits have moved its end on."""
    if wallet.expiry.kind != "inactivity":
        return lot
    accounts = [purchase.account_id, account_id]
    visits = ledger.visits(conn, accounts, wallet=wallet, since_on=purchase.on_date)
    return ledger.kept(lot, wallet.expiry, visits)


def _hold(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    refund_id: UUID,
    wallet_id: int,
    lots: tuple[tuple[ledger.Lot, int], ...],
    *,
    at: datetime,
) -> None:
    hold = ledger.Hold(
        member_id=account_id,
        hold_id=_hold_id(refund_id, wallet_id),
        wallet_id=wallet_id,
        external_id=f"{purchase.external_id}/{returned.external_id}",
        points=sum(points for _, points in lots),
        captured_points=0,
        state=ledger.HoldState.OPEN,
        opened_at=at,
        ends_at=UNTIL_SETTLED,
    )
    named = purchase.external_id, returned.external_id
    transfer = _transfer(plan, hold, ledger.Movement.HOLD, "return.pending", named, lots, at=at)
    ledger.post(conn, [transfer], wallets=plan.wallets, today=plan.program.local_date(at), recorded_at=at)
    ledger.holds.add(conn, hold)


def _hold_id(refund_id: UUID, wallet_id: int) -> UUID:
    return ids.key_of("set-aside", refund_id, wallet_id)


def _transfer(
    plan: Plan,
    hold: ledger.Hold,
    movement: ledger.Movement,
    code: str,
    named: tuple[str, str],
    lots: tuple[tuple[ledger.Lot, int], ...],
    *,
    at: datetime,
) -> ledger.Transfer:
    is_opening = movement is ledger.Movement.HOLD
    return ledger.Transfer(
        member_id=hold.member_id,
        transfer_id=hold_transfer(hold.hold_id) if is_opening else ids.key_of("release", hold.hold_id),
        movement=movement,
        points=hold.points,
        occurred_at=at,
        on_date=plan.program.local_date(at),
        reason=ledger.Reason(code, {"order": named[0], "return_id": named[1], "points": hold.points}),
        wallet_id=hold.wallet_id,
        lots=lots,
        subject_id=hold.hold_id,
    )


def free(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    refund: activities.Refund,
    code: str,
    *,
    at: datetime,
) -> None:
    """Put back what was set aside for a return; both accounts it may be in are locked.

    Points that ended meanwhile get the days of grace, except those of the order's own award: they end with it.
    """
    today = plan.program.local_date(at)
    ends = {plan.wallet.wallet_id: purchase.expires_on}
    ends |= {award.wallet_id: award.expires_on for award in activities.awards(conn, purchase)}
    wanted = [_hold_id(refund.refund_id, wallet_id) for wallet_id in plan.wallets]
    for hold in _open(conn, [account_id, purchase.account_id], wanted):
        expiry = plan.wallets[hold.wallet_id].expiry
        filled: dict[ledger.Lot, int] = {}
        for lot, points in ledger.holds.moves(conn, hold.member_id, hold_transfer(hold.hold_id)):
            is_own = lot.expires_on == ends.get(hold.wallet_id)
            to = lot if is_own else _alive(lot, expiry, today)
            filled[to] = filled.get(to, 0) + points
        named = purchase.external_id, refund.external_id
        lots = tuple(filled.items())
        transfer = _transfer(plan, hold, ledger.Movement.RELEASE, code, named, lots, at=at)
        ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)
        ledger.holds.close(conn, hold, ledger.HoldState.RELEASED)


def _alive(lot: ledger.Lot, expiry: ledger.Expiry, today: date) -> ledger.Lot:
    return lot if lot.expires_on >= today else ledger.in_grace(lot, expiry, today)


def _open(conn: Conn, account_ids: Sequence[UUID], hold_ids: Sequence[UUID]) -> list[ledger.Hold]:
    """Those of these holds that are open, wherever the points are kept by now."""
    found = ledger.holds.find(conn, list(dict.fromkeys(account_ids)), hold_ids)
    return [hold for hold in found if hold.hold_id in hold_ids and hold.state is ledger.HoldState.OPEN]
