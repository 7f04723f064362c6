"""Pure decisions of the ledger: which lots a movement takes, what pays back a debt. No clock, no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from regulars.kit.clock import NEVER

from . import calendar
from .model import DEBT, WAITING, Balance, Contra, Lot, Movement, Outcome, Posting, Transfer
from .wallets import Wallet

ADDS = frozenset({Movement.EARN, Movement.RESTORE, Movement.RELEASE, Movement.RECEIVE, Movement.LOAD})
"""Movements that need no look at the lots a member already has."""
ARRIVALS = frozenset(
    {Movement.EARN, Movement.ADJUST, Movement.ACTIVATE, Movement.RESTORE, Movement.RECEIVE, Movement.LOAD}
)
"""Movements that bring points a member can use: they pay back a debt first."""
LIVELY = frozenset({Movement.EARN, Movement.BURN, Movement.CAPTURE})
"""Movements that show that a member is there: they move on the end of points that end by inactivity."""

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
    Movement.GIVE: Contra.TRANSFER,
    Movement.RECEIVE: Contra.TRANSFER,
    Movement.CARRY: Contra.MEMBER,
    Movement.EXTEND: Contra.MEMBER,
    Movement.WRITE_OFF: Contra.WRITE_OFF,
    Movement.LOAD: Contra.PAYMENT,
}


def needs_book(transfer: Transfer, wallet: Wallet) -> bool:
    """Whether a movement depends on the lots the member has: it takes from them, or moves on their end."""
    if transfer.movement in ADDS or (transfer.movement is Movement.ADJUST and transfer.points > 0):
        return wallet.expiry.kind == "inactivity"
    return True


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
        case Movement.BURN:
            return _spend(book, transfer, transfer.points, today)
        case Movement.GIVE | Movement.HOLD if not transfer.lots:
            return _spend(book, transfer, transfer.points, today)
        case Movement.ADJUST if transfer.points < 0:
            return _spend(book, transfer, -transfer.points, today)
        case _:
            return _as_told(book, transfer)


def added(transfer: Transfer) -> Posting:
    """The posting of a transfer that only adds: it needs no book."""
    contra = _CONTRA[transfer.movement]
    if not transfer.lots:
        moves: tuple[tuple[Lot, int, Contra], ...] = ((transfer.lot, transfer.points, contra),)
    else:
        moves = tuple((lot, points, contra) for lot, points in transfer.lots)
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=moves)


def _as_told(book: Book, transfer: Transfer) -> Posting:
    match transfer.movement:
        case Movement.EXPIRE | Movement.GIVE | Movement.HOLD:
            moves = [(lot, -points, _CONTRA[transfer.movement]) for lot, points in transfer.lots]
        case Movement.ACTIVATE:
            moves = _moved((lot, calendar.activated(lot), points) for lot, points in transfer.lots)
        case Movement.CARRY:
            moves = _moved((lot, transfer.lot, points) for lot, points in transfer.lots)
        case Movement.EXTEND:
            moves = _moved((lot, calendar.until(lot, transfer.lot.expires_on), n) for lot, n in transfer.lots)
        case Movement.WRITE_OFF:
            moves = [(DEBT, transfer.points, Contra.WRITE_OFF)]
        case Movement.CAPTURE:
            pairs3 = [((lot, points, Contra.HELD), (lot, -points, Contra.REDEMPTION)) for lot, points in transfer.lots]
            moves = [move for pair in pairs3 for move in pair]
        case Movement.MOVE_HOLD:
            sides = (Contra.HELD, Contra.TRANSFER) if transfer.points < 0 else (Contra.TRANSFER, Contra.HELD)
            moves = [leg for lot, n in transfer.lots for leg in ((lot, n, sides[0]), (lot, -n, sides[1]))]
        case _:
            moves = list(added(transfer).moves)
    for lot, points, _ in moves:
        book.lots[lot] = book.lots.get(lot, 0) + points
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=tuple(moves))


def _moved(moves: Iterable[tuple[Lot, Lot, int]]) -> list[tuple[Lot, int, Contra]]:
    """Points that change their lot and stay the member's."""
    return [
        leg for lot, onto, points in moves for leg in ((lot, -points, Contra.MEMBER), (onto, points, Contra.MEMBER))
    ]


def _spend(book: Book, transfer: Transfer, wanted: int, today: date) -> Posting:
    spendable = book.spendable(today)
    if spendable < wanted:
        return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.INSUFFICIENT, spendable=spendable)
    contra = _CONTRA[transfer.movement]
    moves = tuple((lot, -points, contra) for lot, points in book.take(wanted, book.spend_order(today)))
    return Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=moves)


def _claw_back(book: Book, transfer: Transfer, wallet: Wallet, today: date) -> Posting:
    """Take an award back: from its own lot, then from the others as they would be spent, then as debt."""
    own, alive = calendar.alive(transfer.lot, transfer.points, wallet, today)
    if not alive:
        return Posting(
            transfer_id=transfer.transfer_id,
            outcome=Outcome.POSTED,
            moves=((own, 0, Contra.ISSUANCE),),
            expired_points=transfer.points,
        )
    order = [
        own,
        calendar.activated(own),
        *book.spend_order(today),
        *sorted(lot for lot in book.lots if lot != DEBT and lot.expires_on >= today),
    ]
    taken = list(book.take(alive, dict.fromkeys(order)))
    missing = alive - sum(points for _, points in taken)
    moves = [(lot, -points, Contra.ISSUANCE) for lot, points in taken]
    owed = _owed(book, missing, wallet) if transfer.may_owe else 0
    if owed:
        book.lots[DEBT] = book.lots.get(DEBT, 0) - owed
        moves.append((DEBT, -owed, Contra.ISSUANCE))
    return Posting(
        transfer_id=transfer.transfer_id,
        outcome=Outcome.POSTED,
        moves=tuple(moves) or ((own, 0, Contra.ISSUANCE),),
        owed_points=owed,
        forgiven_points=missing - owed,
        expired_points=transfer.points - alive,
    )


def reservable(
    lots: Iterable[tuple[Lot, int]], own: Lot, points: int, wallet: Wallet, *, today: date
) -> tuple[tuple[Lot, int], ...]:
    """Of an award that will be taken back, what can be set aside now: from its own lot, then as it would be spent.

    What waits for an event is nobody's to spend, and stays where it is.
    """
    kept, alive = calendar.alive(own, points, wallet, today)
    book = Book(dict(lots))
    first = [kept] if kept.active_on != WAITING else []
    order = dict.fromkeys([*first, calendar.activated(kept), *book.spend_order(today)])
    return tuple(book.take(alive, [lot for lot in order if lot.expires_on >= today]))


def _owed(book: Book, missing: int, wallet: Wallet) -> int:
    if wallet.debt_policy == "forgive":
        return 0
    if wallet.debt_max_points is None:
        return missing
    return min(missing, max(0, wallet.debt_max_points + book.lots.get(DEBT, 0)))


def extension(book: Book, wallet: Wallet, on: date) -> tuple[Lot, tuple[tuple[Lot, int], ...]]:
    """The end that everything still alive moves on to when a member was there on `on`, and what moves.

    What is not usable yet is alive too, and keeps the day from which it is.
    """
    onto = Lot(expires_on=calendar.expires_on(wallet.expiry, on))
    moving = tuple(
        (lot, points)
        for lot, points in sorted(book.lots.items())
        if points > 0 and lot != DEBT and on <= lot.expires_on < onto.expires_on
    )
    return onto, moving


def settlement(owed_points: int, earned: Iterable[tuple[Lot, int]]) -> tuple[tuple[Lot, int, Contra], ...]:
    """What newly earned points pay back of a debt: out of their lots, into the debt lot; sums to zero."""
    moves: list[tuple[Lot, int, Contra]] = []
    for lot, points in earned:
        paid = min(points, owed_points)
        if paid > 0:
            owed_points -= paid
            moves += [(lot, -paid, Contra.MEMBER), (DEBT, paid, Contra.MEMBER)]
    return tuple(moves)


def balance(lots: Iterable[tuple[Lot, int]], *, wallet: Wallet, held_points: int, today: date) -> Balance:
    """Sum lots into what a member sees on `today`, with every coming expiry and activation."""
    available = pending = waiting = debt = 0
    ending: dict[date, int] = {}
    activating: dict[date, int] = {}
    for lot, points in _as_of(lots, wallet, today):
        if lot == DEBT:
            debt -= points
        elif lot.expires_on < today:
            continue
        elif lot.active_on > today:
            pending += points
            if lot.active_on == WAITING:
                waiting += points
            else:
                activating[lot.active_on] = activating.get(lot.active_on, 0) + points
        else:
            available += points
            if lot.expires_on < NEVER:
                ending[lot.expires_on] = ending.get(lot.expires_on, 0) + points
    expiring = ((day, points - calendar.carried(wallet.expiry, points)) for day, points in sorted(ending.items()))
    return Balance(
        available=available,
        pending=pending,
        waiting=waiting,
        held=held_points,
        debt=debt,
        expiring=tuple((day, points) for day, points in expiring if points),
        activating=tuple(sorted(activating.items())),
    )


def _as_of(lots: Iterable[tuple[Lot, int]], wallet: Wallet, today: date) -> Iterable[tuple[Lot, int]]:
    """The lots as they are once the days that ended are closed: what is carried over counts without that wait."""
    if not wallet.expiry.carry_percent:
        return lots
    book = dict(lots)
    expired, moves = calendar.ended(book.items(), wallet, today)
    for lot, points in expired:
        book[lot] -= points
    for lot, onto, points in moves:
        book[lot] = book.get(lot, 0) - points
        book[onto] = book.get(onto, 0) + points
    return book.items()
