"""What a finding says: the figure, why it matters, what to change; in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit import text

from .model import Finding

_Both = tuple[str, str]

_FIGURES: Mapping[str, _Both] = {
    "reward-rate-high": ("{percent} % of spend is given back", "返还消费额的 {percent}%"),
    "reward-rate-low": ("{percent} % of spend is given back", "返还消费额的 {percent}%"),
    "reward-rate-fit": ("{percent} % of spend is given back", "返还消费额的 {percent}%"),
    "no-reward": ("No reward can be had", "没有可兑换的奖品"),
    "first-reward-unknown": (
        "How far the first reward is: too few purchases to tell",
        "首次兑换所需购买次数：样本不足",
    ),
    "first-reward-far": (
        "{purchases} purchases to the first reward ({points} points)",
        "首次兑换需消费 {purchases} 次（{points} 分）",
    ),
    "first-reward-near": (
        "The first reward is reached with the first purchase ({points} points)",
        "首次消费即可兑换（{points} 分）",
    ),
    "first-reward-fit": (
        "{purchases} purchases to the first reward ({points} points)",
        "首次兑换需消费 {purchases} 次（{points} 分）",
    ),
    "reach-unknown": (
        "How many buyers reach a reward in time: too few purchases to tell",
        "有效期内攒够奖品积分的会员比例：样本不足",
    ),
    "reach-few": (
        "{percent} % of buyers earn {points} points before they end",
        "{percent}% 的购买会员能在有效期内攒够 {points} 分",
    ),
    "reach-fit": (
        "{percent} % of buyers earn {points} points before they end",
        "{percent}% 的购买会员能在有效期内攒够 {points} 分",
    ),
    "expiry-never": ("Points do not end", "积分永不过期"),
    "expiry-unknown": (
        "Points live {days} days; too few purchases to compare",
        "积分有效 {days} 天；购买次数不足以比较",
    ),
    "expiry-short": (
        "Points live {days} days, members come every {gap_days} days",
        "积分有效 {days} 天，会员每 {gap_days} 天购买一次",
    ),
    "expiry-fit": (
        "Points live {days} days, members come every {gap_days} days",
        "积分有效 {days} 天，会员每 {gap_days} 天购买一次",
    ),
    "rules-many": ("{rules} rules are in force, with {atoms} conditions", "共有 {rules} 条规则生效，含 {atoms} 个条件"),
    "rules-few": ("{rules} rules are in force, with {atoms} conditions", "共有 {rules} 条规则生效，含 {atoms} 个条件"),
    "rules-overlap": ("“{one}” and “{other}” pay for the same", "“{one}”与“{other}”重复奖励"),
}
"""By code. A test holds that every code has its words."""

_WHY: Mapping[str, _Both] = {
    "reward-rate-high": (
        "Above 5 % a program eats margin; above 10 % members wait for points instead of buying.",
        "超过 5% 会侵蚀毛利；超过 10% 会让会员只等积分。",
    ),
    "reward-rate-low": (
        "Below 0.5 % nobody notices: it costs effort and moves no one.",
        "低于 0.5% 会员感受不到，投入却没有效果。",
    ),
    "no-reward": ("Points that buy nothing are no promise.", "积分无处可用等于没有承诺。"),
    "first-reward-far": (
        "Who needs many purchases for a first reward gives up before it.",
        "首个奖品太远，会员会中途放弃。",
    ),
    "first-reward-near": (
        "What comes at once brings nobody back.",
        "立即可得的奖品不会带来复购。",
    ),
    "reach-few": (
        "For everybody else the program is a promise that is never kept.",
        "对其余会员来说，这是永远不会兑现的承诺。",
    ),
    "expiry-short": (
        "Points that end before the next visit feel taken away.",
        "下次光临前就过期的积分，会员会觉得被收走。",
    ),
    "rules-many": ("Members follow what fits on a card.", "会员只记得住一张卡片上的规则。"),
    "rules-overlap": ("The same purchase is paid twice.", "同一笔消费被奖励两次。"),
}

_CHANGE: Mapping[str, _Both] = {
    "reward-rate-high": ("Lower the rate, or what a point is worth.", "降低积分比例或单位积分价值。"),
    "reward-rate-low": ("Raise the rate, or add a bonus for a step of spend.", "提高积分比例，或增加满额奖励。"),
    "no-reward": ("Offer a first reward for about three purchases.", "提供约三次消费即可兑换的奖品。"),
    "first-reward-far": ("Add a small reward near {near} points.", "增加一个约 {near} 分的小奖品。"),
    "first-reward-near": ("Price the first reward at two to four purchases.", "将首个奖品定为两到四次消费。"),
    "reach-few": ("Add a cheaper reward, or let points live longer.", "增加更便宜的奖品，或延长有效期。"),
    "expiry-short": ("Let points live at least three times as long as that.", "有效期至少为该间隔的三倍。"),
    "rules-many": ("Retire rules nobody uses, or join them.", "停用或合并少用的规则。"),
    "rules-overlap": ("Give one of them other days, or retire it.", "错开日期，或停用其中一条。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A finding in words; `why` and `change` are empty where all is well."""

    figure: str
    why: str
    change: str


def words(finding: Finding, language: str) -> Words:
    """A finding as a person reads it."""
    figures = {name: _shown(value, language) for name, value in finding.figures.items()}
    typical = finding.figures.get("typical_points")
    figures["near"] = text.number(3 * typical, language) if typical else "–"
    return Words(
        figure=_say(_FIGURES, finding.code, language, figures),
        why=_say(_WHY, finding.code, language, figures),
        change=_say(_CHANGE, finding.code, language, figures),
    )


def _say(catalog: Mapping[str, _Both], code: str, language: str, figures: Mapping[str, str]) -> str:
    english, chinese = catalog.get(code, ("", ""))
    return (chinese if language == "zh" else english).format_map(figures)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return text.pick(value, language)
    return text.number(value, language) if isinstance(value, int) else f"{value:g}"


CODES = frozenset(_FIGURES)
"""Every code there is."""
