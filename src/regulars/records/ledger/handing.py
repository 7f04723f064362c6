"""Points that change their account: what leaves one arrives in the other, in the same lots."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from . import rules
from .model import DEBT, Hold, Lot, Movement, Reason, Transfer
from .store import SQL
from .wallets import Wallet

GIFT = "give"
"""The reason of points that one member gave another; other handovers have reasons of their own."""


def handover(
    from_id: UUID,
    to_id: UUID,
    lots: Iterable[tuple[Lot, int]],
    *,
    wallet_id: int,
    subject_id: UUID,
    reasons: tuple[Reason, Reason],
    on: date,
    at: datetime,
) -> tuple[Transfer, Transfer]:
    """Exact lots (a debt among them, below zero) out of one account and into another, with a reason for each side.

    Both legs share the subject: what leaves one account arrives in the other, whole.
    """
    chosen = tuple((lot, points) for lot, points in lots if points)
    points = sum(points for _, points in chosen)

    def leg(member_id: UUID, movement: Movement, reason: Reason) -> Transfer:
        return Transfer(
            member_id=member_id,
            transfer_id=ids.key_of(reason.code, subject_id, from_id, to_id, wallet_id),
            movement=movement,
            points=points,
            occurred_at=at,
            on_date=on,
            reason=Reason(reason.code, {**reason.params, "points": points}),
            wallet_id=wallet_id,
            lots=chosen,
            subject_id=subject_id,
        )

    return leg(from_id, Movement.GIVE, reasons[0]), leg(to_id, Movement.RECEIVE, reasons[1])


def settling(
    member_id: UUID, lots: Iterable[tuple[Lot, int]], *, wallet_id: int, subject_id: UUID, today: date, at: datetime
) -> Transfer | None:
    """The transfer that pays an account's debt from what it can use, earliest end first; None when nothing is owed."""
    held = dict(lots)
    usable = sorted((lot, points) for lot, points in held.items() if points > 0 and lot.is_active(today))
    moves = rules.settlement(-held.get(DEBT, 0), usable)
    if not moves:
        return None
    paid = sum(points for lot, points, _ in moves if lot == DEBT)
    return Transfer(
        member_id=member_id,
        transfer_id=ids.key_of("settle", subject_id, member_id, wallet_id),
        movement=Movement.SETTLE,
        points=paid,
        occurred_at=at,
        on_date=today,
        reason=Reason("debt.settled", {"points": paid}),
        wallet_id=wallet_id,
        lots=tuple((lot, points) for lot, points, _ in moves),
        subject_id=subject_id,
    )


def move_hold(
    hold: Hold, to_id: UUID, lots: tuple[tuple[Lot, int], ...], *, opening: UUID, on: date, at: datetime
) -> tuple[Transfer, Transfer]:
    """An open hold with its lots out of one account and into another: what is set aside stays set aside.

    `opening` is the transfer that names the hold's lots; in the new account the arriving leg does.
    """
    about = {"hold": hold.external_id, "points": hold.points}

    def leg(member_id: UUID, transfer_id: UUID, points: int) -> Transfer:
        return Transfer(
            member_id=member_id,
            transfer_id=transfer_id,
            movement=Movement.MOVE_HOLD,
            points=points,
            occurred_at=at,
            on_date=on,
            reason=Reason("hold.moved", about),
            wallet_id=hold.wallet_id,
            lots=lots,
            subject_id=hold.hold_id,
        )

    gone = ids.key_of("hold-gone", hold.hold_id, hold.member_id, to_id)
    return leg(hold.member_id, gone, -hold.points), leg(to_id, opening, hold.points)


def given_points(conn: Conn, member_id: UUID, *, wallet: Wallet, on: date) -> int:
    """What an account gave to other members on a local day; what moved with its member is no gift."""
    rows = conn.execute(SQL["select_given"], {"member_id": member_id, "wallet_id": wallet.wallet_id, "on_date": on})
    return sum(points for points, reason in rows if reason and reason["code"] == GIFT)
