"""What callers send and read about challenges, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Asked
from .samples import Sample
from .tells import Day, Tells

State = Literal["draft", "live", "paused", "ended"]
Names = Annotated[Mapping[str, str], Meta(description="By language: `en`, `zh`.")]
Value = Annotated[int, Meta(description="Times, days, weeks, categories; minor units where spend is measured.")]


class MilestoneAsked(Asked):
    """A value to reach, and what it gives."""

    target: Value
    points: Annotated[int, Meta(description="Paid into the first wallet.")] = 0
    badge: Annotated[Mapping[str, str], Meta(description="The badge's name by language; none when left out.")] = {}


class ChallengeAsked(Asked):
    """A challenge: new, or the one with this code as it shall be."""

    code: Annotated[str, Meta(min_length=1, max_length=60, description="Your name of the challenge, for ever.")]
    name: Names
    milestones: Annotated[list[MilestoneAsked], Meta(description="1 to 20, rising; the last is the goal.")]
    measure: Annotated[
        Literal["count", "spend", "categories", "days", "weeks"],
        Meta(description="How often, how much, how many categories, the longest run of days or weeks."),
    ] = "count"
    counts: Annotated[str, Meta(description="`order`, or a type of event.")] = "order"
    condition: Annotated[
        str, Meta(description="Narrows what counts, in the language of conditions; sees `activity` and `member`.")
    ] = ""
    season: Annotated[
        Literal["once", "week", "month", "quarter", "year"],
        Meta(description="How often it begins anew; those of a year or a quarter are told as milestones of the tiers."),
    ] = "once"
    starts_at: Annotated[datetime, Meta(tz=True)] | None = None
    ends_at: Annotated[datetime, Meta(tz=True, description="From here on nothing counts.")] | None = None
    description: Names = field(default_factory=dict)
    campaign_id: Annotated[
        int | None, Meta(description="Played while this campaign runs, by whom it is for, paid out of its budget.")
    ] = None


class ChallengeStateAsked(Asked):
    """Where the challenge shall stand."""

    state: Annotated[State, Meta(description="draft → live → paused → ended; paused may become live again.")]


class PlayerAsked(Asked):
    """Whether a member wants to be seen on leaderboards, and under what name."""

    listed: bool
    pseudonym: Annotated[str, Meta(description="1 to 40 characters, not their own name.")] = ""


class MilestoneTold(Tells):
    """A milestone."""

    target: int
    points: int
    badge: Mapping[str, str]


class ChallengeTold(Tells):
    """A challenge as it is."""

    challenge: str
    state: State
    name: Mapping[str, str]
    description: Mapping[str, str]
    measure: str
    counts: str
    condition: str
    condition_text: Annotated[str, Meta(description="The condition in words.")]
    season: str
    milestones: list[MilestoneTold]
    starts_at: str | None
    ends_at: str | None
    campaign_id: int | None


class ChallengesTold(Tells):
    """Challenges."""

    challenges: list[ChallengeTold]


class ChangedTold(Tells):
    """A field that changed."""

    field: str
    was: str
    now: str


class ChangeTold(Tells):
    """Who changed what, when."""

    changed_at: str
    changed_by: str
    changes: list[ChangedTold]


class ChangesTold(Tells):
    """The history of a challenge, newest first."""

    history: list[ChangeTold]


class ProgressTold(Tells):
    """How far a member is in the present season."""

    challenge: str
    name: Mapping[str, str]
    season_on: Annotated[Day | None, Meta(description="The season's first day; null when it is played once.")]
    value: Value
    target: int
    next_target: Annotated[int | None, Meta(description="The next milestone; null when the goal is reached.")]
    reached: Annotated[list[int], Meta(description="The targets that are reached.")]
    ends_at: str | None


class BadgeTold(Tells):
    """A badge a member has."""

    challenge: str
    badge: Mapping[str, str]
    awarded_at: str


class MemberChallengesTold(Tells):
    """A member's challenges that are live, and their badges."""

    challenges: list[ProgressTold]
    badges: list[BadgeTold]
    pseudonym: Annotated[str | None, Meta(description="On leaderboards; null for who is not listed.")]


class PlayerTold(Tells):
    """How a member is listed."""

    pseudonym: str | None


class PlaceTold(Tells):
    """A line of a leaderboard."""

    rank: Annotated[int, Meta(description="Equal values share a rank.")]
    pseudonym: str
    value: Value


class LeaderboardTold(Tells):
    """Who leads among those who asked to be listed."""

    challenge: str
    season_on: Day | None
    places: list[PlaceTold]


_GOAL = {"target": 3, "points": 50, "badge": {"en": "Regular", "zh": "常客"}}
CHALLENGE: Sample = {
    "code": "three-visits",
    "name": {"en": "Three visits", "zh": "三次光临"},
    "milestones": [_GOAL],
    "condition": 'activity.store == "Shanghai 01"',
    "season": "month",
}
CHALLENGE_TOLD: Sample = {
    "challenge": "three-visits",
    "state": "live",
    "name": {"en": "Three visits", "zh": "三次光临"},
    "description": {},
    "measure": "count",
    "counts": "order",
    "condition": 'activity.store == "Shanghai 01"',
    "condition_text": "store is Shanghai 01",
    "season": "month",
    "milestones": [_GOAL],
    "starts_at": None,
    "campaign_id": None,
    "ends_at": None,
}
CHANGES: Sample = {
    "history": [
        {
            "changed_at": "2026-11-23T10:30:00+00:00",
            "changed_by": "owner",
            "changes": [{"field": "state", "was": "1", "now": "2"}],
        }
    ]
}
MEMBER_CHALLENGES: Sample = {
    "challenges": [
        {
            "challenge": "three-visits",
            "name": {"en": "Three visits", "zh": "三次光临"},
            "season_on": "2026-11-01",
            "value": 2,
            "target": 3,
            "next_target": 3,
            "reached": [],
            "ends_at": None,
        }
    ],
    "badges": [
        {
            "challenge": "first-review",
            "badge": {"en": "Critic", "zh": "点评家"},
            "awarded_at": "2026-10-02T08:00:00+00:00",
        }
    ],
    "pseudonym": "Jade Crane",
}
PLAYER: Sample = {"listed": True, "pseudonym": "Jade Crane"}
LEADERBOARD: Sample = {
    "challenge": "three-visits",
    "season_on": "2026-11-01",
    "places": [{"rank": 1, "pseudonym": "Jade Crane", "value": 7}],
}
