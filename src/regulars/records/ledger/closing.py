"""What a day that is over leaves to be written: points that expire, are carried on, or have become usable."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from regulars.kit import ids
from regulars.kit.clock import EVER

from . import calendar
from .model import DEBT, Lot, Movement, Reason, Transfer
from .wallets import Wallet

UNANNOUNCED = "extend.unannounced"
"""The reason of points that were over and stay, as nobody had said that they would end."""


def closings(
    member_id: UUID,
    lots: Iterable[tuple[Lot, int]],
    wallet: Wallet,
    *,
    announced: Mapping[Lot, date],
    today: date,
    at: datetime,
) -> list[Transfer]:
    """The transfers that close every day before `today` for one member in one wallet; none when all are closed.

    `announced` says of lots that are over when their end was announced. What is over and was never announced does
    not expire: it moves on by the wallet's days of grace.
    """
    held = [(lot, points) for lot, points in lots if lot != DEBT and points > 0]
    expired, moves = calendar.ended(held, wallet, today)
    grace = Lot(expires_on=today + timedelta(days=wallet.expiry.grace_days))
    return [
        _transfer(member_id, wallet, movement, lot, onto, points, announced.get(lot), today=today, at=at)
        for movement, lot, onto, points in _in_order(held, expired, moves, announced, grace, today)
    ]


def _in_order(
    held: Iterable[tuple[Lot, int]],
    expired: Iterable[tuple[Lot, int]],
    moves: Iterable[tuple[Lot, Lot, int]],
    announced: Mapping[Lot, date],
    grace: Lot,
    today: date,
) -> Iterator[tuple[Movement, Lot, Lot, int]]:
    for lot, onto, points in moves:
        yield Movement.CARRY, lot, onto, points
    for lot, points in expired:
        if lot in announced:
            yield Movement.EXPIRE, lot, DEBT, points
        else:
            waits = lot.active_on > today
            yield Movement.EXTEND, lot, Lot(grace.expires_on, lot.active_on) if waits else grace, points
    for lot, points in held:
        if EVER < lot.active_on <= today <= lot.expires_on:
            yield Movement.ACTIVATE, lot, DEBT, points


_CODES = {
    Movement.CARRY: "carry",
    Movement.EXPIRE: "expire",
    Movement.EXTEND: UNANNOUNCED,
    Movement.ACTIVATE: "activate",
}


def _transfer(
    member_id: UUID,
    wallet: Wallet,
    movement: Movement,
    lot: Lot,
    onto: Lot,
    points: int,
    announced_on: date | None,
    *,
    today: date,
    at: datetime,
) -> Transfer:
    about: dict[str, int | str] = {"points": points}
    if movement is not Movement.ACTIVATE:
        about["expires_on"] = lot.expires_on.isoformat()
    if movement in {Movement.CARRY, Movement.EXTEND}:
        about["until"] = onto.expires_on.isoformat()
    if movement is Movement.EXPIRE and announced_on is not None:
        about["announced_on"] = announced_on.isoformat()
    return Transfer(
        member_id=member_id,
        transfer_id=ids.uuid7(),
        movement=movement,
        points=points,
        occurred_at=at,
        on_date=today,
        reason=Reason(_CODES[movement], about),
        wallet_id=wallet.wallet_id,
        lot=onto,
        lots=((lot, points),),
    )
