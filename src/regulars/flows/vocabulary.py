"""The words of a program's conditions: its currency, its tiers, the attributes of its events."""

import re
from collections.abc import Sequence

from regulars.audience import conditions
from regulars.program import tiers
from regulars.records import activities, ledger, programs


def vocabulary(
    program: programs.Program, wallet: ledger.Wallet, ladder: tiers.Ladder, kind: activities.EventType | None = None
) -> conditions.Vocabulary:
    """What conditions of the program may say; with `kind`, those about an event of that type."""
    fields, words = conditions.event_fields(kind) if kind else ({}, {})
    return conditions.Vocabulary(
        currency=program.currency,
        wallet_id=wallet.wallet_id,
        words={"tier": tuple(tier_words(ladder.tiers)), **words},
        attributes=fields,
    )


def tier_words(found: Sequence[tiers.Tier]) -> list[conditions.Word]:
    """The tiers as words, lowest first: `gold` after the English name, with its number where two are alike."""
    words: list[conditions.Word] = []
    for tier in sorted(found, key=lambda one: one.rank):
        code = re.sub(r"[^a-z0-9]+", "-", tier.name.get("en", "").lower()).strip("-")
        if not code or any(word.code == code for word in words):
            code = f"{code or 'tier'}-{tier.tier_id}"
        words.append(conditions.Word(code=code, stored=tier.tier_id, label=tier.name))
    return words
