"""What callers send and read about earning rules, with the examples of the documentation."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, field

from .asked import Amount, Asked, OrderLine, Source
from .samples import MEMBER_ID, Sample
from .tells import Day, Tells

Names = Annotated[Mapping[str, str], Meta(description="By language: `en`, `zh`.")]
Effect = Literal[
    "earn_rate", "multiply", "birthday_factor", "tier_factor", "bonus", "nth_order", "event_points", "streak"
]
Period = Literal["order", "day", "week", "month", "year", "ever"]
CapPeriod = Literal["day", "week", "month", "year", "ever"]
Standing = Literal["draft", "scheduled", "live", "paused", "retired", "ended"]
Condition = Annotated[
    str | dict[str, Any] | None,
    Meta(description="A text in the language of conditions, or its tree; none when left out."),
]


class LimitsAsked(Asked):
    """The most a rule gives."""

    member_points_max: Annotated[int | None, Meta(description="To one member in a `member_period`.")] = None
    member_period: Period = "day"
    budget_points_max: Annotated[int | None, Meta(description="To all members together.")] = None


class RuleAsked(Asked):
    """A rule, new or as it shall be."""

    effect: Effect
    label: Names
    params: Annotated[dict[str, Any], Meta(description="Of the effect; what is left out takes its default.")] = field(
        default_factory=dict
    )
    condition: Annotated[
        Condition, Meta(description="When and for whom; sees `activity` or `event`, and `member`.")
    ] = None
    lines: Annotated[Condition, Meta(description="Which order lines count; sees `line`.")] = None
    because: Annotated[Mapping[str, str], Meta(description="What members read, by language; else the label.")] = field(
        default_factory=dict
    )
    starts_on: Annotated[date | None, Meta(description="The first local day.")] = None
    ends_on: Annotated[date | None, Meta(description="The last local day.")] = None
    wallet: Annotated[str, Meta(description="The code of the wallet it pays into; the first when left out.")] = ""
    limits: LimitsAsked | None = None
    priority: Annotated[int, Meta(description="Higher goes first; -1000 to 1000.")] = 0
    group: Annotated[str, Meta(description="Rules of one group exclude each other.")] = ""
    picks: Annotated[
        Literal["best", "first"], Meta(description="Of a group: the one with the most points, or the first.")
    ] = "best"
    campaign_id: int | None = None
    state: Annotated[
        Literal["draft", "live"] | None, Meta(description="A new rule is a draft; a change keeps the state.")
    ] = None
    effective_from: (
        Annotated[
            datetime,
            Meta(tz=True, description="What happened before is decided by the version before; now for a change."),
        ]
        | None
    ) = None


class RuleStateAsked(Asked):
    """Where the rule shall stand."""

    state: Annotated[
        Literal["live", "paused", "retired"], Meta(description="draft → live ⇄ paused; retired is for good.")
    ]
    effective_from: Annotated[datetime, Meta(tz=True, description="From when; now when left out.")] | None = None


class CapAsked(Asked):
    """The most points one member gets of all rules together."""

    period: CapPeriod
    points_max: int


class CapsAsked(Asked):
    """All caps of the program; an empty list takes them away."""

    caps: list[CapAsked]


class BasketAsked(Asked):
    """A basket to try the rules on."""

    total_minor: Amount
    member_id: Annotated[UUID | None, Meta(description="A guest in the lowest tier when left out.")] = None
    lines: list[OrderLine] = field(default_factory=list)
    points_paid_minor: int = 0
    store: str = ""
    channel: str = ""
    as_of: Annotated[datetime, Meta(tz=True, description="Its moment; now when left out.")] | None = None


class RuleTrialAsked(Asked):
    """A past order or a basket, and perhaps a draft to be tried as if it were live."""

    order_id: Annotated[str, Meta(description="A recorded order, with its `source`; or send `basket`.")] = ""
    source: Source = "shop"
    basket: BasketAsked | None = None
    rule: RuleAsked | None = None
    rule_id: Annotated[int | None, Meta(description="The rule whose place the draft takes.")] = None
    language: Literal["en", "zh"] = "en"


class LimitsTold(Tells):
    """The most a rule gives."""

    member_points_max: int | None
    member_period: Period
    budget_points_max: int | None


class RuleTold(Tells):
    """One version of a rule."""

    rule_id: int
    version: int
    state: Annotated[Literal["draft", "live", "paused", "retired"], Meta(description="What this version says.")]
    effect: Effect
    params: dict[str, Any]
    label: Names
    because: Mapping[str, str]
    condition: Annotated[dict[str, Any] | None, Meta(description="The tree.")]
    condition_text: str
    lines: Annotated[dict[str, Any] | None, Meta(description="The tree.")]
    lines_text: str
    wallet: str
    limits: LimitsTold | None
    priority: int
    group: str
    picks: Literal["best", "first"]
    campaign_id: int | None
    starts_on: Day | None
    ends_on: Day | None
    effective_from: Annotated[str | None, Meta(description="Null: whenever something happened.")]
    changed_at: str
    changed_by: str


class RuleNowTold(RuleTold):
    """The newest version of a rule, and what the rule is now."""

    standing: Annotated[Standing, Meta(description="What the rule is at this moment.")]


class RulesTold(Tells):
    """All rules."""

    rules: list[RuleNowTold]


class VersionsTold(Tells):
    """Every version of a rule, newest first."""

    versions: list[RuleTold]


class CapTold(Tells):
    """A cap."""

    period: CapPeriod
    points_max: int


class CapsTold(Tells):
    """The program's caps."""

    caps: list[CapTold]


class RuleErrorTold(Tells):
    """An order or event that was recorded without a rule."""

    member_id: str
    activity_id: str
    rule_id: int
    version: int
    code: str
    detail: str
    happened_at: str


class RuleErrorsTold(Tells):
    """What was recorded without a rule, newest first."""

    errors: list[RuleErrorTold]


class ConditionTold(Tells):
    """A condition with its answer."""

    matched: bool
    sentence: str
    because: Annotated[list[str], Meta(description="The questions that decided, each with what was found.")]
    absent: Annotated[list[str], Meta(description="Fields that were missing.")]


class TriedTold(Tells):
    """What one rule did."""

    rule_id: int
    version: int
    label: Names
    wallet: str
    points: int
    code: Annotated[str, Meta(description="How it came to its points, or `not.…`: why it gave none.")]
    text: str
    condition: ConditionTold | None
    line_ids: Annotated[list[str] | None, Meta(description="The lines that count for it; null: all.")]


class WalletPointsTold(Tells):
    """Points in a wallet."""

    wallet: str
    points: int


class RuleTrialTold(Tells):
    """What the rules give, and what each of them did."""

    wallets: list[WalletPointsTold]
    stored_points: Annotated[int | None, Meta(description="What the past order earned in the first wallet.")]
    rules: list[TriedTold]


_CONDITION = {"compare": "==", "left": {"select": "tier", "of": {"name": "member"}}, "right": {"text": "gold"}}
RULE: Sample = {
    "effect": "multiply",
    "label": {"en": "Tea weekend", "zh": "茶周末"},
    "params": {"factor": 2},
    "condition": 'member.tier == "gold"',
    "lines": 'line.category == "tea"',
    "limits": {"member_points_max": 500, "member_period": "day"},
    "starts_on": "2026-11-28",
    "ends_on": "2026-11-29",
}
VERSION_TOLD: Sample = {
    "rule_id": 4,
    "version": 1,
    "state": "draft",
    "effect": "multiply",
    "params": {"factor": 2},
    "label": {"en": "Tea weekend", "zh": "茶周末"},
    "because": {},
    "condition": _CONDITION,
    "condition_text": 'member.tier == "gold"',
    "lines": {"compare": "==", "left": {"select": "category", "of": {"name": "line"}}, "right": {"text": "tea"}},
    "lines_text": 'line.category == "tea"',
    "wallet": "points",
    "limits": {"member_points_max": 500, "member_period": "day", "budget_points_max": None},
    "priority": 0,
    "group": "",
    "picks": "best",
    "campaign_id": None,
    "starts_on": "2026-11-28",
    "ends_on": "2026-11-29",
    "effective_from": None,
    "changed_at": "2026-11-23T10:30:00+00:00",
    "changed_by": "owner",
}
RULE_TOLD: Sample = {**VERSION_TOLD, "standing": "draft"}
STATE: Sample = {"state": "live"}
CAPS: Sample = {"caps": [{"period": "day", "points_max": 2000}]}
ERRORS: Sample = {
    "errors": [
        {
            "member_id": MEMBER_ID,
            "activity_id": "01a5a5a0-6f1e-7b3a-9d53-6f0a4c6b2f11",
            "rule_id": 4,
            "version": 1,
            "code": "rule-too-expensive",
            "detail": "There are 501 rows; a rule goes over at most 500.",
            "happened_at": "2026-11-23T10:30:00+00:00",
        }
    ]
}
DRY_RUN: Sample = {
    "basket": {"total_minor": 1000, "member_id": MEMBER_ID},
    "rule": {"effect": "multiply", "label": {"en": "Double", "zh": "双倍"}},
}
DRY_RUN_TOLD: Sample = {
    "wallets": [{"wallet": "points", "points": 10}],
    "stored_points": None,
    "rules": [
        {
            "rule_id": 1,
            "version": 1,
            "label": {"en": "Base rate", "zh": "消费积分"},
            "wallet": "points",
            "points": 10,
            "code": "base",
            "text": "¥10.00 × 1 per ¥1.00 (Base rate, version 1)",
            "condition": None,
            "line_ids": None,
        },
        {
            "rule_id": 4,
            "version": 1,
            "label": {"en": "Tea weekend", "zh": "茶周末"},
            "wallet": "points",
            "points": 0,
            "code": "not.condition",
            "text": "Its conditions are not met",
            "condition": {
                "matched": False,
                "sentence": "tier is Gold",
                "because": ["✗ tier is Gold (tier: Silver)"],
                "absent": [],
            },
            "line_ids": [],
        },
    ],
}
