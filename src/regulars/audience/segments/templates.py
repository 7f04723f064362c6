"""Segments to begin with: what they are called, whom they mean. Data only.

Source: capabilities F4-F11, H1; design/ui.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A segment that is filled in. `condition` is the text of a condition over members."""

    name: Mapping[str, str]
    lead: Mapping[str, str]
    icon: str
    condition: str


TEMPLATES: Mapping[str, Template] = {
    "high-value": Template(
        name={"en": "High value", "zh": "高价值会员"},
        lead={"en": "Spent 5,000 or more within twelve months.", "zh": "近 12 个月消费满 5000。"},
        icon="gem",
        condition="member.spend_12m >= 5000",
    ),
    "regular-buyers": Template(
        name={"en": "Regular buyers", "zh": "常客"},
        lead={"en": "Bought at least three times within 90 days.", "zh": "近 90 天下单至少 3 次。"},
        icon="repeat",
        condition="member.orders_90d >= 3",
    ),
    "new": Template(
        name={"en": "New members", "zh": "新会员"},
        lead={"en": "Joined within the last 30 days.", "zh": "最近 30 天入会。"},
        icon="user-plus",
        condition="now - member.enrolled_at <= days(30)",
    ),
    "one-order": Template(
        name={"en": "Bought once", "zh": "仅购一次"},
        lead={"en": "One order so far: the second one makes a regular.", "zh": "目前只有一单：第二单才是回头客。"},
        icon="footprints",
        condition="member.orders_total == 1",
    ),
    "drifting": Template(
        name={"en": "Drifting away", "zh": "正在流失"},
        lead={"en": "Used to buy, and nothing for 90 days.", "zh": "曾经购买，但已 90 天没有下单。"},
        icon="cloud-moon",
        condition="now - member.last_order_at > days(90)",
    ),
    "birthday": Template(
        name={"en": "Birthday this month", "zh": "本月生日"},
        lead={"en": "Their birthday is in this month.", "zh": "生日在本月。"},
        icon="cake",
        condition="member.birth_on.month == today.month",
    ),
    "saving-up": Template(
        name={"en": "Saving up", "zh": "攒积分"},
        lead={"en": "1,000 points or more and never redeemed.", "zh": "有 1000 以上积分且从未兑换。"},
        icon="piggy-bank",
        condition="member.points >= 1000 && member.redemptions.size() == 0",
    ),
    "never-bought": Template(
        name={"en": "Joined, never bought", "zh": "入会未购"},
        lead={"en": "Members for a month without an order.", "zh": "入会满一个月仍未下单。"},
        icon="hourglass",
        condition="member.orders_total == 0 && now - member.enrolled_at > days(30)",
    ),
}
"""Segments to begin with, by code, in the order they are offered."""
