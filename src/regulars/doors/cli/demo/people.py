"""Names and birthdays for households that have none in the data: seeded and made up, the same on every machine."""

import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

from regulars.kit.clock import days_in_month
from regulars.records import members

from .model import Household

_SEED = 8451
_ZH_RATIO = 0.3

_EN_FIRST = (
    "Ada Alma Amos Anna Basil Beth Carl Cora Dean Dora Edgar Ella Emil Esther Felix Flora Frank Gina Gus "
    "Hazel Hugo Ida Ivan Iris Jonas Judith Karl Laura Leo Lena Lucas Mabel Max Mira Nathan Nora Oscar "
    "Olive Paul Petra Quinn Rosa Ruben Ruth Simon Stella Theo Thea Victor Vera Walter Wilma"
)
_EN_LAST = (
    "Appleton Barley Birch Brook Carver Clay Dale Ember Fairfield Fern Field Garland Glen Grove Harper "
    "Heath Hill Ivory Juniper Kettle Lake Larkin Linden Marsh Meadow Mill Moor North Oakley Orchard Park "
    "Penny Quill Reed Ridge Rowan Sage Shore Stone Thorne Vale Wells Willow Winter Wood Yarrow"
)
_ZH_LAST = "林陈周吴徐孙马朱胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘"
_ZH_FIRST = (
    "晓梅 思远 雨桐 嘉宁 子涵 若曦 明轩 书瑶 景行 念慈 安然 浩宇 欣怡 佳禾 沐阳 清越 知夏 "
    "文博 语嫣 乐天 静姝 承泽 可心 一诺 云舒 海棠 青松 望舒 采薇 星河"
)


def enrollment(household: Household, joined_at: datetime, zone: ZoneInfo) -> members.Enrollment:
    """A household as a member. The age comes from the data where it is known; the day never does."""
    drawn = random.Random(_SEED * 100_003 + household.number)
    is_chinese = drawn.random() < _ZH_RATIO
    if is_chinese:
        name = drawn.choice(_ZH_LAST) + drawn.choice(_ZH_FIRST.split())
    else:
        name = f"{drawn.choice(_EN_FIRST.split())} {drawn.choice(_EN_LAST.split())}"
    return members.Enrollment(
        identifiers=(identifier(household.number),),
        enrolled_at=joined_at,
        name=name,
        birth_on=_birthday(drawn, household.attributes.get("age", ""), joined_at.astimezone(zone).year),
        language="zh" if is_chinese else "en",
        channel="store",
        attributes=dict(household.attributes),
    )


def identifier(number: int) -> members.Identifier:
    """What the demo's till knows a household by."""
    return members.normal(members.IdentifierKind.EXTERNAL, f"household {number}")


def _birthday(drawn: random.Random, age: str, year: int) -> date:
    low, high = {"19-24": (19, 24), "25-34": (25, 34), "35-44": (35, 44), "45-54": (45, 54), "55-64": (55, 64),
                 "65+": (65, 84)}.get(age, (22, 75))  # fmt: skip
    born = year - drawn.randint(low, high)
    month = drawn.randint(1, 12)
    return date(born, month, drawn.randint(1, days_in_month(born, month)))
