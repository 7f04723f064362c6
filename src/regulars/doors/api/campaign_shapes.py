"""What callers send and read about campaigns, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Asked
from .samples import Sample
from .tells import Tells

State = Literal["draft", "review", "live", "paused", "stopped", "ended"]
Metric = Literal["redemption_rate", "redeemer_rate", "usage_rate", "budget_burn", "cost_per_incremental_order"]
Names = Annotated[Mapping[str, str], Meta(description="By language: `en`, `zh`.")]
Most = Annotated[int, Meta(description="No limit when left out.")]


class BudgetAsked(Asked):
    """The most a campaign gives to all members together."""

    points_max: Most | None = None
    money_minor_max: (
        Annotated[int, Meta(description="Points and rewards at their cost, coupons at what they take off.")] | None
    ) = None
    grants_max: Annotated[int, Meta(description="Orders, events and redemptions that got something.")] | None = None


class GoalAsked(Asked):
    """What a campaign is for."""

    metric: Literal["participants", "orders", "revenue_minor", "points"]
    target: int


class CampaignAsked(Asked):
    """A campaign: a new draft, or the one with this code as it shall be."""

    code: Annotated[str, Meta(description="Up to 60 small letters, digits, - and _. Names it for ever.")]
    name: Names = field(default_factory=dict)
    template: Annotated[str, Meta(description="A new one is filled in from it, with its rules and lines.")] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    audience: Annotated[str, Meta(description="A condition about members; empty is everybody.")] = ""
    audience_mode: Annotated[
        Literal["launch", "daily"], Meta(description="Found once, at the launch, or again each day.")
    ] = "launch"
    holdout_percent: Annotated[int, Meta(description="Left out by chance, to measure: 0 to 50.")] = 10
    budget: BudgetAsked = field(default_factory=BudgetAsked)
    store_budgets: Annotated[Mapping[str, BudgetAsked], Meta(description="More limits, by store.")] = field(
        default_factory=dict
    )
    goal: GoalAsked | None = None
    note: Annotated[str, Meta(description="Why, for the history.")] = ""


class CampaignStateAsked(Asked):
    """Where the campaign shall stand."""

    state: Annotated[
        Literal["draft", "review", "live", "paused", "ended"],
        Meta(description="draft → review → live → paused → ended; `live` also resumes."),
    ]
    reason: Annotated[str, Meta(description="Needed to pause, to resume and to end.")] = ""


class StopLineAsked(Asked):
    """A stop-loss line: a new one, or the one with this number as it shall be."""

    metric: Metric
    threshold: Annotated[int, Meta(description="Percent; for the cost of an order minor units.")]
    line: Annotated[int, Meta(description="The number of a line there is.")] | None = None
    action: Literal["warn", "pause"] = "pause"
    sample_min: int = 100
    age_min_days: int = 7
    window_days: Annotated[int, Meta(description="The whole campaign when left out.")] | None = None
    margin_percent: Annotated[int, Meta(description="To be made up before it can fire again.")] = 10
    is_sure: Annotated[bool, Meta(description="Only when the 95 % interval lies beyond the threshold.")] = True
    is_on: bool = True


class WatchAsked(Asked):
    """Which line to look at."""

    line: Annotated[int, Meta(description="All lines of the campaign when left out.")] | None = None


class CampaignUndoAsked(Asked):
    """Which change of terms to undo."""

    change_no: int


class CampaignPolicyAsked(Asked):
    """What the program wants of all campaigns."""

    holdout_percent: Annotated[int, Meta(ge=0, le=50, description="Left out of every campaign.")]
    needs_second_person: Annotated[bool, Meta(description="Somebody else than who submitted it launches it.")]


class BudgetTold(Tells):
    """The most a campaign gives, and what it gave of it."""

    store: str
    points_max: int | None
    money_minor_max: int | None
    grants_max: int | None


class StopLineTold(Tells):
    """A stop-loss line as it stands. `value` is what it was last seen at, from `low` to `high`."""

    line: int
    metric: Metric
    threshold: int
    action: Literal["warn", "pause"]
    sample_min: int
    age_min_days: int
    window_days: int | None
    margin_percent: int
    is_sure: bool
    is_on: bool
    fired_at: str | None
    watched_at: str | None
    value: float | None
    low: float | None
    high: float | None
    sample: int | None


class CampaignTold(Tells):
    """A campaign as it stands."""

    campaign: str
    campaign_id: Annotated[int, Meta(description="What its rules carry.")]
    state: State
    name: Mapping[str, str]
    template: str
    starts_on: str | None
    ends_on: str | None
    audience: str
    audience_mode: Literal["launch", "daily"]
    holdout_percent: int
    budgets: list[BudgetTold]
    goal: GoalAsked | None
    launched_on: str | None
    ended_on: str | None
    stop_lines: list[StopLineTold]


class CampaignsTold(Tells):
    """Campaigns, newest first."""

    campaigns: list[CampaignTold]


class CampaignChangeTold(Tells):
    """One thing that happened: who, when, why, and each field of the terms from what to what."""

    change_no: int
    what: str
    changed_at: str
    changed_by: str
    note: str
    from_state: State | None
    to_state: State
    changes: list[Mapping[str, str]]


class CampaignHistoryTold(Tells):
    """The history of a campaign, newest first."""

    history: list[CampaignChangeTold]


class GroupTold(Tells):
    """Members of the comparison and what they did since the launch."""

    members: int
    buyers: int
    orders: int
    net_minor: int


class DifferenceTold(Tells):
    """By member: the mean of who got it, of who was held out, the difference with its 95 % interval."""

    given: float
    held: float
    value: float
    low: float | None
    high: float | None


class GoalTold(Tells):
    """How far a campaign is on the way to its goal."""

    metric: Literal["participants", "orders", "revenue_minor", "points"]
    value: int
    target: int
    incremental: Annotated[int | None, Meta(description="More than without it, where a holdout measures it.")]
    due: Annotated[float | None, Meta(description="Share of its days that are over; null while its end is open.")]


class CampaignFiguresTold(Tells):
    """What a campaign gave, and what it changed."""

    campaign: str
    points: int
    cost_minor: int
    grants: int
    participants: int
    given: GroupTold
    held: GroupTold
    orders: DifferenceTold
    net_minor: DifferenceTold
    label: Annotated[
        Literal["measured", "association"],
        Meta(description="`measured` by a random holdout that is large enough and split as meant."),
    ]
    split_p: Annotated[float, Meta(description="How likely a split this far off is by chance.")]
    goal: Annotated[GoalTold | None, Meta(description="Null without a goal.")]


class ReadingTold(Tells):
    """A line on one day."""

    on: str
    value: float | None
    low: float
    high: float
    sample: int
    verdict: Literal["young", "small", "fine", "fires", "still", "well"]


class DryRunTold(Tells):
    """What a line would have said, day by day."""

    days: list[ReadingTold]
    fires_on: list[str]


class FindingTold(Tells):
    """One thing the lint looked at."""

    code: str
    level: Literal["good", "warn", "bad", "unknown"]
    figure: str
    why: str
    change: str


class LintTold(Tells):
    """What members really get, worst first."""

    worst: Literal["good", "warn", "bad", "unknown"]
    findings: list[FindingTold]


CAMPAIGN: Sample = {
    "code": "spring-tea",
    "name": {"en": "Tea in spring", "zh": "春茶季"},
    "starts_on": "2027-03-20",
    "ends_on": "2027-03-21",
    "audience": 'member.tier == "gold"',
    "budget": {"points_max": 50_000},
    "goal": {"metric": "participants", "target": 200},
}
STOP_LINE: Sample = {"metric": "redemption_rate", "threshold": 30}
LINE_TOLD: Sample = {
    "line": 1,
    "metric": "redemption_rate",
    "threshold": 30,
    "action": "pause",
    "sample_min": 100,
    "age_min_days": 7,
    "window_days": None,
    "margin_percent": 10,
    "is_sure": True,
    "is_on": True,
    "fired_at": None,
    "watched_at": "2027-03-28T02:01:00+00:00",
    "value": 41.5,
    "low": 37.2,
    "high": 45.9,
    "sample": 480,
}
CAMPAIGN_TOLD: Sample = {
    "campaign": "spring-tea",
    "campaign_id": 3,
    "state": "live",
    "name": {"en": "Tea in spring", "zh": "春茶季"},
    "template": "",
    "starts_on": "2027-03-20",
    "ends_on": "2027-03-21",
    "audience": 'member.tier == "gold"',
    "audience_mode": "launch",
    "holdout_percent": 10,
    "budgets": [{"store": "", "points_max": 50_000, "money_minor_max": None, "grants_max": None}],
    "goal": {"metric": "participants", "target": 200},
    "launched_on": "2027-03-18",
    "ended_on": None,
    "stop_lines": [LINE_TOLD],
}
HISTORY: Sample = {
    "history": [
        {
            "change_no": 5,
            "what": "paused",
            "changed_at": "2027-03-28T02:01:00+00:00",
            "changed_by": "stop-line",
            "note": "redemption_rate 22.0 of 30, sample 480",
            "from_state": "live",
            "to_state": "paused",
            "changes": [],
        }
    ]
}
FIGURES: Sample = {
    "campaign": "spring-tea",
    "points": 31_200,
    "cost_minor": 31_200,
    "grants": 640,
    "participants": 480,
    "given": {"members": 900, "buyers": 500, "orders": 700, "net_minor": 8_400_000},
    "held": {"members": 100, "buyers": 45, "orders": 60, "net_minor": 700_000},
    "orders": {"given": 0.78, "held": 0.6, "value": 0.18, "low": 0.03, "high": 0.33},
    "net_minor": {"given": 9333.3, "held": 7000.0, "value": 2333.3, "low": 110.0, "high": 4556.6},
    "goal": {"metric": "orders", "value": 310, "target": 500, "incremental": 42, "due": 0.5},
    "label": "measured",
    "split_p": 1.0,
}
DRY_RUN: Sample = {
    "days": [{"on": "2027-03-28", "value": 22.0, "low": 18.5, "high": 25.9, "sample": 480, "verdict": "fires"}],
    "fires_on": ["2027-03-28"],
}
LINT: Sample = {
    "worst": "warn",
    "findings": [
        {
            "code": "reward-rate-high",
            "level": "warn",
            "figure": "7 % of spend is given back",
            "why": "Above 5 % a program eats margin; above 10 % members wait for points instead of buying.",
            "change": "Lower the rate, or what a point is worth.",
        }
    ],
}
