"""What a basket costs one member: member price of the tier, coupons, then points; and why a coupon is not taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.kit.db import Conn
from regulars.program import coupons, tiers
from regulars.records import activities

from .check_coupon import coupon_gives, coupon_words
from .coupon_rights import Looked, ids_of, look
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A priced basket: the order as it would be paid, its price, and every code that was named."""

    order: activities.Order
    price: coupons.Priced
    looked: tuple[Looked, ...]

    @property
    def has_guess(self) -> bool:
        """Whether some code names nothing."""
        return any(one.is_guess for one in self.looked)


def price_basket(
    conn: Conn,
    plan: Plan,
    order: activities.Order,
    tier: tiers.Tier,
    typed: Sequence[str],
    *,
    member_id: UUID | None,
    at: datetime,
    with_member_price: bool = True,
    further: Sequence[tiers.Tier] = (),
) -> Basket:
    """Price a basket, as of the time of the order; amounts of lines are listed prices. Without codes nothing is read.

    `tier` is the one on the main set, `further` those on others: the best member price counts.

    Raises:
        TooManyCoupons: there are more than one basket takes.
    """
    looked: list[Looked] = []
    if typed:
        member_ids = ids_of(conn, member_id) if member_id else []
        looked = look(conn, plan, typed, member_ids, tier.rank, at=at, store=order.store, channel=order.channel)
    pay_bp = min(map(member_pay_bp, (tier, *further))) if with_member_price else coupons.WHOLE_BP
    candidates = [one.candidate for one in looked if one.why is None]
    if not candidates and pay_bp == coupons.WHOLE_BP:
        price = coupons.price(order.lines, ())
        return Basket(order=order, price=price, looked=tuple(looked))
    price = coupons.price(order.lines, candidates, member_pay_bp=pay_bp)
    return Basket(order=_paid(order, price), price=price, looked=tuple(looked))


def member_pay_bp(tier: tiers.Tier) -> int:
    """What members of a tier pay of a price, in ten-thousandths; all of it where the tier has no member price."""
    return round(tiers.price_factor(tier) * coupons.WHOLE_BP)


def _paid(order: activities.Order, price: coupons.Priced) -> activities.Order:
    """The order with every line at what is paid for it, and points that pay no more than that."""
    lines = tuple(_line(line, left) for line, left in zip(order.lines, price.line_minor, strict=True))
    return replace(
        order,
        lines=lines,
        total_minor=price.total_minor,
        points_paid_minor=min(order.points_paid_minor, price.total_minor),
    )


def _line(line: activities.Line, left: int) -> activities.Line:
    """A line at its price; the tax inside shrinks with it."""
    if left == line.amount_minor:
        return line
    return replace(
        line,
        amount_minor=left,
        discount_minor=line.discount_minor + line.amount_minor - left,
        tax_minor=line.tax_minor * left // line.amount_minor,
    )


def told(plan: Plan, basket: Basket, language: str) -> dict[str, Any]:
    """The price and the coupons as the API tells them."""
    price, points = basket.price, basket.order.points_paid_minor
    return {
        "price": {
            "listed_minor": price.listed_minor,
            "member_price_minor": price.off_minor(coupons.MEMBER_PRICE),
            "coupons_minor": sum(one.amount_minor for one in price.discounts if one.code != coupons.MEMBER_PRICE),
            "total_minor": price.total_minor,
            "points_minor": points,
            "to_pay_minor": price.total_minor - points,
        },
        "coupons": [_coupon(plan, basket, one, language) for one in basket.looked],
    }


def _coupon(plan: Plan, basket: Basket, one: Looked, language: str) -> dict[str, Any]:
    why = one.why or basket.price.lost.get(one.code)
    name, gift = coupon_gives(plan, one.pool, language) if one.pool else ("", "")
    if why is not None and "lost_to" in why.params:
        shown = {o.code: o.coupon.shown for o in basket.looked if o.coupon}
        why = coupons.Why(code=why.code, params={**why.params, "lost_to": shown[why.params["lost_to"]]})
    return {
        "code": one.coupon.shown if one.coupon else one.typed[:60],
        "pool": one.pool.code if one.pool else None,
        "name": name,
        "gives": gift,
        "is_used": why is None,
        "discount_minor": basket.price.off_minor(one.code) if why is None else 0,
        "why_not": {"code": why.code, "params": dict(why.params), "text": coupon_words(plan, why, language)}
        if why
        else None,
    }
