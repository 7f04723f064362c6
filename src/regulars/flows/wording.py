"""The words a program's conditions may use: its tiers, as people write them."""

import re
from functools import lru_cache

from regulars.audience import conditions
from regulars.program import tiers

from .plan import Plan

_Word = tuple[str, int, str, str]


def tier_code(tier: tiers.Tier) -> str:
    """How conditions write a tier: its English name in small letters, its number where it has none."""
    code = re.sub(r"[^a-z0-9]+", "_", tier.name.get("en", "").lower()).strip("_")
    return code or f"tier_{tier.tier_id}"


def vocabulary(plan: Plan) -> conditions.Vocabulary:
    """What conditions of the program may say."""
    words = tuple((tier_code(t), t.tier_id, t.name.get("en", ""), t.name.get("zh", "")) for t in plan.ladder.tiers)
    return _vocabulary(plan.program.currency, plan.wallet.wallet_id, words)


@lru_cache(maxsize=64)
def _vocabulary(currency: str, wallet_id: int, words: tuple[_Word, ...]) -> conditions.Vocabulary:
    named = tuple(conditions.Word(code=c, stored=s, label={"en": en, "zh": zh}) for c, s, en, zh in words)
    return conditions.Vocabulary(currency=currency, wallet_id=wallet_id, words={"tier": named})
