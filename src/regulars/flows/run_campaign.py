"""A campaign is launched, paused, resumed, ended: what follows in other rooms, and what each day brings to it."""

from dataclasses import replace
from datetime import datetime

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import campaigns, coupons
from regulars.records import access

from . import changes, wording
from .plan import Plan

_CLOCK = access.Actor(kind=access.ActorKind.KEY, code="clock", name="", person="clock")
"""Who acts when the calendar does."""


def run_campaign(
    conn: Conn,
    plan: Plan,
    campaign_id: int,
    to: campaigns.State,
    *,
    by: access.Actor,
    at: datetime,
    note: str = "",
) -> campaigns.Campaign:
    """Let a campaign take its next step. A launch opens its budgets and finds its audience, as of now.

    Raises:
        CampaignNotFound, CampaignState, CampaignInvalid, ReviewNeeded: as `campaigns.move`.
        BudgetExhausted: it stopped because its budget is used up, and the budget was not raised.
        RuleInvalid: its audience cannot be read (any more).
    """
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    coupons.hold_back(conn, program_id, campaign_id)
    before = campaigns.get(conn, program_id, campaign_id, locks=True)
    if before.state is campaigns.State.STOPPED and to is campaigns.State.LIVE and _is_spent(conn, before):
        raise campaigns.BudgetExhausted("The budget of this campaign is used up: raise it first.")
    campaign, is_launch = campaigns.move(conn, program_id, campaign_id, to, by=by, at=at, today=today, note=note)
    if is_launch:
        campaigns.write_budgets(conn, campaign, currency=plan.program.currency)
        find_audience(conn, plan, campaign, at=at, is_first=True)
    if campaign.state is not before.state:
        tell(conn, plan, campaign, is_launch=is_launch, reason=note, at=at)
    return campaign


def tell(
    conn: Conn, plan: Plan, campaign: campaigns.Campaign, *, reason: str, at: datetime, is_launch: bool = False
) -> None:
    """Note in the outbox how a campaign stands now; drafts and reviews are nobody's business."""
    type = "campaign.launched" if is_launch else _TOLD.get(campaign.state)
    if type is not None:
        changes.note(conn, plan, type, None, at=at, campaign=campaign.code, reason=reason)


_TOLD = {
    campaigns.State.LIVE: "campaign.resumed",
    campaigns.State.PAUSED: "campaign.paused",
    campaigns.State.STOPPED: "campaign.stopped",
    campaigns.State.ENDED: "campaign.ended",
}


def _is_spent(conn: Conn, campaign: campaigns.Campaign) -> bool:
    lefts = campaigns.lefts(conn, campaign.program_id, [replace(campaign, state=campaigns.State.PAUSED)])
    left = lefts.get((campaign.campaign_id, campaigns.WHOLE))
    return left is not None and 0 in (left.points, left.micros, left.grants)


def audience_of(plan: Plan, terms: campaigns.Terms) -> conditions.Condition | None:
    """The condition a campaign's audience is found by; None is everybody.

    Raises:
        RuleInvalid: it cannot be read.
    """
    if terms.audience is None:
        return None
    return wording.read(plan, terms.audience, conditions.Scope.SEGMENT)


def find_audience(
    conn: Conn, plan: Plan, campaign: campaigns.Campaign, *, at: datetime, is_first: bool = False
) -> int | None:
    """Seat who matches now; answers how many, None for everybody."""
    condition = audience_of(plan, campaign.terms)
    if condition is None:
        return None
    today = plan.program.local_date(at)
    return campaigns.seat(conn, campaign, condition, at=at, today=today, is_first=is_first)


def turn_campaigns(conn: Conn, plan: Plan, *, at: datetime) -> list[int]:
    """What a new day brings: campaigns whose last day is over end, audiences kept daily are found again.

    Twice a day is the same as once, but for who came to match in between. Answers by what ended.
    """
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    ended = []
    for campaign in campaigns.every(conn, program_id):
        is_open = campaign.launched_on is not None and campaign.state is not campaigns.State.ENDED
        if is_open and campaign.last_on < today:
            number, to = campaign.campaign_id, campaigns.State.ENDED
            after, _ = campaigns.move(conn, program_id, number, to, by=_CLOCK, at=at, today=today, note="over")
            tell(conn, plan, after, reason="over", at=at)
            ended.append(number)
        elif is_open and campaign.terms.audience_mode == "daily":
            _find_again(conn, plan, campaign, at=at)
    return ended


def _find_again(conn: Conn, plan: Plan, campaign: campaigns.Campaign, *, at: datetime) -> None:
    """Where the audience names something that is gone, who is in it stays, and the others get their new day."""
    if not has_stale_audience(plan, campaign.terms):
        find_audience(conn, plan, campaign, at=at)


def has_stale_audience(plan: Plan, terms: campaigns.Terms) -> bool:
    """Whether the audience names something that is gone, so that it cannot be found (again)."""
    try:
        audience_of(plan, terms)
    except conditions.RuleInvalid:
        return True
    return False


def audience_said(plan: Plan, terms: campaigns.Terms) -> dict[str, str]:
    """An audience as a sentence by language; empty for everybody."""
    if terms.audience is None:
        return {}
    return wording.said(plan, conditions.spelled(terms.audience), conditions.Scope.SEGMENT)
