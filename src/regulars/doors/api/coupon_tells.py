"""What callers read of coupons and their pools."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from .quote_tells import WhyNotTold
from .tells import Day, Tells

State = Literal["draft", "live", "paused", "ended"]


class CheckTold(Tells):
    """Whether a code is good. `discount_minor` is what it takes off the basket that was sent."""

    valid: bool
    reason: Annotated[str | None, Meta(description="A stable code, null when it is good.")]
    text: Annotated[str, Meta(description="Why not, in words.")]
    code: str
    pool: str | None
    name: str
    gives: Annotated[str, Meta(description="What it gives, in words.")]
    ends_on: Day | None
    discount_minor: int | None


class ReservationTold(Tells):
    """A coupon set aside for a basket."""

    reservation_id: str
    code: str
    member_id: str
    state: Literal["reserved", "used", "released", "given-back"]
    ends_at: str | None


class ReservationsTold(Tells):
    """What stands under one id."""

    reservations: list[ReservationTold]


class MemberCouponTold(Tells):
    """A coupon of a member."""

    code: str
    pool: str
    name: str
    gives: str
    state: Literal["usable", "reserved", "used", "expired", "void", "not-started", "not-usable"]
    why_not: WhyNotTold | None
    starts_on: Day | None
    ends_on: Day | None
    uses_left: int | None
    is_transferable: bool
    issued_at: str | None


class MemberCouponsTold(Tells):
    """A member's coupons, the latest first."""

    coupons: list[MemberCouponTold]


class CouponTold(Tells):
    """A coupon and whose it is."""

    code: str
    pool: str
    member_id: str | None
    ends_on: Day | None


class FiguresTold(Tells):
    """What became of a pool's coupons."""

    stock: Annotated[int, Meta(description="Codes that nobody has yet.")]
    issued: int
    reserved: int
    used: int
    redemption_rate: Annotated[float | None, Meta(description="Used of issued; null for public codes.")]
    discount_minor: Annotated[int, Meta(description="What they gave, in money.")]


class PoolTold(Tells):
    """A pool with its terms and figures."""

    pool: str
    state: State
    version: int
    campaign_id: int | None
    terms: Annotated[dict[str, Any], Meta(description="As they were saved; defaults are left out.")]
    gives: str
    figures: FiguresTold


class PoolsTold(Tells):
    """The pools, the latest first."""

    pools: list[PoolTold]


class ChangeTold(Tells):
    """A step of a pool's history."""

    version: int
    at: str
    by: str
    fields: Annotated[dict[str, list[Any]], Meta(description="By the name of the term: what was, what is.")]


class BatchTold(Tells):
    """Many codes or coupons at once, and how far their job has come."""

    batch_id: str
    kind: Literal["generate", "issue"]
    wanted: int | None
    made: int
    is_done: bool
    asked_at: str
    asked_by: str


class PoolPageTold(PoolTold, kw_only=True):
    """A pool with its history and its batches."""

    history: list[ChangeTold]
    batches: list[BatchTold]


class ImportedTold(Tells):
    """Codes that were taken in."""

    new: int
    known: Annotated[int, Meta(description="Were there before; they are left as they are.")]
    malformed: Annotated[list[int], Meta(description="Places, from 0, of what can be no code.")]


class IssuedTold(Tells):
    """A coupon that was issued, or the batch that issues to all."""

    coupon: CouponTold | None
    batch: BatchTold | None
