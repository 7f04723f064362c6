"""The words a program's conditions may use, and its conditions read and compiled once, for whoever has its plan."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from regulars.audience import conditions
from regulars.records import activities

from .plan import Plan
from .vocabulary import tier_code, words_of

__all__ = ["GONE", "compiled", "parsed", "read", "said", "standing", "tier_code", "vocabulary"]

GONE: Final[Mapping[str, str]] = {"en": "the condition names something that is gone", "zh": "条件引用的内容已不存在"}

_Word = tuple[str, int, str, str]


def vocabulary(plan: Plan, kind: activities.EventType | None = None) -> conditions.Vocabulary:
    """What conditions of the program may say; with `kind`, those about an event of that type."""
    return plan.vocabulary if kind is None else words_of(plan.program, plan.wallet, plan.ladder, kind)


def parsed(plan: Plan, text: str, scope: conditions.Scope) -> conditions.Condition:
    """A condition of the program; the same text is read once.

    Raises:
        RuleInvalid: it cannot be read or makes no sense.
    """
    return _parsed(text, scope, *_words(plan))


def compiled(plan: Plan, text: str, scope: conditions.Scope) -> conditions.Rule:
    """A condition of the program as a function; the same text is compiled once."""
    return _compiled(text, scope, *_words(plan))


def read(plan: Plan, tree: Mapping[str, Any], scope: conditions.Scope) -> conditions.Condition:
    """The same of a condition that is kept as its tree.

    Raises:
        RuleInvalid: what it names is gone, such as a tier.
    """
    return parsed(plan, conditions.spelled(tree), scope)


def standing(plan: Plan, text: str, scope: conditions.Scope) -> conditions.Rule | None:
    """A condition that was accepted once as a function; None where it now names something that is gone.

    Nobody is waiting to mend it when an order comes: it then fits nothing.
    """
    try:
        return compiled(plan, text, scope)
    except conditions.RuleInvalid:
        return None


def said(plan: Plan, text: str, scope: conditions.Scope) -> dict[str, str]:
    """A condition as a sentence by language; that it names something that is gone, where it does; empty for none."""
    if not text:
        return {}
    try:
        condition = parsed(plan, text, scope)
    except conditions.RuleInvalid:
        return dict(GONE)
    return {language: conditions.sentence(condition, language=language) for language in ("en", "zh")}


def _words(plan: Plan) -> tuple[str, int, tuple[_Word, ...]]:
    words = tuple(
        (word.code, int(word.stored), word.label.get("en", ""), word.label.get("zh", ""))
        for word in plan.vocabulary.words["tier"]
    )
    return plan.program.currency, plan.wallet.wallet_id, words


@lru_cache(maxsize=1024)
def _parsed(
    text: str, scope: conditions.Scope, currency: str, wallet_id: int, words: tuple[_Word, ...]
) -> conditions.Condition:
    named = tuple(conditions.Word(code=c, stored=s, label={"en": en, "zh": zh}) for c, s, en, zh in words)
    said = conditions.Vocabulary(currency=currency, wallet_id=wallet_id, words={"tier": named})
    return conditions.parse(text, scope=scope, vocabulary=said)


@lru_cache(maxsize=1024)
def _compiled(
    text: str, scope: conditions.Scope, currency: str, wallet_id: int, words: tuple[_Word, ...]
) -> conditions.Rule:
    return conditions.compiled(_parsed(text, scope, currency, wallet_id, words))
