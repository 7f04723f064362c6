"""Campaigns to begin with: what they are called, whom they are for, which rules they bring. Data only.

Source: capabilities B5, B18, C9, H1; issue 4 (6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .model import AudienceMode, Budget, Goal
from .stop_lines import LineTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRule:
    """A rule of a template: an effect of earning, with what differs from its defaults.

    `spend_units` is a step of spend in whole currency units; it becomes the rule's `spend_minor`.
    """

    effect: str
    label: Mapping[str, str]
    params: Mapping[str, Any] = field(default_factory=dict)
    spend_units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A campaign that is filled in. `audience` is the text of a segment's condition; `days`: how long it lasts."""

    name: Mapping[str, str]
    lead: Mapping[str, str]
    icon: str
    rules: Sequence[TemplateRule]
    days: int
    audience: str = ""
    audience_mode: AudienceMode = "launch"
    begins: Literal["today", "saturday"] = "today"
    budget: Budget = field(default_factory=Budget)
    goal: Goal | None = None
    lines: Sequence[LineTerms] = ()


def _twice(label: Mapping[str, str]) -> TemplateRule:
    return TemplateRule(effect="multiply", params={"factor": 2}, label=label)


_REDEMPTION = LineTerms(metric="redeemer_rate", threshold=30)
_BURN = LineTerms(metric="budget_burn", threshold=90, action="warn", age_min_days=0, sample_min=10)

TEMPLATES: Mapping[str, Template] = {
    "double_week": Template(
        name={"en": "Double points week", "zh": "双倍积分周"},
        lead={"en": "Twice the points on everything, for seven days.", "zh": "七天内全场双倍积分。"},
        icon="sparkles",
        rules=[_twice({"en": "Double points", "zh": "双倍积分"})],
        days=7,
        budget=Budget(points_max=100_000),
        lines=[_REDEMPTION, _BURN],
    ),
    "weekend": Template(
        name={"en": "Double points weekend", "zh": "双倍积分周末"},
        lead={"en": "Twice the points on Saturday and Sunday.", "zh": "周六、周日双倍积分。"},
        icon="calendar",
        rules=[_twice({"en": "Weekend double points", "zh": "周末双倍积分"})],
        days=2,
        begins="saturday",
        budget=Budget(points_max=50_000),
        lines=[_REDEMPTION, _BURN],
    ),
    "win_back": Template(
        name={"en": "Win-back", "zh": "沉睡会员唤醒"},
        lead={
            "en": "Twice the points for members who have not bought for 90 days.",
            "zh": "90 天未消费的会员回归享双倍积分。",
        },
        icon="undo-2",
        rules=[_twice({"en": "Welcome back", "zh": "欢迎回来"})],
        days=30,
        audience="member.orders_total >= 1 && member.orders_90d == 0",
        budget=Budget(points_max=50_000),
        goal=Goal(metric="participants", target=100),
        lines=[_REDEMPTION, _BURN],
    ),
    "birthday": Template(
        name={"en": "Birthday month", "zh": "生日月"},
        lead={"en": "Twice the points in the month of a member's birthday.", "zh": "会员生日当月双倍积分。"},
        icon="gift",
        rules=[
            TemplateRule(
                effect="birthday_factor",
                params={"factor": 2, "when": "month"},
                label={"en": "Birthday month", "zh": "生日月"},
            )
        ],
        days=365,
        lines=[_REDEMPTION],
    ),
    "bring_friend": Template(
        name={"en": "Bring a friend", "zh": "邀请好友"},
        lead={
            "en": "Points for sharing, up to three times a month.",
            "zh": "分享即得积分，每月最多三次。",
        },
        icon="user-plus",
        rules=[
            TemplateRule(
                effect="event_points",
                params={"event": "share", "points": 50, "limit": 3, "per": "month"},
                label={"en": "Shared with a friend", "zh": "分享给好友"},
            )
        ],
        days=30,
        budget=Budget(points_max=20_000),
        lines=[_BURN],
    ),
    "review": Template(
        name={"en": "Tell us", "zh": "评价有礼"},
        lead={"en": "Points for a review, once a day.", "zh": "每天评价一次即得积分。"},
        icon="message-square",
        rules=[
            TemplateRule(
                effect="event_points",
                params={"event": "review", "points": 20, "limit": 1, "per": "day"},
                label={"en": "Review", "zh": "商品评价"},
            )
        ],
        days=30,
        budget=Budget(points_max=20_000),
        lines=[_BURN],
    ),
    "member_day": Template(
        name={"en": "Member day", "zh": "会员日"},
        lead={"en": "Twice the points on one day.", "zh": "一天双倍积分。"},
        icon="star",
        rules=[_twice({"en": "Member day", "zh": "会员日"})],
        days=1,
        budget=Budget(points_max=30_000),
        lines=[_BURN],
    ),
    "flash_sale": Template(
        name={"en": "Flash sale for regulars", "zh": "会员专属秒杀"},
        lead={
            "en": "Twice the points for the first 500 orders of members with three orders and more.",
            "zh": "消费满三次的会员专享，前 500 单双倍积分。",
        },
        icon="clock",
        rules=[_twice({"en": "Flash sale", "zh": "专属秒杀"})],
        days=1,
        audience="member.orders_total >= 3",
        budget=Budget(grants_max=500),
        goal=Goal(metric="orders", target=500),
        lines=[_BURN],
    ),
    "spend_get": Template(
        name={"en": "Spend 1,000, get 100", "zh": "满 1000 送 100 分"},
        lead={
            "en": "100 points for every whole 1,000 of an order.",
            "zh": "单笔订单每满 1000 送 100 积分。",
        },
        icon="coins",
        rules=[
            TemplateRule(
                effect="bonus",
                params={"points": 100, "repeats": True, "per": "order"},
                spend_units=1_000,
                label={"en": "100 for every 1,000", "zh": "每满 1000 送 100"},
            )
        ],
        days=30,
        budget=Budget(points_max=50_000),
        lines=[_REDEMPTION, _BURN],
    ),
}
"""By code."""
