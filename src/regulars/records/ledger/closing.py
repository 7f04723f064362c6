"""What a day that is over leaves to be written: points that expire, are carried on, or have become usable."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.clock import EVER

from . import calendar
from .model import DEBT, Lot, Movement, Reason, Transfer
from .wallets import Wallet


def closings(
    member_id: UUID, lots: Iterable[tuple[Lot, int]], wallet: Wallet, *, today: date, at: datetime
) -> list[Transfer]:
    """The transfers that close every day before `today` for one member in one wallet; none when all are closed."""
    held = [(lot, points) for lot, points in lots if lot != DEBT and points > 0]
    expired, moves = calendar.ended(held, wallet, today)
    return [
        _transfer(member_id, wallet, movement, lot, onto, points, today=today, at=at)
        for movement, lot, onto, points in _in_order(held, expired, moves, today)
    ]


def _in_order(
    held: Iterable[tuple[Lot, int]],
    expired: Iterable[tuple[Lot, int]],
    moves: Iterable[tuple[Lot, Lot, int]],
    today: date,
) -> Iterator[tuple[Movement, Lot, Lot, int]]:
    for lot, onto, points in moves:
        yield Movement.CARRY, lot, onto, points
    for lot, points in expired:
        yield Movement.EXPIRE, lot, DEBT, points
    for lot, points in held:
        if EVER < lot.active_on <= today <= lot.expires_on:
            yield Movement.ACTIVATE, lot, DEBT, points


def _transfer(
    member_id: UUID,
    wallet: Wallet,
    movement: Movement,
    lot: Lot,
    onto: Lot,
    points: int,
    *,
    today: date,
    at: datetime,
) -> Transfer:
    about: dict[str, int | str] = {"points": points}
    if movement is not Movement.ACTIVATE:
        about["expires_on"] = lot.expires_on.isoformat()
    if movement is Movement.CARRY:
        about["until"] = onto.expires_on.isoformat()
    return Transfer(
        member_id=member_id,
        transfer_id=ids.uuid7(),
        movement=movement,
        points=points,
        occurred_at=at,
        on_date=today,
        reason=Reason(movement.name.lower(), about),
        wallet_id=wallet.wallet_id,
        lot=onto,
        lots=((lot, points),),
    )
