"""The ledger's words: movements, lots, transfers, postings, balances."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from regulars.kit.clock import EVER, NEVER, ONE_DAY
from regulars.kit.errors import Kind, Refusal


class Movement(IntEnum):
    """Why points moved. The number is stored."""

    EARN = 1
    BURN = 2
    EXPIRE = 3
    CLAWBACK = 4
    RESTORE = 5
    ADJUST = 6
    ACTIVATE = 7
    HOLD = 8
    RELEASE = 9
    CAPTURE = 10
    SETTLE = 11
    GIVE = 12
    RECEIVE = 13
    CARRY = 14
    EXTEND = 15
    WRITE_OFF = 16
    MOVE_HOLD = 17
    LOAD = 18


class Contra(IntEnum):
    """The program's side of an entry. The number is stored."""

    ISSUANCE = 1
    REDEMPTION = 2
    BREAKAGE = 3
    ADJUSTMENT = 4
    HELD = 5
    MEMBER = 6
    TRANSFER = 7
    WRITE_OFF = 8
    PAYMENT = 9


class Lot(NamedTuple):
    """Points that became usable on `active_on` and end with the local day `expires_on`, both in the program's zone.

    Ordered as they are spent: earliest expiry first.
    """

    expires_on: date = NEVER
    active_on: date = EVER

    def is_active(self, today: date) -> bool:
        """Whether its points can be spent on `today`."""
        return self.active_on <= today <= self.expires_on


DEBT = Lot(expires_on=NEVER, active_on=NEVER)
"""The one lot that may be below zero: what a return left owing."""

WAITING = NEVER - ONE_DAY
"""The `active_on` of points that wait for an event, not for a day."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and its parameters; sentences are made when somebody reads (`sentence`)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One movement to post. `points` is positive, or signed for ADJUST and MOVE_HOLD (below zero: it leaves).

    `transfer_id` names it for ever: the same id moves nothing a second time. `lot` is where added points go, and
    what a CLAWBACK takes first. `lots` are the exact lots (and points) of RESTORE, RELEASE, CAPTURE, EXPIRE,
    ACTIVATE, RECEIVE, SETTLE, MOVE_HOLD and of a GIVE or HOLD that says which. `subject_id` is the order, redemption or
    hold it belongs to.
    """

    member_id: UUID
    transfer_id: UUID
    movement: Movement
    points: int
    occurred_at: datetime
    on_date: date
    reason: Reason
    wallet_id: int
    lot: Lot = DEBT
    lots: tuple[tuple[Lot, int], ...] = ()
    subject_id: UUID | None = None
    may_owe: bool = True


class Outcome(IntEnum):
    """What became of a transfer."""

    POSTED = 1
    DUPLICATE = 2
    INSUFFICIENT = 3


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a transfer: the lots it moved (signed points), and for a CLAWBACK what could not be taken.

    `spendable` is what the member could have spent, when the answer is INSUFFICIENT.
    """

    transfer_id: UUID
    outcome: Outcome
    moves: tuple[tuple[Lot, int, Contra], ...] = ()
    owed_points: int = 0
    forgiven_points: int = 0
    expired_points: int = 0
    spendable: int = 0

    @property
    def points(self) -> int:
        """What the member's points changed by."""
        return sum(points for _, points, _ in self.moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A member's points in one wallet on a day. `expiring` lists every coming expiry: day, points; what the wallet
    carries over on that day is not among them. `waiting` is the part of `pending` that waits for an event."""

    available: int = 0
    pending: int = 0
    waiting: int = 0
    held: int = 0
    debt: int = 0
    expiring: tuple[tuple[date, int], ...] = ()
    activating: tuple[tuple[date, int], ...] = ()

    @property
    def spendable(self) -> int:
        """What can be spent now: available less what is owed, never below zero."""
        return max(0, self.available - self.debt)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as a statement shows it: its net points over all lots and what the member had after it."""

    entry_id: UUID
    transfer_id: UUID
    movement: Movement
    points: int
    balance_points: int
    occurred_at: datetime
    recorded_at: datetime
    active_on: date
    expires_on: date
    subject_id: UUID | None
    reason: Reason
    member_id: UUID


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the journal: a movement on one lot, with the member's signed points and the program's account.

    The entries of a transfer share its reason; `is_first` marks the one that tells it.
    """

    entry_id: UUID
    transfer_id: UUID
    is_first: bool
    movement: Movement
    contra: Contra
    points: int
    lot: Lot
    occurred_at: datetime
    recorded_at: datetime
    on_date: date
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """One kind of movement on one local day: points with the member's sign, and how many transfers.

    `issued_points` were earned or added by hand; `redeemed_points` were spent, less what was given back (a captured
    hold nets to zero in `points` and stands here).
    """

    on_date: date
    movement: Movement
    points: int
    transfers: int
    issued_points: int
    redeemed_points: int


class HoldState(IntEnum):
    """Where a hold stands. The number is stored."""

    OPEN = 1
    CAPTURED = 2
    RELEASED = 3
    ENDED = 4


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Points set aside for an unpaid basket until `ends_at`."""

    member_id: UUID
    hold_id: UUID
    wallet_id: int
    external_id: str
    points: int
    captured_points: int
    state: HoldState
    opened_at: datetime
    ends_at: datetime
    order_id: UUID | None = None


class InsufficientPoints(Refusal):
    """The member has fewer points to spend than asked for. Facts: spendable, cost, pending, debt."""

    kind = Kind.CONFLICT
    code = "insufficient-points"


class WalletUnknown(Refusal):
    """The program has no such wallet."""

    code = "unknown-wallet"


class WalletNotLoadable(Refusal):
    """No money can be paid into it: it is no gift card or stored value."""

    code = "wallet-not-loadable"


class WalletNotSpendable(Refusal):
    """Its points count, and cannot be spent."""

    code = "wallet-not-spendable"
