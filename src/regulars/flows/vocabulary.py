"""The words a program's conditions may use: its currency, its wallet of points, its tiers."""

import re

from regulars.audience import conditions
from regulars.program import tiers

from .plan import Plan

_OTHER = re.compile(r"[^a-z0-9]+")


def vocabulary(plan: Plan) -> conditions.Vocabulary:
    """What conditions are checked against; a tier is written as its English name in small letters: `gold`."""
    return conditions.Vocabulary(
        currency=plan.program.currency,
        wallet_id=plan.wallet.wallet_id,
        words={"tier": tuple(_word(tier) for tier in plan.ladder.tiers)},
    )


def _word(tier: tiers.Tier) -> conditions.Word:
    code = _OTHER.sub("-", tier.name.get("en", "").lower()).strip("-") or f"tier-{tier.rank}"
    return conditions.Word(code=code, stored=tier.tier_id, label=tier.name)
