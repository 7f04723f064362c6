"""What callers send and read about trials, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Asked
from .samples import Sample
from .tells import Day, Tells


class DraftAsked(Asked):
    """How the program differs from the one that is live; nothing said is the live one."""

    with_rules: Annotated[list[int], Meta(description="Numbers of earning rules that count as live too.")] = field(
        default_factory=list
    )
    without_rules: Annotated[list[int], Meta(description="Numbers of earning rules that are left out.")] = field(
        default_factory=list
    )
    thresholds: Annotated[
        Mapping[str, int], Meta(description="By tier: another threshold (minor units, points or orders).")
    ] = field(default_factory=dict)


class TrialAsked(Asked):
    """A trial of one to three drafts on past orders."""

    trial_id: Annotated[str, Meta(min_length=1, max_length=100, description="Your own id of it.")]
    from_on: Annotated[date, Meta(description="First local day.")]
    to_on: Annotated[date, Meta(description="Last local day; at most three years later.")]
    drafts: Annotated[list[DraftAsked], Meta(description="1 to 3 drafts, told side by side.")]
    use_percent: Annotated[int, Meta(description="Share of the points that will be used: an assumption.")] = 80
    margin_percent: Annotated[
        int | None,
        Meta(description="What is left of revenue before the program; tells what growth pays for it."),
    ] = None


class CancelTrialAsked(Asked):
    """Nothing more is asked."""


class MonthTold(Tells):
    """A month of an outcome."""

    month_on: Day
    orders: int
    revenue_minor: int
    points: int
    ended_points: Annotated[int, Meta(description="Points whose last day lies in it.")]
    open_points: Annotated[int, Meta(description="Given and not ended by its end, used or not.")]


class RuleShareTold(Tells):
    """What one rule gives."""

    rule_id: int
    label: Mapping[str, str]
    points: int
    orders: int


class TierShareTold(Tells):
    """Members by tier."""

    tier_id: int
    name: Mapping[str, str]
    threshold: int
    reached: Annotated[int, Meta(description="Who reached it at some time.")]
    on_last_day: Annotated[int, Meta(description="Who would hold it by what counts on the last day.")]


class OutcomeTold(Tells):
    """What a draft would have done."""

    members: int
    orders: int
    orders_without_points: int
    revenue_minor: int
    points: int
    cost_minor: Annotated[int, Meta(description="What the points cost when the assumed share is used.")]
    reward_rate: Annotated[float, Meta(description="Worth of all points over revenue.")]
    breakeven_uplift: Annotated[
        float | None, Meta(description="The growth of revenue that pays for it; null without a margin, or if none can.")
    ]
    cheapest_points: Annotated[int | None, Meta(description="The lowest price in the catalogue.")]
    can_redeem: Annotated[int, Meta(description="Members who earned that much.")]
    spread: Annotated[list[int], Meta(description="Points of the member at each tenth, least to most.")]
    months: list[MonthTold]
    rules: list[RuleShareTold]
    tiers: list[TierShareTold]


class TrialTold(Tells):
    """A trial as it is."""

    trial: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    from_on: Day
    to_on: Day
    orders: Annotated[int, Meta(description="How many orders there are to decide, over all drafts.")]
    orders_done: int
    outcomes: Annotated[list[OutcomeTold], Meta(description="One a draft, in the order asked; empty until it is done.")]
    problem: str


class TrialsTold(Tells):
    """Trials, newest first."""

    trials: list[TrialTold]


TRIAL: Sample = {
    "trial_id": "spring-plan",
    "from_on": "2025-11-01",
    "to_on": "2026-10-31",
    "drafts": [{}, {"with_rules": [4]}],
    "use_percent": 80,
    "margin_percent": 25,
}
TRIAL_TOLD: Sample = {
    "trial": "0199c2a4-5d10-5cc3-9d34-1f6f2d3b8a11",
    "state": "waiting",
    "from_on": "2025-11-01",
    "to_on": "2026-10-31",
    "orders": 309864,
    "orders_done": 0,
    "outcomes": [],
    "problem": "",
}
