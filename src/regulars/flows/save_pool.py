"""Somebody makes or changes a pool of coupons; a public one gets the code that everybody shares."""

from dataclasses import replace
from datetime import datetime

from regulars.kit.db import Conn
from regulars.program import campaigns, coupons

from .plan import Plan


def save_pool(
    conn: Conn, plan: Plan, wanted: coupons.Pool, *, version: int, public_code: str, by: str, at: datetime
) -> coupons.Pool:
    """Save a pool with all its terms. `version` is the one the caller looked at, 0 for a new pool.

    Raises:
        PoolInvalid: its terms make no sense together; a public code is missing, is not public, or belongs to others.
        PoolMoved: somebody else changed it meanwhile, or its state cannot become that one.
        CampaignNotFound: there is no such campaign.
        CouponMalformed: the public code cannot be a code.
    """
    if wanted.campaign_id is not None:
        campaigns.get(conn, wanted.program_id, wanted.campaign_id)
    is_public = wanted.terms.codes == "public"
    if public_code and not is_public:
        raise coupons.PoolInvalid("Only a public pool has a code of its own.")
    code = coupons.normal(public_code) if public_code else ""
    saved = coupons.save(conn, replace(wanted, version=version), by=by, at=at)
    if is_public:
        _share(conn, plan, saved, code, public_code, at=at)
    return saved


def _share(conn: Conn, plan: Plan, pool: coupons.Pool, code: str, typed: str, *, at: datetime) -> None:
    listed = coupons.listed(conn, pool, limit=1)
    if not code:
        if not listed:
            raise coupons.PoolInvalid("A public pool needs its code.")
        return
    coupons.bring_in(conn, pool, [typed], at=at, today=plan.program.local_date(at))
    if coupons.named(conn, pool.program_id, [code])[code].pool_id != pool.pool_id:
        raise coupons.PoolInvalid("Another pool has this code already.")
