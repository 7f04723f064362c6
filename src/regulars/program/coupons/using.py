"""Uses in the room's tables: set aside for a basket, used by an order, released, given back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from .model import Coupon, CouponLimitReached, CouponUsed, Holder, Pool, Use, UseState
from .store import SQL

DUE_MAX = 500


def holder(
    conn: Conn, member_ids: Sequence[UUID], rank: int, pool_ids: Iterable[UUID]
) -> tuple[Holder, dict[str, Use]]:
    """A member, known by all these ids, as coupons of these pools see them, and what they have set aside by code."""
    uses = _uses(conn, member_ids, pool_ids=list(pool_ids))
    counts: dict[UUID, int] = defaultdict(int)
    reserved: dict[str, Use] = {}
    for one in uses:
        if one.state in (UseState.RESERVED, UseState.USED):
            counts[one.pool_id] += 1
        if one.state is UseState.RESERVED:
            reserved[one.code] = one
    found = Holder(member_ids=frozenset(member_ids), rank=rank, uses=dict(counts), reserved=frozenset(reserved))
    return found, reserved


def _uses(
    conn: Conn,
    member_ids: Sequence[UUID],
    *,
    pool_ids: list[UUID] | None = None,
    external_id: str | None = None,
    order_id: UUID | None = None,
) -> list[Use]:
    asked = {
        "member_ids": list(member_ids), "pool_ids": pool_ids or [], "external_id": external_id, "order_id": order_id,
    }  # fmt: skip
    return [_use(row) for row in conn.execute(SQL["select_uses"], asked)]


def _use(row: Sequence[Any]) -> Use:
    return Use(
        member_id=row[0],
        use_id=row[1],
        program_id=row[2],
        pool_id=row[3],
        code=row[4],
        external_id=row[5],
        state=UseState(row[6]),
        at=row[7],
        on_date=row[8],
        ends_at=row[9],
        order_id=row[10],
        discount_minor=row[11],
    )


def reservation(conn: Conn, member_ids: Sequence[UUID], external_id: str) -> list[Use]:
    """What a member has (or had) set aside under one of the shop's ids."""
    return [one for one in _uses(conn, member_ids, external_id=external_id) if one.external_id == external_id]


def of_order(conn: Conn, member_ids: Sequence[UUID], order_id: UUID) -> list[Use]:
    """What an order used."""
    return _uses(conn, member_ids, order_id=order_id)


def of_code(conn: Conn, coupon: Coupon, *, limit: int = 50) -> list[Use]:
    """Every use of a code, the latest first."""
    asked = {"code": coupon.code, "program_id": coupon.program_id, "limit": limit}
    return [_use(row) for row in conn.execute(SQL["select_uses_of_code"], asked)]


def reserve(
    conn: Conn,
    pool: Pool,
    coupon: Coupon,
    member_id: UUID,
    *,
    external_id: str,
    at: datetime,
    today: date,
    lasts: timedelta,
) -> Use:
    """Set a coupon aside for a member's basket. The caller has locked the member, and shares the pool.

    Raises:
        CouponUsed, CouponLimitReached: its last use, or the pool's, is gone.
    """
    _claim(conn, pool, coupon)
    use = Use(
        member_id=member_id,
        use_id=ids.uuid7(),
        program_id=pool.program_id,
        pool_id=pool.pool_id,
        code=coupon.code,
        external_id=external_id,
        state=UseState.RESERVED,
        at=at,
        on_date=today,
        ends_at=at + lasts,
    )
    _add(conn, use)
    return use


def use(
    conn: Conn,
    pool: Pool,
    coupon: Coupon,
    member_id: UUID,
    *,
    order_id: UUID,
    discount_minor: int,
    at: datetime,
    today: date,
    reserved: Use | None = None,
) -> Use:
    """Use a coupon for an order: what the member set aside, or a use of it that is free.

    Raises:
        CouponUsed, CouponLimitReached: its last use, or the pool's, is gone.
    """
    if reserved is not None:
        used = replace(
            reserved, state=UseState.USED, at=at, on_date=today, order_id=order_id, discount_minor=discount_minor
        )
        if _move(conn, reserved, used):
            return used  # else its time was over and it was released at this instant
    _claim(conn, pool, coupon)
    used = Use(
        member_id=member_id,
        use_id=ids.uuid7(),
        program_id=pool.program_id,
        pool_id=pool.pool_id,
        code=coupon.code,
        external_id="",
        state=UseState.USED,
        at=at,
        on_date=today,
        order_id=order_id,
        discount_minor=discount_minor,
    )
    _add(conn, used)
    return used


def _claim(conn: Conn, pool: Pool, coupon: Coupon) -> None:
    which = {"code": coupon.code, "program_id": coupon.program_id}
    if conn.execute(SQL["claim_use_of_coupon"], which).rowcount != 1:
        raise CouponUsed("This coupon was used, or is set aside for another basket.")
    limit = pool.terms.total_max
    if limit is None:
        return
    if conn.execute(SQL["claim_use_of_pool"], {"pool_id": pool.pool_id}).rowcount != 1:
        raise CouponLimitReached(
            f"All members together may use {limit} of these coupons.", facts={"limit": limit, "of": "all"}
        )


def _add(conn: Conn, use: Use) -> None:
    conn.execute(
        SQL["insert_use"],
        {
            "member_id": use.member_id,
            "use_id": use.use_id,
            "program_id": use.program_id,
            "pool_id": use.pool_id,
            "code": use.code,
            "external_id": use.external_id,
            "state": use.state.value,
            "at": use.at,
            "on_date": use.on_date,
            "ends_at": use.ends_at,
            "order_id": use.order_id,
            "discount_minor": use.discount_minor,
        },
    )


def _move(conn: Conn, before: Use, after: Use) -> bool:
    moved = conn.execute(
        SQL["move_use"],
        {
            "member_id": before.member_id,
            "use_id": before.use_id,
            "from_state": before.state.value,
            "state": after.state.value,
            "at": after.at,
            "on_date": after.on_date,
            "order_id": after.order_id,
            "discount_minor": after.discount_minor,
        },
    )
    return moved.rowcount == 1


def let_go(conn: Conn, before: Use, state: UseState, *, at: datetime) -> bool:
    """Release what was set aside, or give back what an order used; False when somebody else moved it first."""
    if not _move(conn, before, replace(before, state=state, at=at)):
        return False
    conn.execute(SQL["return_use_of_coupon"], {"code": before.code, "program_id": before.program_id})
    conn.execute(SQL["return_use_of_pool"], {"pool_id": before.pool_id})
    return True


def release_due(conn: Conn, *, at: datetime, code: str | None = None) -> int:
    """Release what was set aside and never paid, of all codes or of one; answers how many."""
    rows = conn.execute(SQL["select_due_uses"], {"at": at, "code": code, "limit": DUE_MAX}).fetchall()
    return sum(let_go(conn, _use(row), UseState.RELEASED, at=at) for row in rows)
