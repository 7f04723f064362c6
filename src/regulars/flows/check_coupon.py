"""Somebody asks whether a code is good: for this member, here, now, and for this basket if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.kit import text
from regulars.kit.db import Conn
from regulars.program import coupons
from regulars.records import activities, members

from .coupon_rights import Looked, ids_of, look, rank_of
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A code and what it gives, or why it is not taken; `price` is the basket's, where one was sent."""

    looked: Looked
    why: coupons.Why | None
    language: str
    price: coupons.Priced | None = None


def check_coupon(
    conn: Conn,
    plan: Plan,
    typed: str,
    *,
    asked_by: str,
    at: datetime,
    member_id: UUID | None = None,
    client: str = "",
    lines: Sequence[activities.Line] = (),
    store: str | None = None,
    channel: str | None = None,
    language: str = "",
) -> Checked:
    """Look at a code and change nothing but the count of wrong ones.

    `asked_by` names the key or person who asks, `client` the device or address of whom they ask for.

    Raises:
        CouponMalformed: it can be no code; nothing was looked up.
        TooManyGuesses: too many were wrong lately.
        MemberNotFound: there is no such member.

    Source: quality/cases 67-69, 73-78.
    """
    coupons.normal(typed)
    admitted = admit(conn, plan, asked_by=asked_by, member_id=member_id, client=client, at=at)
    spoken = language or plan.program.language
    member_ids: list[UUID] = []
    rank = 0
    if member_id is not None:
        member = members.followed(conn, plan.program.program_id, member_id)
        member_ids, rank = ids_of(conn, member.member_id), rank_of(conn, plan, member.member_id)
        spoken = language or member.language
    looked = look(conn, plan, [typed], member_ids, rank, at=at, store=store, channel=channel)[0]
    if looked.is_guess:
        coupons.fail(conn, admitted, at=at)
    why, price = looked.why, None
    if why is None and lines:
        price = coupons.price(lines, [looked.candidate])
        why = price.lost.get(looked.code)
    return Checked(looked=looked, why=why, language=spoken, price=price)


def admit(
    conn: Conn, plan: Plan, *, asked_by: str, member_id: UUID | None, client: str, at: datetime
) -> coupons.Admitted:
    """Let somebody try a code; whom a wrong one is counted for: the member, the device, else the key.

    Raises:
        TooManyGuesses: too many were wrong lately.
    """
    program_id = plan.program.program_id
    guessers = []
    if member_id is not None:
        guessers.append(coupons.guesser(program_id, "member", member_id))
    if client:
        guessers.append(coupons.guesser(program_id, "client", client))
    return coupons.admit(conn, guessers or [coupons.guesser(program_id, "key", asked_by)], at=at)


def coupon_words(plan: Plan, why: coupons.Why, language: str) -> str:
    """Why a coupon is not taken, in words."""
    return coupons.why_sentence(why, language=language, currency=plan.program.currency)


def coupon_gives(plan: Plan, pool: coupons.Pool, language: str) -> tuple[str, str]:
    """A pool's name and what its coupons give, in words."""
    terms = pool.terms
    return text.pick(terms.name, language), coupons.benefit_sentence(
        terms, language=language, currency=plan.program.currency
    )
