"""Which ladders make sense, and which may follow which."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from . import kinds
from .model import MAIN, TIERS_MAX, Ladder, LadderInvalid, LadderTermsInvalid, Landing, Metric, Tier, Window


def check(tiers: Sequence[Tier]) -> None:
    """Refuse a ladder that cannot be climbed.

    Raises:
        LadderInvalid: no tier from zero, or a threshold that is not above the one before.
    """
    thresholds = [tier.threshold for tier in sorted(tiers, key=lambda tier: tier.rank)]
    if not thresholds or thresholds[0] != 0:
        raise LadderInvalid("The lowest tier starts at 0: everybody has a tier.")
    if any(low >= high for low, high in pairwise(thresholds)):
        raise LadderInvalid("Each tier needs a higher threshold than the one below it.")


def check_ladder(ladder: Ladder) -> None:
    """Refuse terms that make no sense.

    Raises:
        LadderInvalid: the thresholds do not rise from zero.
        LadderTermsInvalid: a window, a term, a tier or a benefit cannot be.
    """
    check(ladder.tiers)
    for is_wrong, why in (
        (len(ladder.tiers) > TIERS_MAX, f"A ladder has at most {TIERS_MAX} tiers."),
        (not 1 <= ladder.window_months <= 60, "A window has 1 to 60 months."),
        (not _keep_months_min(ladder) <= ladder.keep_months <= 60, "A tier is kept for 1 to 60 months."),
        (not 1 <= ladder.starts_month <= 12, "The first month of a window is 1 to 12."),
        (not 0 <= ladder.grace_days <= 366, "The grace has 0 to 366 days."),
        (not 0 <= ladder.notice_days <= 366, "The notice has 0 to 366 days."),
        (not 0 <= ladder.change_notice_days <= 366, "Changes are announced 0 to 366 days ahead."),
        (ladder.ladder_id == MAIN and not ladder.is_live, "The main set is always live."),
    ):
        if is_wrong:
            raise LadderTermsInvalid(why)
    for tier in ladder.tiers:
        _check_tier(ladder, tier)


def _keep_months_min(ladder: Ladder) -> int:
    """Whole periods may end a tier with themselves."""
    return 0 if ladder.window in (Window.CALENDAR, Window.JOINED) else 1


def _check_tier(ladder: Ladder, tier: Tier) -> None:
    if not 1 <= tier.points_factor <= 100:
        raise LadderTermsInvalid("A tier multiplies points by 1 to 100.")
    if ladder.metric is Metric.SEGMENT and tier.threshold != tier.rank:
        raise LadderTermsInvalid("On a ladder by segment the thresholds are the ranks.")
    if (ladder.metric is Metric.SEGMENT and tier.rank > 0) != bool(tier.condition):
        raise LadderTermsInvalid("Every tier above the lowest of a ladder by segment has a condition, and no other.")
    for benefit in tier.benefits:
        kinds.check(benefit)


def with_conditions(ladder: Ladder, conditions: Mapping[int, str]) -> Ladder:
    """The ladder with these conditions, by tier id."""
    tiers = (replace(tier, condition=conditions.get(tier.tier_id, tier.condition)) for tier in ladder.tiers)
    return replace(ladder, tiers=tuple(tiers))


def check_change(before: Ladder, after: Ladder, held: Sequence[int]) -> None:
    """Refuse a version that would take a tier away from who holds it, or move known tiers about.

    `held` are the tiers somebody has. Rewards and conditions name tiers by id and rank, so both stay.

    Raises:
        LadderTermsInvalid: so.
    """
    ranks = {tier.tier_id: tier.rank for tier in after.tiers}
    for tier in before.tiers:
        if tier.tier_id not in ranks and tier.tier_id in held:
            raise LadderTermsInvalid("Somebody holds a tier that would be gone; keep it, with a higher threshold.")
        if ranks.get(tier.tier_id, tier.rank) != tier.rank:
            raise LadderTermsInvalid("Tiers keep their places; a new one goes on top.")


def is_harder(before: Ladder, after: Ladder) -> bool:
    """Whether the change takes something from members: then it must be announced ahead.

    A higher threshold, a benefit or a tier less, a smaller factor, another way of counting, a shorter term.
    """
    if (before.metric, before.window, before.starts_month) != (after.metric, after.window, after.starts_month):
        return True
    if after.window_months < before.window_months or after.keep_months < before.keep_months:
        return True
    if after.grace_days < before.grace_days or after.notice_days < before.notice_days:
        return True
    order = [Landing.FIT, Landing.ONE, Landing.NEVER]
    if order.index(after.landing) < order.index(before.landing) or before.is_live > after.is_live:
        return True
    found = {tier.tier_id: tier for tier in after.tiers}
    return any(_is_less(tier, found.get(tier.tier_id)) for tier in before.tiers)


def _is_less(before: Tier, after: Tier | None) -> bool:
    if after is None or after.threshold > before.threshold or after.points_factor < before.points_factor:
        return True
    return after.condition != before.condition or bool(kinds.lost(before.benefits, after.benefits))
