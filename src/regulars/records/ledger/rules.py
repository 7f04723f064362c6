"""Pure decisions of the ledger: when points end, which lots a movement takes. No clock, no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from regulars.kit.clock import EVER, NEVER, add_months, month_end

from .model import DEBT, Balance, Contra, Expiry, Lot, Movement, Outcome, Posting, Transfer, Wallet

ADDS = frozenset({Movement.EARN, Movement.RESTORE, Movement.RELEASE})
"""Movements that need no look at the lots a member already has."""

_CONTRA = {
    Movement.EARN: Contra.ISSUANCE,
    Movement.BURN: Contra.REDEMPTION,
    Movement.EXPIRE: Contra.BREAKAGE,
    Movement.CLAWBACK: Contra.ISSUANCE,
    Movement.RESTORE: Contra.REDEMPTION,
    Movement.ADJUST: Contra.ADJUSTMENT,
    Movement.ACTIVATE: Contra.MEMBER,
    Movement.HOLD: Contra.HELD,
    Movement.RELEASE: Contra.HELD,
    Movement.SETTLE: Contra.MEMBER,
}


def expires_on(expiry: Expiry, earned_on: date) -> date:
    """The last local day on which points earned on `earned_on` can be spent."""
    match expiry.kind:
        case "never":
            return NEVER
        case "days":
            return earned_on + timedelta(days=expiry.count)
        case "month_end":
            return month_end(add_months(earned_on, expiry.count))
        case "year_end":
            return date(earned_on.year + expiry.count, 12, 31)
        case unknown:
            raise ValueError(f"no expiry kind {unknown!r}")


def award_lot(expiry: Expiry, *, earned_on: date, pending_days: int, today: date) -> Lot:
    """The lot an award goes to. What would be active by now is active from the start: no lot of its own."""
    active_on = earned_on + timedelta(days=pending_days)
    return Lot(expires_on=expires_on(expiry, earned_on), active_on=active_on if active_on > today else EVER)


@dataclass(slots=True)
class Book:
    """The lots of one member in one wallet while a batch is folded over them."""

    lots: dict[Lot, int] = field(default_factory=dict)

    def spendable(self, today: date) -> int:
        """What can be spent on `today`: active lots less debt, never below zero."""
        active = sum(points for lot, points in self.lots.items() if lot.is_active(today))
        return max(0, active + self.lots.get(DEBT, 0))

    def take(self, wanted: int, lots: Iterable[Lot]) -> Iterator[tuple[Lot, int]]:
        """Take up to `wanted` points from `lots` in their order."""
        for lot in lots:
            if wanted <= 0:
                return
            if (have := self.lots.get(lot, 0)) > 0:
                taken = min(have, wanted)
                self.lots[lot] = have - taken
                wanted -= taken
                yield lot, taken

    def spend_order(self, today: date) -> list[Lot]:
        """Active lots, earliest expiry first."""
        return sorted(lot for lot in self.lots if lot.is_active(today))


def apply(book: Book, transfer: Transfer, wallet: Wallet, *, today: date) -> Posting:
    """Fold one transfer into the book; the book afterwards holds the lots as the posting leaves them.

    A movement that spends more than is spendable answers INSUFFICIENT and changes nothing.
    """
    match transfer.movement:
        case Movement.CLAWBACK:
            return _claw_back(book, transfer, wallet, today)
        case Movement.BURN | Movement.HOLD:
            return _spend(book, transfer, transfer.points, today)
        case Movement.ADJUST if transfer.points < 0:
            return _spend(book, transfer, -transfer.points, today)
        case _:
            return _as_told(book, transfer)


def added(transfer: Transfer) -> Posting:
    """The posting of a transfer that only adds: it needs no book."""
    contra = _CONTRA[transfer.movement]
    lots = transfer.lots or ((transfer.lot, transfer.points),)
    moves = tuple((lot, points, contra) for lot, points in lots)
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=moves)


def _as_told(book: Book, transfer: Transfer) -> Posting:
    match transfer.movement:
        case Movement.EXPIRE:
            moves = [(lot, -points, Contra.BREAKAGE) for lot, points in transfer.lots]
        case Movement.ACTIVATE:
            pairs = [((lot, -points), (Lot(expires_on=lot.expires_on), points)) for lot, points in transfer.lots]
            moves = [(lot, points, Contra.MEMBER) for pair in pairs for lot, points in pair]
        case Movement.CAPTURE:
            pairs3 = [((lot, points, Contra.HELD), (lot, -points, Contra.REDEMPTION)) for lot, points in transfer.lots]
            moves = [move for pair in pairs3 for move in pair]
        case _:
            moves = list(added(transfer).moves)
    for lot, points, _ in moves:
        book.lots[lot] = book.lots.get(lot, 0) + points
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=tuple(moves))


def _spend(book: Book, transfer: Transfer, wanted: int, today: date) -> Posting:
    spendable = book.spendable(today)
    if spendable < wanted:
        return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.INSUFFICIENT, spendable=spendable)
    contra = _CONTRA[transfer.movement]
    moves = tuple((lot, -points, contra) for lot, points in book.take(wanted, book.spend_order(today)))
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=moves)


def _claw_back(book: Book, transfer: Transfer, wallet: Wallet, today: date) -> Posting:
    """Take an award back: from its own lot, then from the others as they would be spent, then as debt."""
    own = transfer.lot
    if own.expires_on < today:
        told = ((own, 0, Contra.ISSUANCE),)
        return Posting(
            transfer_id=transfer.transfer_id,
            outcome=Outcome.POSTED,
            moves=told,
            expired_points=transfer.points,
        )
    order = [
        own,
        Lot(expires_on=own.expires_on),
        *book.spend_order(today),
        *sorted(lot for lot in book.lots if lot != DEBT),
    ]
    taken = list(book.take(transfer.points, dict.fromkeys(order)))
    missing = transfer.points - sum(points for _, points in taken)
    moves = [(lot, -points, Contra.ISSUANCE) for lot, points in taken]
    owed = missing if transfer.may_owe and wallet.debt_policy == "debt" else 0
    if owed:
        book.lots[DEBT] = book.lots.get(DEBT, 0) - owed
        moves.append((DEBT, -owed, Contra.ISSUANCE))
    return Posting(
        transfer_id=transfer.transfer_id,
        outcome=Outcome.POSTED,
        moves=tuple(moves),
        owed_points=owed,
        forgiven_points=missing - owed,
    )


def settlement(owed_points: int, earned: Iterable[tuple[Lot, int]]) -> tuple[tuple[Lot, int, Contra], ...]:
    """What newly earned points pay back of a debt: out of their lots, into the debt lot; sums to zero."""
    moves: list[tuple[Lot, int, Contra]] = []
    for lot, points in earned:
        paid = min(points, owed_points)
        if paid > 0:
            owed_points -= paid
            moves += [(lot, -paid, Contra.MEMBER), (DEBT, paid, Contra.MEMBER)]
    return tuple(moves)


def balance(lots: Iterable[tuple[Lot, int]], *, held_points: int, today: date) -> Balance:
    """Sum lots into what a member sees on `today`, with every coming expiry and activation."""
    available = pending = debt = 0
    expiring: dict[date, int] = {}
    activating: dict[date, int] = {}
    for lot, points in lots:
        if lot == DEBT:
            debt -= points
        elif lot.active_on > today:
            pending += points
            activating[lot.active_on] = activating.get(lot.active_on, 0) + points
        elif lot.expires_on >= today:
            available += points
            if lot.expires_on < NEVER:
                expiring[lot.expires_on] = expiring.get(lot.expires_on, 0) + points
    return Balance(
        available=available,
        pending=pending,
        held=held_points,
        debt=debt,
        expiring=tuple(sorted(expiring.items())),
        activating=tuple(sorted(activating.items())),
    )


def in_grace(lot: Lot, expiry: Expiry, today: date) -> Lot:
    """Where restored points of a lot go: the lot itself, or, when it is over, one with the wallet's days of grace."""
    if lot.expires_on >= today:
        return Lot(expires_on=lot.expires_on, active_on=lot.active_on if lot.active_on > today else EVER)
    return Lot(expires_on=today + timedelta(days=expiry.grace_days))
