"""What a basket would earn: the live decision, with nothing written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import activities, members

from . import answers, tiers_held
from .deciding import Decision, State, decide
from .plan import Plan
from .redeem_reward import offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What was decided about a basket, told in the member's `language`, and the rewards its member sees."""

    decision: Decision
    language: str
    reasons: list[dict[str, Any]]
    effects: list[dict[str, Any]]
    rewards: list[dict[str, Any]]


def quote_order(conn: Conn, plan: Plan, order: activities.Order, member_id: UUID | None, *, at: datetime) -> Quoted:
    """Evaluate a basket for a member, or for a guest in the lowest tier, as of the time of the order.

    `at` is now: rewards are those that can be had now, and times far ahead are taken.

    Raises:
        Refusal: one of the activities room's.
        MemberNotFound: there is no such member.
    """
    activities.check(order, currency=plan.program.currency, at=max(at, order.occurred_at))
    on = plan.program.local_date(order.occurred_at)
    state, language = _state(conn, plan, member_id, on)
    left = earning.budgets(conn, plan.program.program_id, plan.limited_rules)
    decision, _ = decide(plan, state, order, today=on, left=left)
    return Quoted(
        decision=decision,
        language=language,
        reasons=answers.reasons(plan, decision, language),
        effects=answers.effects(plan, decision, language),
        rewards=offers(conn, plan, member_id, at=at) if member_id else [],
    )


def _state(conn: Conn, plan: Plan, member_id: UUID | None, on: date) -> tuple[State, str]:
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
    )
    span = tiers.span(plan.ladders, on, standing.enrolled_on)
    tallies = tiers.tallies(conn, {member_id: span}).get(member_id, ())
    held = tiers_held.of(conn, plan, [member_id]).get(member_id, {})
    used = earning.usage(conn, plan.program.program_id, plan.limited_rules, [member_id], [on]).get(member_id, {})
    state = State(
        standing=standing,
        holding=tiers_held.main(held),
        tallies=tuple(tallies),
        further=tiers_held.further(held),
        used=used,
    )
    return state, member.language
