"""The words a program's conditions may use, and its conditions read and compiled once, for whoever has its plan."""

from functools import lru_cache

from regulars.audience import conditions
from regulars.records import activities

from .plan import Plan
from .vocabulary import tier_code, words_of

__all__ = ["compiled", "parsed", "tier_code", "vocabulary"]

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
