"""What callers read of a basket: its price, its coupons, what it would earn."""

from typing import Annotated, Any

from msgspec import Meta

from .tells import Day, EffectTold, OfferTold, ReasonTold, Tells


class WhyNotTold(Tells):
    """Why a coupon is not taken: a stable code, its parameters, a sentence."""

    code: str
    params: dict[str, Any]
    text: str


class QuotedCouponTold(Tells):
    """A coupon of a basket: what it takes off, or why not."""

    code: str
    pool: str | None
    name: str
    gives: str
    is_used: bool
    discount_minor: int
    why_not: WhyNotTold | None


class PriceTold(Tells):
    """What a basket costs, step by step: listed, less the member price, less coupons; points pay a part of the rest."""

    listed_minor: int
    member_price_minor: Annotated[int, Meta(description="What the member price of the tier takes off.")]
    coupons_minor: int
    total_minor: int
    points_minor: int
    to_pay_minor: int


class QuoteLineTold(Tells):
    """What a line of a basket costs, and would earn."""

    line_id: str
    amount_minor: Annotated[int, Meta(description="What is paid for it, before points.")]
    discount_minor: Annotated[int, Meta(description="What member price and coupons take off it.")]
    eligible_minor: int
    points: int


class QuoteWalletTold(Tells):
    """What a basket would earn in a further wallet, and why."""

    wallet: str
    points: int
    usable_on: Day | None
    expires_on: Day | None
    reasons: list[ReasonTold]


class QuoteTold(Tells):
    """What a basket costs and would earn, and what could be had for the points."""

    as_of: str
    price: PriceTold
    coupons: list[QuotedCouponTold]
    points: int
    eligible_minor: int
    usable_on: Day | None
    expires_on: Day | None
    lines: list[QuoteLineTold]
    reasons: list[ReasonTold]
    effects: list[EffectTold]
    rewards: list[OfferTold]
    wallets: Annotated[list[QuoteWalletTold], Meta(description="What it would earn in wallets other than the first.")]
