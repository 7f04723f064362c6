"""For whom a reward is: its condition, asked of one member, and said in words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import rewards

from .plan import Plan
from .wording import vocabulary


def reward_audience(plan: Plan, text: str) -> dict[str, Any] | None:
    """The tree of a condition over members; None for everybody, which an empty text is.

    Raises:
        RuleInvalid, RuleTooComplex, RuleTooExpensive: it cannot be read or makes no sense.
    """
    if not text.strip():
        return None
    condition = conditions.parse(text, scope=conditions.Scope.SEGMENT, vocabulary=vocabulary(plan))
    return dict(condition.tree)


def reward_condition(plan: Plan, reward: rewards.Reward) -> conditions.Condition | None:
    """The condition of a reward, read again; None for everybody.

    Raises:
        RuleInvalid: what it names is gone, such as a tier.
    """
    if reward.audience is None:
        return None
    return conditions.from_tree(reward.audience, scope=conditions.Scope.SEGMENT, vocabulary=vocabulary(plan))


def audience_text(reward: rewards.Reward) -> str:
    """A reward's condition as it is written, also where what it names is gone; empty for everybody."""
    return conditions.spelled(reward.audience) if reward.audience is not None else ""


def for_whom(plan: Plan, reward: rewards.Reward) -> dict[str, str]:
    """For whom a reward is, as a sentence by language; empty for everybody."""
    try:
        condition = reward_condition(plan, reward)
    except conditions.RuleInvalid:
        return {"en": "the condition names something that is gone", "zh": "条件引用的内容已不存在"}
    if condition is None:
        return {}
    return {language: conditions.sentence(condition, language=language) for language in ("en", "zh")}


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
