"""The words of a program's conditions: its currency, its tiers as people write them, the attributes of its events."""

import re

from regulars.audience import conditions
from regulars.program import tiers
from regulars.records import activities, ledger, programs


def words_of(
    program: programs.Program, wallet: ledger.Wallet, ladder: tiers.Ladder, kind: activities.EventType | None = None
) -> conditions.Vocabulary:
    """What conditions of the program may say; with `kind`, those about an event of that type."""
    fields, words = conditions.event_fields(kind) if kind else ({}, {})
    return conditions.Vocabulary(
        currency=program.currency,
        wallet_id=wallet.wallet_id,
        words={"tier": tuple(_tiers(ladder)), **words},
        attributes=fields,
    )


def tier_code(tier: tiers.Tier) -> str:
    """How conditions write a tier: its English name in small letters, its number where it has none."""
    code = re.sub(r"[^a-z0-9]+", "_", tier.name.get("en", "").lower()).strip("_")
    return code or f"tier_{tier.tier_id}"


def _tiers(ladder: tiers.Ladder) -> list[conditions.Word]:
    """Lowest first; of tiers with one name the later ones carry their number."""
    words: list[conditions.Word] = []
    for tier in ladder.tiers:
        code = tier_code(tier)
        if any(word.code == code for word in words):
            code = f"{code}_{tier.tier_id}"
        words.append(conditions.Word(code=code, stored=tier.tier_id, label=tier.name))
    return words
