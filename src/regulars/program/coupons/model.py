"""Coupons: rights to a discount, the pools they come from, and what became of each use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

WHOLE_BP = 10_000
"""A price factor of 1 in ten-thousandths: 8.5折 is 8,500, of which the member pays 85 %."""


class Benefit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a coupon gives: so much off, a percentage off, a member price, free delivery, or a gift.

    `percent` is off the price; `pay_bp` is what is left to pay of it, in ten-thousandths; `discount_max_minor` caps
    percentages, member prices and delivery.
    """

    kind: str
    amount_minor: int = 0
    percent: int = 0
    pay_bp: int = 0
    discount_max_minor: int | None = None
    sku: str = ""
    gift: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def off_bp(self) -> int:
        """The part of a price that is taken off, in ten-thousandths."""
        return self.percent * 100 if self.kind == "percent" else WHOLE_BP - self.pay_bp


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The terms of a pool: what its coupons give, on what, to whom, when, how often, and beside which others.

    `codes` is `public` (one code that all share), `printed` (whoever has a code may use it) or `personal` (it belongs
    to the member it was issued to). Days are local and count whole: a coupon of `ends_on` works until that day is over
    in the program's zone. `valid_days` counts from the day of issue, that day included. Empty lists ask for nothing.
    `stacking` is `alone` (beside no other coupon), `class` (beside those of the same `stack_class`) or `any`.
    """

    name: Mapping[str, str]
    benefit: Benefit
    description: Mapping[str, str] = msgspec.field(default_factory=dict)
    codes: str = "personal"
    minimum_minor: int = 0
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    without_skus: tuple[str, ...] = ()
    without_categories: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    rank_min: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    valid_days: int | None = None
    uses_max: int | None = 1
    member_max: int | None = None
    total_max: int | None = None
    stacking: str = "alone"
    stack_class: str = ""
    with_member_price: bool = True
    from_stock: bool = False
    is_transferable: bool = False
    gives_back: bool = True


class PoolState(StrEnum):
    """Drafts and paused pools give nothing at present; an ended one never again."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool of coupons with the same terms. `code` names it for ever; `version` counts its changes."""

    program_id: int
    pool_id: UUID
    code: str
    state: PoolState
    terms: Terms
    campaign_id: int | None = None
    version: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step in a pool's history; `fields` holds what was and what is, by the name of the term."""

    version: int
    at: datetime
    by: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """A code of a pool. `code` is as it is looked up, `shown` as people read it; `uses_left` None is without end.

    `member_id` is whose it is, None for whoever has it; `ends_on` is its own last day where it has one.
    """

    program_id: int
    code: str
    shown: str
    pool_id: UUID
    member_id: UUID | None
    uses_left: int | None
    is_void: bool
    issued_at: datetime | None
    issued_on: date | None
    ends_on: date | None


class UseState(IntEnum):
    """Where a use stands. The number is stored."""

    RESERVED = 1
    USED = 2
    RELEASED = 3
    GIVEN_BACK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A coupon set aside for a basket, or used by an order. `external_id` is the shop's id of the reservation."""

    member_id: UUID
    use_id: UUID
    program_id: int
    pool_id: UUID
    code: str
    external_id: str
    state: UseState
    at: datetime
    on_date: date
    ends_at: datetime | None = None
    order_id: UUID | None = None
    discount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who asks: the ids one member is known by, their tier's rank, and how often they used coupons of each pool."""

    member_ids: frozenset[UUID]
    rank: int
    uses: Mapping[UUID, int]
    reserved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a coupon is not taken: a stable code, and what a sentence about it needs."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of a pool's coupons: in stock, issued, set aside, used, and the money they gave."""

    stock: int = 0
    issued: int = 0
    reserved: int = 0
    used: int = 0
    discount_minor: int = 0

    @property
    def rate(self) -> float | None:
        """The redemption rate: used of issued; None before anything is issued."""
        return self.used / self.issued if self.issued else None


class CouponMalformed(Refusal):
    """Not a code at all: a wrong check character, letter or length."""

    code = "coupon-malformed"


class CouponUnknown(Refusal):
    """There is no such coupon in this program. That it was tried is counted, and stands."""

    code = "coupon-unknown"
    leaves = True


class CouponExpired(Refusal):
    """Its time is over. Facts: expired_at."""

    kind = Kind.CONFLICT
    code = "coupon-expired"


class CouponUsed(Refusal):
    """It was used as often as it can be, or is set aside for another basket."""

    kind = Kind.CONFLICT
    code = "coupon-used"


class CouponNotAvailable(Refusal):
    """Not now, not here, or not for this member. Facts: reason."""

    kind = Kind.CONFLICT
    code = "coupon-not-available"


class CouponLimitReached(Refusal):
    """The member, or all together, used as many as the pool allows. Facts: limit."""

    kind = Kind.CONFLICT
    code = "coupon-limit-reached"


class CouponNotStackable(Refusal):
    """Two of the coupons do not go together. Facts: pair."""

    kind = Kind.CONFLICT
    code = "coupon-not-stackable"


class TooManyCoupons(Refusal):
    """More coupons than one basket takes. Facts: limit."""

    code = "too-many-coupons"


class TooManyGuesses(Refusal):
    """Ten codes were wrong within ten minutes. Facts: retry_after_seconds."""

    kind = Kind.THROTTLED
    code = "rate-limited"


class PoolNotFound(Refusal):
    """There is no such pool."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class PoolInvalid(Refusal):
    """A pool's terms make no sense together."""

    code = "coupon-pool-invalid"


class PoolMoved(Refusal):
    """Somebody else changed the pool meanwhile, or its state cannot become that one. Facts: version, state."""

    kind = Kind.CONFLICT
    code = "coupon-pool-changed"


class CouponsSoldOut(Refusal):
    """The pool has no code left to issue."""

    kind = Kind.CONFLICT
    code = "coupons-sold-out"


class CouponNotTransferable(Refusal):
    """The pool's coupons stay with whom they were issued to, or this one cannot go to that member."""

    kind = Kind.CONFLICT
    code = "coupon-not-transferable"
