"""A coupon is set aside for an unpaid basket: reserved, used by its order, released, or let go by the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.program import coupons
from regulars.records import activities, members

from .check_coupon import admit
from .coupon_rights import ids_of, look, rank_of, refused
from .hold_points import MINUTES_DEFAULT, MINUTES_MAX, PointsOutOfRange
from .plan import Plan
from .redeem_reward import lock_active


class ReservationUnknown(Refusal):
    """The member has set nothing aside under this id."""

    kind = Kind.NOT_FOUND
    code = "not-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A reservation's outcome: `created`, or `replayed` (the same again)."""

    outcome: Literal["created", "replayed"]
    answer: dict[str, Any]


def reserve_coupon(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    typed: str,
    *,
    external_id: str,
    asked_by: str,
    at: datetime,
    minutes: int = MINUTES_DEFAULT,
) -> Reserved:
    """Set a coupon aside for a member's basket, once per `external_id` and code, until paid or `minutes` are over.

    Raises:
        CouponMalformed, CouponExpired, CouponUsed, CouponNotAvailable, CouponLimitReached, TooManyGuesses: as named.
        MemberNotFound, MemberFrozen, MemberErased: of the member.
        PointsOutOfRange: the time is not within a day.
    """
    if not 1 <= minutes <= MINUTES_MAX:
        raise PointsOutOfRange(f"A coupon is set aside for 1 to {MINUTES_MAX} minutes.")
    activities.check_text("/reservation_id", external_id, required=True)
    code = coupons.normal(typed)
    person = lock_active(conn, plan, member_id)
    member_ids = ids_of(conn, person.member_id)
    earlier = [one for one in coupons.reservation(conn, member_ids, external_id) if one.code == code]
    if earlier:
        return Reserved(outcome="replayed", answer=told(earlier[0], typed))
    admitted = admit(conn, plan, asked_by=asked_by, member_id=person.member_id, client="", at=at)
    looked = look(conn, plan, [typed], member_ids, rank_of(conn, plan, person.member_id), at=at)[0]
    if looked.is_guess:
        coupons.fail(conn, admitted, at=at)
    if looked.why is not None:
        raise refused(looked.why)
    if looked.reserved is not None and looked.reserved.ends_at is not None and looked.reserved.ends_at > at:
        raise coupons.CouponUsed("This coupon is set aside for another basket of this member.")
    if looked.reserved is not None:
        coupons.let_go(conn, looked.reserved, coupons.UseState.RELEASED, at=at)
    assert looked.pool is not None
    assert looked.coupon is not None
    use = coupons.reserve(
        conn, looked.pool, looked.coupon, person.member_id, external_id=external_id, at=at,
        today=plan.program.local_date(at), lasts=timedelta(minutes=minutes),
    )  # fmt: skip
    return Reserved(outcome="created", answer=told(use, looked.coupon.shown))


def told(use: coupons.Use, shown: str) -> dict[str, Any]:
    """A reservation as the API tells it."""
    return {
        "reservation_id": use.external_id,
        "code": shown,
        "member_id": str(use.member_id),
        "state": use.state.name.lower().replace("_", "-"),
        "ends_at": use.ends_at.isoformat(timespec="seconds") if use.ends_at else None,
    }


def release_coupons(conn: Conn, plan: Plan, member_id: UUID, external_id: str, *, at: datetime) -> list[dict[str, Any]]:
    """Release all that a member set aside under one id; what was used or released before stays so.

    Raises:
        ReservationUnknown: nothing was set aside under it.
    """
    person = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    uses = coupons.reservation(conn, ids_of(conn, person.member_id), external_id) if person else []
    if not uses:
        raise ReservationUnknown("This member has set nothing aside under this id.")
    for one in sorted(uses, key=lambda one: one.code):
        if one.state is coupons.UseState.RESERVED:
            coupons.let_go(conn, one, coupons.UseState.RELEASED, at=at)
    assert person is not None
    known = coupons.named(conn, plan.program.program_id, [one.code for one in uses])
    after = coupons.reservation(conn, ids_of(conn, person.member_id), external_id)
    return [told(one, known[one.code].shown) for one in after]


def release_due_coupons(conn: Conn, *, at: datetime) -> int:
    """Release what baskets set aside that were never paid; answers how many."""
    return coupons.release_due(conn, at=at)
