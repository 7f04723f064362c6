"""Coupons become part of a paid order, and come back with a whole return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit import text
from regulars.kit.db import Conn
from regulars.program import coupons
from regulars.records import activities, members, outbox

from . import bundling, changes
from .coupon_rights import Looked, ids_of, look, rank_of, refused
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedCoupon:
    """A coupon that an order used, and what it gave in money."""

    code: str
    pool: coupons.Pool
    discount_minor: int


def use_coupons(
    conn: Conn,
    plan: Plan,
    person: members.Standing,
    typed: Sequence[str],
    order_id: UUID,
    order: activities.Order,
    *,
    at: datetime,
) -> list[UsedCoupon]:
    """Use coupons for an order, as of the time of the order. The caller has locked the member, and gives up the order
    (with everything done here) when this refuses.

    Minimums and products were the till's to check when it gave the discount: the order is paid.

    Raises:
        CouponMalformed, CouponUnknown, CouponExpired, CouponUsed, CouponNotAvailable, CouponLimitReached,
        CouponNotStackable, TooManyCoupons, TooManyGuesses, CampaignPaused, BudgetExhausted: as named.

    Source: quality/cases 71, 72, 78a, 78c, 78d.
    """
    member_ids = ids_of(conn, person.member_id)
    looked = look(
        conn, plan, typed, member_ids, rank_of(conn, plan, person.member_id),
        at=order.occurred_at, now=at, store=order.store, channel=order.channel,
    )  # fmt: skip
    for one in looked:
        if one.why is not None:
            raise refused(one.why)
    if pair := coupons.clash([one.candidate for one in looked]):
        raise coupons.CouponNotStackable("Two of these coupons do not go together.", facts={"pair": list(pair)})
    gave = coupons.given(order.lines, [one.candidate for one in looked])
    today = plan.program.local_date(order.occurred_at)
    for one in sorted(looked, key=lambda one: one.code):
        assert one.coupon is not None
        assert one.pool is not None
        coupons.use(
            conn, one.pool, one.coupon, person.member_id, order_id=order_id, discount_minor=gave[one.code],
            at=at, today=today, reserved=one.reserved,
        )  # fmt: skip
    _take(conn, plan, looked, gave, person.member_id, store=order.store, on=today, at=at)
    return [_used(one, gave) for one in looked]


def _take(
    conn: Conn,
    plan: Plan,
    looked: Sequence[Looked],
    gave: Mapping[str, int],
    member_id: UUID,
    *,
    store: str,
    on: date,
    at: datetime,
) -> None:
    """What coupons of campaigns took off comes out of their budgets; one grant for each campaign."""
    spent: dict[int, int] = {}
    for one in looked:
        if one.pool is not None and one.pool.campaign_id is not None:
            spent[one.pool.campaign_id] = spent.get(one.pool.campaign_id, 0) + gave[one.code]
    for campaign_id, minor in sorted(spent.items()):
        bundling.take(conn, plan, campaign_id, member_id, minor=minor, on=on, at=at, store=store)


def _used(one: Looked, gave: Mapping[str, int]) -> UsedCoupon:
    assert one.coupon is not None
    assert one.pool is not None
    return UsedCoupon(code=one.coupon.shown, pool=one.pool, discount_minor=gave[one.code])


def told(used: Sequence[UsedCoupon], *, language: str) -> list[dict[str, Any]]:
    """The coupons of an order as its answer tells them."""
    return [
        {
            "code": one.code,
            "pool": one.pool.code,
            "name": text.pick(one.pool.terms.name, language),
            "discount_minor": one.discount_minor,
        }
        for one in used
    ]


def give_back(
    conn: Conn, plan: Plan, purchase: activities.Purchase, member_ids: Sequence[UUID], *, at: datetime
) -> list[str]:
    """Give back the coupons of an order that was returned whole, where their pools say so; answers which.

    `member_ids` are the ids its buyer is known by. A coupon whose time is over comes back with its time over.
    """
    program_id = plan.program.program_id
    uses = [one for one in coupons.of_order(conn, member_ids, purchase.order_id) if one.state is coupons.UseState.USED]
    if not uses:
        return []
    pools = coupons.steady(conn, program_id, {one.pool_id for one in uses})
    back = [one for one in uses if pools[one.pool_id].terms.gives_back]
    done = [
        one
        for one in sorted(back, key=lambda one: one.code)
        if coupons.let_go(conn, one, coupons.UseState.GIVEN_BACK, at=at)
    ]
    told = [
        changes.coupon(
            "coupon.given_back", one.member_id, pools[one.pool_id].code, subject_id=purchase.order_id, at=at,
            recorded_at=at, order_id=purchase.external_id,
        )
        for one in done
    ]  # fmt: skip
    outbox.add(conn, program_id, told)
    known = coupons.named(conn, program_id, [one.code for one in done])
    return [known[one.code].shown for one in done]
