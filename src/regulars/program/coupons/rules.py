"""Pure decisions about coupons: which terms make sense, who may use one, and what the refusal says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from regulars.kit import clock
from regulars.kit.errors import Refusal

from .model import (
    WHOLE_BP,
    Benefit,
    Coupon,
    CouponExpired,
    CouponLimitReached,
    CouponNotAvailable,
    CouponUnknown,
    CouponUsed,
    Holder,
    Pool,
    PoolInvalid,
    PoolState,
    Terms,
    Why,
)

KINDS = ("amount", "percent", "member_price", "free_shipping", "gift")
CODES = ("public", "printed", "personal")
STACKING = ("alone", "class", "any")
COUPONS_MAX = 5
"""Of one basket: every way to combine them is tried."""
AMOUNT_MAX = 10**12
LIST_MAX = 500
STEPS: Mapping[PoolState, tuple[PoolState, ...]] = {
    PoolState.DRAFT: (PoolState.LIVE, PoolState.ENDED),
    PoolState.LIVE: (PoolState.PAUSED, PoolState.ENDED),
    PoolState.PAUSED: (PoolState.LIVE, PoolState.ENDED),
    PoolState.ENDED: (),
}
"""What a state may become."""


def check(terms: Terms) -> None:
    """Refuse terms that make no sense together.

    Raises:
        PoolInvalid: says which.
    """
    flaw = _flaw_of_benefit(terms.benefit) or _flaw(terms)
    if flaw:
        raise PoolInvalid(flaw)


def _flaw_of_benefit(benefit: Benefit) -> str:
    cap = benefit.discount_max_minor
    wrong = {
        "amount": not 1 <= benefit.amount_minor <= AMOUNT_MAX,
        "percent": not 1 <= benefit.percent <= 100,
        "member_price": not 1 <= benefit.pay_bp < WHOLE_BP,
        "gift": not (benefit.sku or any(benefit.gift.values())),
        "free_shipping": False,
    }
    if benefit.kind not in wrong:
        return f"There is no benefit {benefit.kind!r}; there are {', '.join(KINDS)}."
    if wrong[benefit.kind]:
        return _MEANINGLESS[benefit.kind]
    return "A discount is capped at more than zero." if cap is not None and cap < 1 else ""


_MEANINGLESS = {
    "amount": "An amount off is more than zero.",
    "percent": "A percentage off is from 1 to 100.",
    "member_price": "A member price is a factor between 0 and 1: 8.5折 is 0.85, of which the member pays 85 %.",
    "gift": "A gift needs an article or a name.",
}


def _flaw(terms: Terms) -> str:
    lists = (terms.skus, terms.categories, terms.without_skus, terms.without_categories, terms.stores, terms.channels)
    limits = (terms.uses_max, terms.member_max, terms.total_max, terms.valid_days)
    found = {
        "A pool needs a name.": not any(terms.name.values()),
        f"Codes are {', '.join(CODES)}.": terms.codes not in CODES,
        f"Stacking is {', '.join(STACKING)}.": terms.stacking not in STACKING,
        "Coupons that stack within a class need its name.": terms.stacking == "class" and not terms.stack_class,
        "A minimum is not below zero.": not 0 <= terms.minimum_minor <= AMOUNT_MAX,
        "A pool cannot end before it starts.": bool(
            terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on
        ),
        "A limit is at least 1.": any(limit is not None and not 1 <= limit <= 10**9 for limit in limits),
        "Days of validity are at most 3,650.": (terms.valid_days or 0) > 3650,
        f"A list has at most {LIST_MAX} entries.": any(len(one) > LIST_MAX for one in lists),
        "A public code belongs to nobody: it cannot be passed on or come from stock.": terms.codes == "public"
        and (terms.is_transferable or terms.from_stock),
    }
    return next((words for words, is_wrong in found.items() if is_wrong), "")


def last_day(terms: Terms, *, issued_on: date) -> date | None:
    """The last local day of a coupon issued on a day, as far as its own days of validity say."""
    return issued_on + timedelta(days=terms.valid_days - 1) if terms.valid_days else None


def ends_on(pool: Pool, coupon: Coupon) -> date | None:
    """The last local day a coupon works: its own, or its pool's if that is earlier."""
    days = [day for day in (pool.terms.ends_on, coupon.ends_on) if day is not None]
    return min(days) if days else None


def why_not(
    pool: Pool,
    coupon: Coupon,
    holder: Holder | None,
    *,
    today: date,
    time_zone: str,
    store: str | None = None,
    channel: str | None = None,
) -> Why | None:
    """Why a coupon cannot be used now, here, by this member; None when it can, as far as the basket allows.

    `today` is the local day where the shop is. Without a holder (a till that knows nobody) what depends on one is left
    open,
    but a coupon that belongs to a member is not for others.
    """
    terms, last = pool.terms, ends_on(pool, coupon)
    is_theirs = holder is not None and coupon.member_id in holder.member_ids
    if coupon.is_void:
        return Why(code="void")
    if pool.state is not PoolState.LIVE:
        return Why(code={"draft": "not-live", "paused": "paused", "ended": "pool-ended"}[pool.state])
    if last is not None and today > last:
        expired_at = clock.first_instant(last + clock.ONE_DAY, time_zone)
        told = {"expired_at": expired_at.isoformat(timespec="seconds"), "last_on": last.isoformat()}
        return Why(code="expired", params=told)
    if terms.starts_on is not None and today < terms.starts_on:
        return Why(code="not-started", params={"starts_on": terms.starts_on.isoformat()})
    if holder is None and coupon.member_id is not None:
        return Why(code="member-needed")
    if not is_theirs and (terms.codes == "personal" or coupon.member_id is not None):
        return Why(code="not-yours" if coupon.member_id else "not-issued")
    if coupon.uses_left == 0 and not (holder and coupon.code in holder.reserved):
        return Why(code="used")
    if terms.stores and store is not None and store not in terms.stores:
        return Why(code="store")
    if terms.channels and channel is not None and channel not in terms.channels:
        return Why(code="channel")
    return _why_not_theirs(pool, coupon, holder) if holder else None


def _why_not_theirs(pool: Pool, coupon: Coupon, holder: Holder) -> Why | None:
    if holder.rank < pool.terms.rank_min:
        return Why(code="tier")
    limit = pool.terms.member_max
    used = holder.uses.get(pool.pool_id, 0) - (coupon.code in holder.reserved)
    if limit is not None and used >= limit:
        return Why(code="member-limit", params={"limit": limit})
    return None


def refusal(why: Why) -> Refusal:
    """The refusal that says why, for orders and reservations."""
    match why.code:
        case "unknown":
            return CouponUnknown("There is no such coupon.")
        case "expired":
            return CouponExpired("The time of this coupon is over.", facts=why.params)
        case "used":
            return CouponUsed("This coupon was used, or is set aside for another basket.")
        case "member-limit" | "total-limit":
            who = "A member" if why.code == "member-limit" else "All members together"
            return CouponLimitReached(f"{who} may use {why.params['limit']} of these coupons.", facts=why.params)
        case _:
            return CouponNotAvailable(_WORDS[why.code], facts={"reason": why.code, **why.params})


_WORDS = {
    "void": "This coupon was withdrawn.",
    "not-live": "These coupons are not offered yet.",
    "paused": "These coupons are paused at present.",
    "campaign": "The campaign of this coupon is not running.",
    "campaign-audience": "The campaign of this coupon is not for this member.",
    "pool-ended": "These coupons are no longer offered.",
    "not-started": "This coupon cannot be used yet.",
    "member-needed": "This coupon belongs to a member; say who it is.",
    "not-yours": "This coupon belongs to another member.",
    "not-issued": "This coupon was not given to anybody yet.",
    "store": "This coupon is for other stores.",
    "channel": "This coupon is for other channels.",
    "tier": "This coupon is for members of a higher tier.",
    "minimum": "The basket is below the minimum of this coupon.",
    "lines": "Nothing in the basket is what this coupon is for.",
}


def compatible(one: Terms, other: Terms) -> bool:
    """Whether coupons of two pools go together: each must allow the other."""
    return _allows(one, other) and _allows(other, one)


def _allows(one: Terms, other: Terms) -> bool:
    if one.stacking == "class":
        return one.stack_class == other.stack_class
    return one.stacking == "any"


def differences(before: Pool | None, after: Pool) -> dict[str, tuple[Any, Any]]:
    """What a change changed, by the name of the term: what was, what is."""
    was, now = (_fields(pool) if pool else {} for pool in (before, after))
    names = sorted(was.keys() | now.keys())
    return {name: (was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)}


def _fields(pool: Pool) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(pool.terms)
    return {**found, "state": pool.state.value, "campaign_id": pool.campaign_id}
