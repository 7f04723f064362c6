"""What a campaign bundles besides its rules: coupons and rewards ask here whether it runs, for whom, and take of its
budget."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from regulars.kit import money
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.program import campaigns, rewards

from . import changes
from .plan import Plan

_MICROS = 1_000_000
_CLOSED = {
    campaigns.State.PAUSED: "campaign-paused",
    campaigns.State.STOPPED: "budget-exhausted",
}


def closed(conn: Conn, plan: Plan, campaign_ids: Iterable[int | None], on: date) -> dict[int | None, str]:
    """The campaigns of these that give nothing for what happens on a local day, each with the code of its reason:
    `campaign-paused`, `budget-exhausted`, or `campaign` where it has not begun or is over."""
    asked = {campaign_id for campaign_id in campaign_ids if campaign_id is not None}
    found: dict[int | None, str] = {}
    for campaign in campaigns.every(conn, plan.program.program_id) if asked else ():
        if campaign.campaign_id in asked and campaign.state in _CLOSED:
            found[campaign.campaign_id] = _CLOSED[campaign.state]
        elif campaign.campaign_id in asked and not campaign.is_running(on):
            found[campaign.campaign_id] = "campaign"
    return found


def refusal(code: str) -> Refusal | None:
    """The refusal of a campaign that is paused, or whose budget is used up; None for other reasons."""
    if code == "campaign-paused":
        return campaigns.CampaignPaused("This campaign gives nothing at present.")
    if code == "budget-exhausted":
        return campaigns.BudgetExhausted("The budget of this campaign is used up.")
    return None


def meant(conn: Conn, plan: Plan, campaign_id: int, member_ids: Collection[UUID], on: date) -> list[UUID]:
    """Of these members, those the campaign is for on a local day: in its audience, and not held out."""
    campaign = campaigns.get(conn, plan.program.program_id, campaign_id)
    policy = campaigns.policy(conn, plan.program.program_id)
    seats = campaigns.seats(conn, plan.program.program_id, [campaign], list(member_ids))
    return [one for one in member_ids if campaigns.admitted([campaign], policy, one, seats.get(one, {}), on)]


def check_reward(conn: Conn, plan: Plan, reward: rewards.Reward, member_id: UUID, *, at: datetime) -> None:
    """Refuse a reward whose campaign does not run, or is not for this member.

    Raises:
        RewardNotAvailable: reason `campaign` (it has not begun or is over) or `campaign-audience`.
        CampaignPaused, BudgetExhausted: of the campaign.
    """
    if reward.campaign_id is None:
        return
    on = plan.program.local_date(at)
    why = closed(conn, plan, [reward.campaign_id], on).get(reward.campaign_id)
    if why is not None:
        raise refusal(why) or rewards.RewardNotAvailable(
            "The campaign of this reward does not run now.", facts={"reason": why}
        )
    if not meant(conn, plan, reward.campaign_id, [member_id], on):
        raise rewards.RewardNotAvailable(
            "The campaign of this reward is not for this member.", facts={"reason": "campaign-audience"}
        )


def take(
    conn: Conn,
    plan: Plan,
    campaign_id: int,
    member_id: UUID,
    *,
    minor: int,
    on: date,
    at: datetime,
    store: str = "",
) -> None:
    """Take one grant of so much money out of a campaign's budget, and tell when that used it up.

    Raises:
        CampaignPaused: it does not run on that local day.
        BudgetExhausted: its budget holds less.

    Source: quality/cases 78c, 78d.
    """
    program_id, unit = plan.program.program_id, 10 ** money.exponent(plan.program.currency)
    micros = minor * _MICROS // unit
    if campaigns.take(conn, program_id, campaign_id, member_id, on=on, at=at, micros=micros, store=store):
        code = campaigns.get(conn, program_id, campaign_id).code
        changes.note(conn, plan, "campaign.stopped", None, at=at, campaign=code, reason="budget-exhausted")
