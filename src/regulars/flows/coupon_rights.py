"""What somebody typed as coupons, looked at for one member at one moment: which coupon it is, and why it is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.program import coupons, tiers
from regulars.records import members

from . import bundling
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A code as it was typed, the coupon and pool it names, what the member set aside of it, or why it is not taken."""

    typed: str
    code: str
    coupon: coupons.Coupon | None = None
    pool: coupons.Pool | None = None
    reserved: coupons.Use | None = None
    why: coupons.Why | None = None

    @property
    def is_guess(self) -> bool:
        """Whether it names nothing at all, and looks like a code."""
        return self.coupon is None and self.why is not None and self.why.code == "unknown"

    @property
    def candidate(self) -> coupons.Candidate:
        """The coupon as pricing takes it."""
        assert self.pool is not None
        return coupons.Candidate(code=self.code, pool=self.pool.code, terms=self.pool.terms)


def look(
    conn: Conn,
    plan: Plan,
    typed: Sequence[str],
    member_ids: Sequence[UUID],
    rank: int,
    *,
    at: datetime,
    now: datetime | None = None,
    store: str | None = None,
    channel: str | None = None,
) -> list[Looked]:
    """Every code once, in the order given; `member_ids` are all ids of the member, none for somebody unknown.

    `at` is when they are used, `now` (the same when not given) when it is recorded: what baskets set aside until then
    and never paid is free again. Nobody pauses or changes the pools until the transaction ends. Without a store or
    channel those are left open.

    Raises:
        TooManyCoupons: there are more than one basket takes.
    """
    read = _read(typed)
    if len(read) > coupons.COUPONS_MAX:
        raise coupons.TooManyCoupons(
            f"A basket takes {coupons.COUPONS_MAX} coupons.", facts={"limit": coupons.COUPONS_MAX}
        )
    program_id = plan.program.program_id
    wanted = [code for _, code in read if code]
    found = coupons.named(conn, program_id, wanted) if wanted else {}
    spent = sorted(one.code for one in found.values() if one.uses_left == 0)
    if sum(coupons.release_due(conn, at=now or at, code=code) for code in spent):
        found = coupons.named(conn, program_id, wanted)
    pools = coupons.steady(conn, program_id, {one.pool_id for one in found.values()}) if found else {}
    holder, reserved = coupons.holder(conn, member_ids, rank, pools) if found and member_ids else (None, {})
    today = plan.program.local_date(at)
    closed = bundling.closed(conn, plan, (pool.campaign_id for pool in pools.values()), today)
    looked = []
    for text, code in read:
        coupon = found.get(code)
        if coupon is None:
            why = coupons.Why(code="unknown" if code else "malformed")
            looked.append(Looked(typed=text, code=code or text[:40], why=why))
            continue
        pool = pools[coupon.pool_id]
        zone = plan.program.time_zone
        why_not = coupons.why_not(pool, coupon, holder, today=today, time_zone=zone, store=store, channel=channel)
        if why_not is None and pool.campaign_id in closed:
            why_not = coupons.Why(code=closed[pool.campaign_id])
        looked.append(Looked(typed=text, code=code, coupon=coupon, pool=pool, reserved=reserved.get(code), why=why_not))
    return looked


def refused(why: coupons.Why) -> Refusal:
    """The refusal that says why a coupon is not taken."""
    if why.code == "malformed":
        return coupons.CouponMalformed("This is not a coupon code; a character is missing, wrong or too many.")
    return bundling.refusal(why.code) or coupons.refusal(why)


def _read(typed: Sequence[str]) -> list[tuple[str, str]]:
    """What was typed, once each, with its code; an empty code is none at all."""
    read: dict[str, tuple[str, str]] = {}
    for text in typed:
        try:
            code = coupons.normal(text)
            read.setdefault(code, (text, code))
        except coupons.CouponMalformed:
            read.setdefault(f"\n{text}", (text, ""))
    return list(read.values())


def ids_of(conn: Conn, member_id: UUID) -> list[UUID]:
    """All ids a member is known by: their own, and those of everybody merged into them."""
    return [member_id, *members.followers(conn, member_id)]


def rank_of(conn: Conn, plan: Plan, member_id: UUID) -> int:
    """The rank of a member's tier."""
    holding = tiers.holdings(conn, [member_id]).get(member_id)
    return (plan.ladder.tier(holding.tier_id) if holding else plan.ladder.tiers[0]).rank
