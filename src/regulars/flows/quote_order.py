"""What a basket costs and would earn: the live decision, with nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import coupons, earning, tiers
from regulars.records import activities, members

from . import answers, campaigning, recalling, tiers_held
from .check_coupon import admit
from .deciding import Decision, State, decide
from .offer_rewards import offers
from .plan import Plan
from .price_basket import Basket, price_basket
from .price_basket import told as told_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What was decided about a basket, told in the member's `language`, and the rewards its member sees.

    `price` holds the price and the coupons as the API tells them.
    """

    decision: Decision
    language: str
    reasons: list[dict[str, Any]]
    effects: list[dict[str, Any]]
    rewards: list[dict[str, Any]]
    basket: Basket
    price: dict[str, Any]


def quote_order(
    conn: Conn,
    plan: Plan,
    order: activities.Order,
    member_id: UUID | None,
    *,
    at: datetime,
    typed: Sequence[str] = (),
    with_member_price: bool = True,
    asked_by: str = "",
) -> Quoted:
    """Price a basket for a member, or for a guest in the lowest tier, and say what it would earn at that price, as of
    the time of the order.

    `at` is now: rewards are those that can be had now, and times far ahead are taken. `typed` are coupons; only the
    count of wrong ones is written. With `with_member_price` off, amounts hold the member price of the tier already.

    Raises:
        Refusal: one of the activities room's.
        MemberNotFound: there is no such member.
        TooManyCoupons, TooManyGuesses: of the coupons.
    """
    activities.check(order, currency=plan.program.currency, at=max(at, order.occurred_at))
    on = plan.program.local_date(order.occurred_at)
    state, language = state_for(conn, plan, member_id, on, order.occurred_at)
    whose = state.standing.member_id if member_id else None
    admitted = admit(conn, plan, asked_by=asked_by, member_id=whose, client="", at=at) if typed else {}
    further = [ladder.held(state.further.get(ladder.ladder_id)) for ladder in plan.further_ladders]
    basket = price_basket(
        conn, plan, order, plan.ladder.held(state.holding), typed, member_id=whose, at=order.occurred_at,
        with_member_price=with_member_price, further=further,
    )  # fmt: skip
    if basket.has_guess:
        coupons.fail(conn, admitted, at=at)
    left = earning.budgets(conn, plan.program.program_id, plan.counted_rules)
    decision, _ = decide(plan, state, basket.order, today=on, left=left, rooms=campaigning.rooms(conn, plan))
    return Quoted(
        basket=basket,
        price=told_price(plan, basket, language),
        decision=decision,
        language=language,
        reasons=answers.reasons(plan, decision, language),
        effects=answers.effects(plan, decision, language),
        rewards=offers(conn, plan, member_id, at=at) if member_id else [],
    )


def state_for(conn: Conn, plan: Plan, member_id: UUID | None, on: date, at: datetime) -> tuple[State, str]:
    """A member as a purchase at that moment would find them, and their language; None is a guest in the lowest tier.

    Raises:
        MemberNotFound: there is no such member.
    """
    if member_id is None:
        nobody = members.Standing(
            member_id=UUID(int=0),
            status=members.Status.ACTIVE,
            enrolled_on=on,
            language=plan.program.language,
            birth_on=None,
            account_id=UUID(int=0),
        )
        return State(standing=nobody, holding=None, tallies=()), plan.program.language
    member = members.followed(conn, plan.program.program_id, member_id)
    member_id = member.member_id
    standing = members.Standing(
        member_id=member_id,
        status=member.status,
        enrolled_on=member.enrolled_on,
        language=member.language,
        birth_on=member.birth_on,
        account_id=members.accounts(conn, [member_id])[member_id],
        enrolled_at=member.enrolled_at,
        channel=member.channel,
    )
    span = tiers.span(plan.ladders, on, standing.enrolled_on)
    tallies = tiers.tallies(conn, {member_id: span}).get(member_id, ())
    held = tiers_held.of(conn, plan, [member_id]).get(member_id, {})
    used = earning.usage(conn, plan.program.program_id, plan.counted_rules, [member_id], [on], plan.caps)
    pasts = recalling.recall(conn, plan, {member_id: [at]}, {member_id: standing.account_id}, today=on)
    seats = campaigning.seats(conn, plan, [member_id]).get(member_id, {})
    state = State(
        standing=standing,
        holding=tiers_held.main(held),
        further=tiers_held.further(held),
        tallies=tuple(tallies),
        used=used.get(member_id, {}),
        past=pasts[member_id],
        seats=seats,
    )
    return state, member.language
