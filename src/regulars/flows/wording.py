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
    return _vocabulary(*_words(plan))


def parsed(plan: Plan, text: str, scope: conditions.Scope) -> conditions.Condition:
    """A condition of the program; the same text is read once.

    Raises:
        RuleInvalid: it cannot be read or makes no sense.
    """
    return _parsed(text, scope, *_words(plan))


def compiled(plan: Plan, text: str, scope: conditions.Scope) -> conditions.Rule:
    """A condition of the program as a function; the same text is compiled once."""
    return _compiled(text, scope, *_words(plan))


def _words(plan: Plan) -> tuple[str, int, tuple[_Word, ...]]:
    words = tuple((tier_code(t), t.tier_id, t.name.get("en", ""), t.name.get("zh", "")) for t in plan.ladder.tiers)
    return plan.program.currency, plan.wallet.wallet_id, words


@lru_cache(maxsize=64)
def _vocabulary(currency: str, wallet_id: int, words: tuple[_Word, ...]) -> conditions.Vocabulary:
    named = tuple(conditions.Word(code=c, stored=s, label={"en": en, "zh": zh}) for c, s, en, zh in words)
    return conditions.Vocabulary(currency=currency, wallet_id=wallet_id, words={"tier": named})


@lru_cache(maxsize=1024)
def _parsed(
    text: str, scope: conditions.Scope, currency: str, wallet_id: int, words: tuple[_Word, ...]
) -> conditions.Condition:
    return conditions.parse(text, scope=scope, vocabulary=_vocabulary(currency, wallet_id, words))


@lru_cache(maxsize=1024)
def _compiled(
    text: str, scope: conditions.Scope, currency: str, wallet_id: int, words: tuple[_Word, ...]
) -> conditions.Rule:
    return conditions.compiled(_parsed(text, scope, currency, wallet_id, words))
