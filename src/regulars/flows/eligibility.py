"""For whom a reward is: its condition, asked of one member, and said in words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import rewards

from . import wording
from .plan import Plan


def reward_audience(plan: Plan, text: str) -> dict[str, Any] | None:
    """The tree of a condition over members; None for everybody, which an empty text is.

    Raises:
        RuleInvalid, RuleTooComplex, RuleTooExpensive: it cannot be read or makes no sense.
    """
    if not text.strip():
        return None
    return dict(wording.parsed(plan, text, conditions.Scope.SEGMENT).tree)


def reward_condition(plan: Plan, reward: rewards.Reward) -> conditions.Condition | None:
    """The condition of a reward, read again; None for everybody.

    Raises:
        RuleInvalid: what it names is gone, such as a tier.
    """
    if reward.audience is None:
        return None
    return wording.read(plan, reward.audience, conditions.Scope.SEGMENT)


def audience_text(reward: rewards.Reward) -> str:
    """A reward's condition as it is written, also where what it names is gone; empty for everybody."""
    return conditions.spelled(reward.audience) if reward.audience is not None else ""


def for_whom(plan: Plan, reward: rewards.Reward) -> dict[str, str]:
    """For whom a reward is, as a sentence by language; empty for everybody."""
    return wording.said(plan, audience_text(reward), conditions.Scope.SEGMENT)


def check_audience(conn: Conn, plan: Plan, reward: rewards.Reward, member_id: UUID, *, at: datetime) -> None:
    """Refuse a member whom the reward's condition does not mean.

    Raises:
        RewardNotAvailable: reason `audience`, with the sentence that says for whom it is.
    """
    if reward.audience is None:
        return
    try:
        condition = reward_condition(plan, reward)
    except conditions.RuleInvalid:
        condition = None
    if condition is None or not _is_meant(conn, plan, condition, member_id, at=at):
        sentence = for_whom(plan, reward)
        raise rewards.RewardNotAvailable(
            f"This reward is for members of whom this is true: {sentence['en']}.",
            facts={"reason": "audience", "for_whom": sentence},
        )


def _is_meant(conn: Conn, plan: Plan, condition: conditions.Condition, member_id: UUID, *, at: datetime) -> bool:
    today = plan.program.local_date(at)
    found = conditions.members(
        conn, condition, [member_id], program_id=plan.program.program_id, at=at, today=today
    ).get(member_id)
    return found is not None and conditions.compiled(condition)(found["member"], at, today)
