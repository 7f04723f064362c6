"""Codes in the room's tables: made, brought in, issued to members, passed on, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from . import codes, rules
from .model import Coupon, CouponMalformed, CouponNotTransferable, CouponsSoldOut, Pool, PoolInvalid
from .store import SQL


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a coupon changed hands, or was withdrawn."""

    at: datetime
    kind: str
    from_member_id: UUID | None
    to_member_id: UUID | None
    by: str


def named(conn: Conn, program_id: int, wanted: Iterable[str]) -> dict[str, Coupon]:
    """Coupons by their codes (`codes.normal`); unknown ones are left out."""
    rows = conn.execute(SQL["select_coupons"], {"program_id": program_id, "codes": sorted(set(wanted))})
    return {coupon.code: coupon for coupon in map(_coupon, rows)}


def wallet(conn: Conn, program_id: int, member_ids: Iterable[UUID], *, limit: int = 500) -> list[Coupon]:
    """What was issued to a member, known by all these ids; the latest first."""
    asked = {"program_id": program_id, "member_ids": list(member_ids), "limit": limit}
    return [_coupon(row) for row in conn.execute(SQL["select_wallet"], asked)]


def listed(conn: Conn, pool: Pool, *, limit: int, after: str = "") -> list[Coupon]:
    """Codes of a pool in their order, a page at a time."""
    asked = {"program_id": pool.program_id, "pool_id": pool.pool_id, "after": after, "limit": limit}
    return [_coupon(row) for row in conn.execute(SQL["select_codes"], asked)]


def _coupon(row: Sequence[Any]) -> Coupon:
    return Coupon(
        program_id=row[0],
        code=row[1],
        shown=row[2],
        pool_id=row[3],
        member_id=row[4],
        uses_left=row[5],
        is_void=row[6],
        issued_at=row[7],
        issued_on=row[8],
        ends_on=row[9],
    )


def generate(conn: Conn, pool: Pool, count: int, *, at: datetime, today: date) -> int:
    """Make so many new codes in one statement; answers how many there are. A clash of dice makes one fewer.

    Printed codes are issued as they are made; personal ones wait in stock.
    """
    made = list({codes.generated() for _ in range(count)})
    return len(_insert(conn, pool, made, [codes.shown(code) for code in made], at=at, today=today))


def bring_in(conn: Conn, pool: Pool, typed: Sequence[str], *, at: datetime, today: date) -> tuple[int, list[int]]:
    """Take in codes that others made, or a pool's public code: how many are new, and the places of unusable ones.

    A code that is there already is counted as known, whatever pool it is of; bringing the same list twice is once.
    """
    usable: dict[str, str] = {}
    wrong = []
    for place, one in enumerate(typed):
        try:
            usable.setdefault(codes.normal(one), one.strip().upper())
        except CouponMalformed:
            wrong.append(place)
    return len(_insert(conn, pool, list(usable), list(usable.values()), at=at, today=today)), wrong


def _insert(
    conn: Conn,
    pool: Pool,
    made: Sequence[str],
    shown: Sequence[str],
    *,
    at: datetime,
    today: date,
    member_ids: Sequence[UUID] | None = None,
    issue_keys: Sequence[UUID] | None = None,
) -> list[str]:
    if not made:
        return []
    is_issued = member_ids is not None or pool.terms.codes != "personal"
    rows = conn.execute(
        SQL["insert_coupons"],
        {
            "program_id": pool.program_id,
            "pool_id": pool.pool_id,
            "code": list(made),
            "shown": list(shown),
            "member_id": list(member_ids) if member_ids else [None] * len(made),
            "issue_key": list(issue_keys) if issue_keys else [None] * len(made),
            "uses_left": pool.terms.uses_max,
            "issued_at": at if is_issued else None,
            "issued_on": today if is_issued else None,
            "ends_on": rules.last_day(pool.terms, issued_on=today) if is_issued else None,
        },
    ).fetchall()
    if rows and not is_issued:
        conn.execute(SQL["add_codes_left"], {"pool_id": pool.pool_id, "count": len(rows)})
    return [row[0] for row in rows]


def issue_key(pool: Pool, member_id: UUID, issue_id: str, number: int = 0) -> UUID:
    """Names what a member gets by one issue, so that the same issue again gives nothing new."""
    return ids.key_of(pool.pool_id, "issue", member_id, issue_id, number)


def issue(
    conn: Conn, pool: Pool, member_ids: Sequence[UUID], *, issue_id: str, at: datetime, today: date
) -> dict[UUID, Coupon]:
    """Give each of these members a coupon, once for each `issue_id`. The caller has locked them, and shares the pool.

    Raises:
        PoolInvalid: its codes are not personal.
        CouponsSoldOut: its coupons come from stock, and too few are left; nobody got one.
    """
    if pool.terms.codes != "personal":
        raise PoolInvalid("Only personal coupons are issued to members.")
    keys = {issue_key(pool, member_id, issue_id): member_id for member_id in member_ids}
    missing = [key for key in keys if key not in _issued(conn, pool, list(keys))]
    if missing and pool.terms.from_stock:
        _hand_out(conn, pool, missing, keys, at=at, today=today)
    while missing and not pool.terms.from_stock:
        made = [codes.generated() for _ in missing]
        _insert(
            conn, pool, made, [codes.shown(code) for code in made], at=at, today=today,
            member_ids=[keys[key] for key in missing], issue_keys=missing,
        )  # fmt: skip
        missing = [key for key in keys if key not in _issued(conn, pool, list(keys))]
    return {keys[key]: coupon for key, coupon in _issued(conn, pool, list(keys)).items()}


def _issued(conn: Conn, pool: Pool, keys: list[UUID]) -> dict[UUID, Coupon]:
    asked = {"program_id": pool.program_id, "issue_keys": keys}
    return {row[10]: _coupon(row) for row in conn.execute(SQL["select_issued"], asked)}


def _hand_out(
    conn: Conn, pool: Pool, missing: Sequence[UUID], keys: Mapping[UUID, UUID], *, at: datetime, today: date
) -> None:
    """Take codes from stock. Whoever does holds the stock's row, so that nobody else sees the same codes as free."""
    count = len(missing)
    if conn.execute(SQL["claim_codes"], {"pool_id": pool.pool_id, "count": count}).rowcount != 1:
        raise CouponsSoldOut("No code is left in this pool; nothing was issued.")
    free = conn.execute(SQL["select_free_codes"], {"pool_id": pool.pool_id, "count": count}).fetchall()
    ends_on = rules.last_day(pool.terms, issued_on=today)
    for (code,), key in zip(free, missing, strict=True):
        done = conn.execute(
            SQL["hand_out"],
            {
                "code": code, "program_id": pool.program_id, "member_id": keys[key], "issued_at": at,
                "issued_on": today, "ends_on": ends_on, "issue_key": key,
            },
        )  # fmt: skip
        assert done.rowcount == 1, "the stock's row is held"


def transfer(conn: Conn, pool: Pool, coupon: Coupon, to_member_id: UUID, *, by: str, at: datetime) -> None:
    """Pass a coupon on to another member; the caller has locked both.

    Raises:
        CouponNotTransferable: the pool does not allow it, or the coupon is used up, withdrawn or gone already.
    """
    if not pool.terms.is_transferable or coupon.member_id is None:
        raise CouponNotTransferable("These coupons stay with whom they were issued to.")
    moved = conn.execute(
        SQL["move_coupon"],
        {
            "code": coupon.code,
            "program_id": coupon.program_id,
            "from_member_id": coupon.member_id,
            "to_member_id": to_member_id,
        },
    )
    if moved.rowcount != 1:
        raise CouponNotTransferable("This coupon is used, set aside, withdrawn or passed on already.")
    _note(conn, coupon, "transferred", to_member_id, by=by, at=at)


def void(conn: Conn, coupon: Coupon, *, by: str, at: datetime) -> bool:
    """Withdraw a coupon; False when it was withdrawn before."""
    which = {"code": coupon.code, "program_id": coupon.program_id}
    if conn.execute(SQL["void_coupon"], which).rowcount != 1:
        return False
    if coupon.issued_at is None:
        conn.execute(SQL["claim_codes"], {"pool_id": coupon.pool_id, "count": 1})
    _note(conn, coupon, "voided", None, by=by, at=at)
    return True


def _note(conn: Conn, coupon: Coupon, kind: str, to_member_id: UUID | None, *, by: str, at: datetime) -> None:
    conn.execute(
        SQL["insert_step"],
        {
            "code": coupon.code,
            "program_id": coupon.program_id,
            "step_id": ids.uuid7(),
            "at": at,
            "kind": kind,
            "from_member_id": coupon.member_id,
            "to_member_id": to_member_id,
            "by": by,
        },
    )


def steps(conn: Conn, coupon: Coupon) -> list[Step]:
    """How a coupon changed hands, the latest first."""
    rows = conn.execute(SQL["select_steps"], {"code": coupon.code, "program_id": coupon.program_id})
    return [Step(at=row[0], kind=row[1], from_member_id=row[2], to_member_id=row[3], by=row[4]) for row in rows]
