"""Members get coupons: one by one, all of a condition, or from each other; and codes are made by the million."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.audience import conditions
from regulars.kit import jobs
from regulars.kit.db import Conn
from regulars.program import coupons
from regulars.records import activities, members, outbox

from . import bundling, changes, wording
from .check_coupon import coupon_gives, coupon_words
from .coupon_rights import ids_of, rank_of
from .plan import Plan, load
from .spending import lock_active

MEMBERS_CHUNK = 1_000
JOB = "fill_coupons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A coupon that a member got; `is_new` is off when the same issue gave it before."""

    coupon: coupons.Coupon
    is_new: bool


def issue_coupon(conn: Conn, plan: Plan, pool: coupons.Pool, member_id: UUID, *, issue_id: str, at: datetime) -> Issued:
    """Give a member a coupon of a live pool, once for each `issue_id`.

    Raises:
        CouponNotAvailable: the pool is not live, its last day is over, its campaign does not run, or is not for them.
        CampaignPaused, BudgetExhausted: of its campaign.
        PoolInvalid: its codes are not personal.
        CouponsSoldOut: no code is left in stock.
        MemberNotFound, MemberFrozen, MemberErased: of the member.
    """
    activities.check_text("/issue_id", issue_id, required=True)
    person = lock_active(conn, plan, member_id)
    pool = _open(conn, plan, pool, at=at)
    today = plan.program.local_date(at)
    if pool.campaign_id is not None and not bundling.meant(conn, plan, pool.campaign_id, [person.member_id], today):
        raise coupons.refusal(coupons.Why(code="campaign-audience"))
    before = {one.code for one in coupons.wallet(conn, pool.program_id, [person.member_id])}
    given = coupons.issue(conn, pool, [person.member_id], issue_id=issue_id, at=at, today=today)
    coupon = given[person.member_id]
    is_new = coupon.code not in before
    if is_new:
        outbox.add(conn, pool.program_id, _told_issues(pool, given, at=at))
    return Issued(coupon=coupon, is_new=is_new)


def _told_issues(pool: coupons.Pool, given: Mapping[UUID, coupons.Coupon], *, at: datetime) -> list[outbox.Change]:
    return [
        changes.coupon(
            "coupon.issued", member_id, pool.code, subject_id=None, at=at, recorded_at=at,
            ends_on=last.isoformat() if (last := coupons.ends_on(pool, coupon)) else None,
        )
        for member_id, coupon in given.items()
    ]  # fmt: skip


def _open(conn: Conn, plan: Plan, pool: coupons.Pool, *, at: datetime) -> coupons.Pool:
    """The pool, which stays live until the transaction ends."""
    pool = coupons.steady(conn, pool.program_id, [pool.pool_id])[pool.pool_id]
    ends_on = pool.terms.ends_on
    if pool.state is not coupons.PoolState.LIVE or (ends_on and plan.program.local_date(at) > ends_on):
        reason = "pool-ended" if pool.state is coupons.PoolState.LIVE else _REASONS[pool.state]
        raise coupons.refusal(coupons.Why(code=reason))
    for why in bundling.closed(conn, plan, [pool.campaign_id], plan.program.local_date(at)).values():
        raise bundling.refusal(why) or coupons.refusal(coupons.Why(code=why))
    return pool


_REASONS = {
    coupons.PoolState.DRAFT: "not-live",
    coupons.PoolState.PAUSED: "paused",
    coupons.PoolState.ENDED: "pool-ended",
}


def ask_batch(
    conn: Conn,
    plan: Plan,
    pool: coupons.Pool,
    *,
    external_id: str,
    by: str,
    at: datetime,
    wanted: int | None = None,
    condition: str = "",
) -> tuple[coupons.Batch, bool]:
    """Have so many codes made, or a coupon issued to every member of a condition; a job does it. And whether it is new.

    Raises:
        PoolInvalid: a count outside what is made at once, or the wrong kind of codes.
        RuleInvalid, RuleTooComplex, RuleTooExpensive: the condition makes no sense.
    """
    activities.check_text("/batch_id", external_id, required=True)
    if wanted is None:
        read_condition(plan, condition)
        _open(conn, plan, pool, at=at)
    found, is_new = coupons.ask(conn, pool, external_id=external_id, by=by, at=at, wanted=wanted, condition=condition)
    if is_new:
        jobs.enqueue(conn, JOB, {"batch_id": str(found.batch_id)})
    return found, is_new


def read_condition(plan: Plan, text: str) -> conditions.Condition:
    """A condition about members, as this program's words have it. An empty one is everybody."""
    return wording.parsed(plan, text or "true", conditions.Scope.SEGMENT)


def fill_batch(conn: Conn, batch_id: UUID, *, at: datetime) -> bool:
    """The next chunk of a batch, in the caller's transaction; True when nothing is left to do.

    Cut off anywhere, it goes on where the last chunk was committed.
    """
    batch = coupons.lock(conn, batch_id)
    if batch is None or batch.is_done:
        return True
    plan = load(conn, batch.program_id)
    pool = coupons.steady(conn, batch.program_id, [batch.pool_id])[batch.pool_id]
    today = plan.program.local_date(at)
    if batch.kind == "generate":
        return coupons.generate_chunk(conn, pool, batch, at=at, today=today)
    if pool.state is coupons.PoolState.PAUSED:
        return True  # for now: it goes on when the pool does
    if bundling.closed(conn, plan, [pool.campaign_id], today):
        return True  # for now: it goes on when the campaign does
    return _issue_chunk(conn, plan, pool, batch, at=at)


def _issue_chunk(conn: Conn, plan: Plan, pool: coupons.Pool, batch: coupons.Batch, *, at: datetime) -> bool:
    today = plan.program.local_date(at)
    found = _members(conn, plan, batch, at=at)
    standings = members.lock_standing(conn, batch.program_id, found)
    able = [one for one in found if _is_active(standings.get(one), one)]
    if pool.campaign_id is not None:
        able = bundling.meant(conn, plan, pool.campaign_id, able, today)
    if able:
        given = coupons.issue(conn, pool, able, issue_id=batch.external_id, at=at, today=today)
        outbox.add(conn, pool.program_id, _told_issues(pool, given, at=at))
    is_done = len(found) < MEMBERS_CHUNK
    after = found[-1] if found else batch.after_member_id
    coupons.note(conn, batch, made=len(able), is_done=is_done, after_member_id=after, at=at)
    return is_done


def _is_active(standing: members.Standing | None, member_id: UUID) -> bool:
    """Who takes part themselves; who was merged into another is reached by that one."""
    return standing is not None and standing.status is members.Status.ACTIVE and standing.member_id == member_id


def _members(conn: Conn, plan: Plan, batch: coupons.Batch, *, at: datetime) -> Sequence[UUID]:
    """The next members of the condition, in the order of their ids."""
    condition = read_condition(plan, batch.condition)
    statement, parameters = conditions.as_sql(
        condition, dialect="postgres", program_id=batch.program_id, at=at, today=plan.program.local_date(at)
    )
    page = f"select f.member_id from ({statement}) as f where f.member_id > %(after)s order by f.member_id limit %(n)s"
    asked = {**parameters, "after": batch.after_member_id or UUID(int=0), "n": MEMBERS_CHUNK}
    return [row[0] for row in conn.execute(page, asked)]


def transfer_coupon(
    conn: Conn, plan: Plan, member_id: UUID, to_member_id: UUID, typed: str, *, by: str, at: datetime
) -> coupons.Coupon:
    """A member passes a coupon on to another; the same again is as before.

    Raises:
        CouponUnknown, CouponMalformed: no such coupon of this member.
        CouponNotTransferable: its pool, or its state, does not allow it, or both are one member.
        MemberNotFound, MemberFrozen, MemberErased: of one of the two.
    """
    code = coupons.normal(typed)
    standings = members.lock_standing(conn, plan.program.program_id, sorted({member_id, to_member_id}))
    for one in (member_id, to_member_id):
        if one not in standings:
            raise members.MemberNotFound("There is no such member.")
    giver, taker = lock_active(conn, plan, member_id), lock_active(conn, plan, to_member_id)
    coupon = coupons.named(conn, plan.program.program_id, [code]).get(code)
    if coupon is None or coupon.member_id is None:
        raise coupons.CouponUnknown("There is no such coupon of this member.")
    if giver.member_id == taker.member_id:
        raise coupons.CouponNotTransferable("These two are one member.")
    if coupon.member_id == taker.member_id and _was_given(conn, coupon, giver.member_id):
        return coupon
    if coupon.member_id not in ids_of(conn, giver.member_id):
        raise coupons.CouponUnknown("There is no such coupon of this member.")
    pool = coupons.steady(conn, plan.program.program_id, [coupon.pool_id])[coupon.pool_id]
    coupons.transfer(conn, pool, coupon, taker.member_id, by=by, at=at)
    return coupons.named(conn, plan.program.program_id, [code])[code]


def _was_given(conn: Conn, coupon: coupons.Coupon, giver_id: UUID) -> bool:
    steps = coupons.steps(conn, coupon)
    return bool(steps) and steps[0].from_member_id == giver_id


def member_coupons(
    conn: Conn, plan: Plan, member_id: UUID, *, at: datetime, language: str = ""
) -> list[dict[str, Any]]:
    """A member's coupons as the API tells them: what each gives, until when, and whether it can be used now.

    Raises:
        MemberNotFound: there is no such member.
    """
    member = members.followed(conn, plan.program.program_id, member_id)
    spoken = language or member.language
    member_ids = ids_of(conn, member.member_id)
    found = coupons.wallet(conn, plan.program.program_id, member_ids)
    pools = {pool.pool_id: pool for pool in coupons.pools(conn, plan.program.program_id)} if found else {}
    rank = rank_of(conn, plan, member.member_id) if found else 0
    holder, reserved = coupons.holder(conn, member_ids, rank, pools) if found else (None, {})
    today = plan.program.local_date(at)
    told = []
    for coupon in found:
        pool = pools[coupon.pool_id]
        why = coupons.why_not(pool, coupon, holder, today=today, time_zone=plan.program.time_zone)
        name, gift = coupon_gives(plan, pool, spoken)
        last = coupons.ends_on(pool, coupon)
        told.append(
            {
                "code": coupon.shown,
                "pool": pool.code,
                "name": name,
                "gives": gift,
                "state": _state(why, coupon.code in reserved),
                "why_not": {"code": why.code, "params": dict(why.params), "text": coupon_words(plan, why, spoken)}
                if why
                else None,
                "starts_on": pool.terms.starts_on.isoformat() if pool.terms.starts_on else None,
                "ends_on": last.isoformat() if last else None,
                "uses_left": coupon.uses_left,
                "is_transferable": pool.terms.is_transferable,
                "issued_at": coupon.issued_at.isoformat(timespec="seconds") if coupon.issued_at else None,
            }
        )
    return told


def _state(why: coupons.Why | None, is_reserved: bool) -> str:
    if why is None:
        return "reserved" if is_reserved else "usable"
    return why.code if why.code in ("used", "expired", "void", "not-started") else "not-usable"
