"""Facts of the shop: orders with lines, returns; and what cannot be recorded yet or at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

LINES_MAX = 10_000
QUANTITY_MAX = 1_000_000
TEXT_MAX = 200
FUTURE_SECONDS_MAX = 300


class LineKind(IntEnum):
    """What a line sells. The number is stored. Only products earn, unless a rule says otherwise."""

    PRODUCT = 1
    DELIVERY = 2
    GIFT_CARD = 3
    FEE = 4


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order. `amount_minor` is what is paid for it: after discounts, taxes inside."""

    line_id: str
    amount_minor: int
    quantity: int = 1
    tax_minor: int = 0
    discount_minor: int = 0
    sku: str = ""
    title: str = ""
    category: str = ""
    kind: LineKind = LineKind.PRODUCT


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A paid order. (`source`, `external_id`) names it for ever; amounts in minor units of `currency`.

    `points_paid_minor` is the part of the total that was paid with points.
    """

    source: str
    external_id: str
    currency: str
    total_minor: int
    occurred_at: datetime
    lines: tuple[Line, ...]
    points_paid_minor: int = 0
    store: str = ""
    channel: str = ""
    till: str = ""
    receipt: str = ""


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of one line: a quantity, an amount, or both; neither is all that is left of it."""

    line_id: str
    quantity: int | None = None
    amount_minor: int | None = None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """A return. With lines: those; with an amount only: that much of the order; with neither: all that is left.

    `is_pending`: its money is not settled yet.
    """

    source: str
    external_id: str
    order_external_id: str
    occurred_at: datetime
    lines: tuple[ReturnedLine, ...] = ()
    amount_minor: int | None = None
    currency: str = ""
    reason: str = ""
    is_pending: bool = False


class PurchaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A stored line with what it earned and how much of it came back."""

    line_no: int
    line_id: str
    kind: LineKind
    sku: str
    title: str
    category: str
    quantity: int
    amount_minor: int
    eligible_minor: int
    points: int
    tax_minor: int = 0
    discount_minor: int = 0
    returned_quantity: int = 0
    returned_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A line of a stored order that can still come back, by the order's own name."""

    order_id: UUID
    source: str
    external_id: str
    line_id: str
    sku: str
    quantity_left: int


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """A stored order with its award in the program's first wallet; `account_id` is where the points went.

    `generation` counts how often it was completed; `reinstated` says of the first generation how many followed.
    """

    member_id: UUID
    order_id: UUID
    account_id: UUID
    source: str
    external_id: str
    occurred_at: datetime
    recorded_at: datetime
    on_date: date
    currency: str
    total_minor: int
    points_paid_minor: int
    eligible_minor: int
    award_points: int
    active_on: date
    expires_on: date
    store: str
    channel: str
    till: str
    receipt: str
    returned_minor: int = 0
    reversed_points: int = 0
    restored_points: int = 0
    burned_points: int = 0
    generation: int = 1
    reinstated: int = 0
    answer: Mapping[str, Any] | None = None


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """What an order earned in a wallet other than the first, and how much of it returns took."""

    wallet_id: int
    points: int
    active_on: date
    expires_on: date
    reversed_points: int = 0


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """An order about to be written: its lines, what each of them earned, and its awards in further wallets."""

    purchase: Purchase
    lines: tuple[Line, ...]
    eligible_minor: tuple[int, ...]
    points: tuple[int, ...]
    awards: tuple[Award, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A stored return: the money that came back and the points it took and gave.

    `status` is `pending` (nothing is taken yet), `recorded` or `failed`; `lines` are number, quantity and amount.
    """

    member_id: UUID
    order_id: UUID
    refund_id: UUID
    external_id: str
    occurred_at: datetime
    reason: str
    amount_minor: int
    reversed_points: int
    restored_points: int
    status: str
    lines: tuple[tuple[int, int, int], ...]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What a pending return would bring back: lines by number, quantity and amount, and the money in all."""

    lines: tuple[tuple[int, int, int], ...]
    amount_minor: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier activity with the same business key was."""

    member_id: UUID
    activity_id: UUID
    content_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What a return takes back: per line number the quantity and amount; in all, money, eligible spend, points.

    `further`: points by wallet, where the order earned in further ones.
    """

    lines: tuple[tuple[int, int, int], ...]
    amount_minor: int
    eligible_minor: int
    points: int
    further: tuple[tuple[Award, int], ...] = ()
    restore_points: int
    is_whole: bool


class EventConflict(Refusal):
    """The id was used before for something else; the first one stands. Pointers name the fields that differ."""

    kind = Kind.CONFLICT
    code = "event-conflict"


class AmountOutOfRange(Refusal):
    """An amount is below zero or beyond what is taken."""

    code = "amount-out-of-range"


class QuantityOutOfRange(Refusal):
    """A quantity is not from 1 to a million."""

    code = "quantity-out-of-range"


class TooManyLines(Refusal):
    """More lines than an order may have."""

    code = "too-many-lines"


class TotalMismatch(Refusal):
    """The lines do not add up to the total."""

    code = "total-mismatch"


class UnknownCurrency(Refusal):
    """Not an ISO 4217 currency."""

    code = "unknown-currency"


class CurrencyMismatch(Refusal):
    """A currency, but not this program's or this order's."""

    code = "currency-mismatch"


class InvalidText(Refusal):
    """A text holds characters that cannot be stored, or is too long."""

    code = "invalid-text"


class InvalidTimestamp(Refusal):
    """A time without a zone, or outside 1970 to 2100."""

    code = "invalid-timestamp"


class EventInFuture(Refusal):
    """The time lies more than five minutes ahead of the server's."""

    code = "event-in-future"


class DuplicateLine(Refusal):
    """Two lines of one order carry the same id."""

    code = "validation-failed"


class OrderNotFound(Refusal):
    """There is no such order."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ReturnNotFound(Refusal):
    """The order has no such return."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ReturnDecided(Refusal):
    """The return does not wait for its money any more. Facts: state."""

    kind = Kind.CONFLICT
    code = "already-decided"


class UnknownLine(Refusal):
    """The order has no line with this id."""

    code = "unknown-line"


class RefundExceedsPurchase(Refusal):
    """More is returned than is left. Facts: remaining."""

    code = "refund-exceeds-purchase"


class OrderNotCancelled(Refusal):
    """Only an order of which everything came back can be reinstated. Facts: remaining_minor."""

    kind = Kind.CONFLICT
    code = "order-not-cancelled"


class AlreadyRefunded(Refusal):
    """Nothing is left to return."""

    kind = Kind.CONFLICT
    code = "already-refunded"
