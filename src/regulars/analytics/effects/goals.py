"""How far a campaign is on the way to its goal, and whether it is on time. Pure."""

from dataclasses import dataclass
from datetime import date

from regulars.program import campaigns

from .comparing import Comparison
from .figures import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalProgress:
    """The figure of the goal so far, as counted, with the target.

    `incremental` is what the members who got it brought more than those held out, where that is measured (orders and
    revenue); `due` is the share of the campaign's days that are over, None while its end is open.
    """

    metric: campaigns.GoalMetric
    value: int
    target: int
    incremental: int | None
    due: float | None

    @property
    def share(self) -> float:
        """How much of the target is reached."""
        return self.value / self.target

    @property
    def is_behind(self) -> bool:
        """Whether less is reached than days are over."""
        return self.due is not None and self.share < min(self.due, 1.0)


def goal_progress(
    campaign: campaigns.Campaign, given: Figures, seen: Comparison, *, today: date
) -> GoalProgress | None:
    """Where a campaign stands; None for one without a goal, or that was not launched."""
    goal, begins_on = campaign.terms.goal, campaign.begins_on
    if goal is None or begins_on is None:
        return None
    values: dict[campaigns.GoalMetric, int] = {
        "participants": given.participants,
        "points": given.points,
        "orders": given.grants,
        "revenue_minor": seen.given.net_minor,
    }
    more = {"orders": seen.orders.value, "revenue_minor": seen.net_minor.value}.get(goal.metric)
    ends_on = campaign.terms.ends_on
    return GoalProgress(
        metric=goal.metric,
        value=values[goal.metric],
        target=goal.target,
        incremental=round(more * seen.given.members) if more is not None and seen.is_measured else None,
        due=((today - begins_on).days + 1) / ((ends_on - begins_on).days + 1) if ends_on else None,
    )
