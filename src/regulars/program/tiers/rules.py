"""Pure decisions about tiers: what counts in the window, who reaches what, who keeps it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from regulars.kit import clock

from .model import Holding, Ladder, LadderInvalid, Progress, Tally, Tier


def window_start(ladder: Ladder, on: date) -> date:
    """The first day that counts on `on`: the day after the same day `window_months` ago."""
    return clock.add_months(on, -ladder.window_months) + clock.ONE_DAY


def reached(ladder: Ladder, tallies: Iterable[Tally], on: date) -> int:
    """What counts on `on`."""
    start = window_start(ladder, on)
    return sum(tally.counts(ladder.metric) for tally in tallies if tally.on_date >= start)


def tier_for(ladder: Ladder, amount: int) -> Tier:
    """The highest tier whose threshold is met."""
    return [tier for tier in ladder.tiers if tier.threshold <= max(0, amount)][-1]


def review_day(ladder: Ladder, on: date) -> date:
    """When a tier reached on `on` is looked at again: the end of the month, `keep_months` later."""
    return clock.month_end(clock.add_months(on, ladder.keep_months))


def reassess(
    ladder: Ladder, holding: Holding | None, amount: int, *, at: datetime, on: date, at_review: bool = False
) -> Holding | None:
    """The holding after `amount` was reached, or None when nothing changes.

    Up at once; down only at the review. A tier that is still deserved at its review is kept for another term.
    """
    held = ladder.tier(holding.tier_id) if holding else ladder.tiers[0]
    due = tier_for(ladder, amount)
    if due.rank > held.rank or (at_review and holding is not None and due.rank < held.rank):
        return Holding(tier_id=due.tier_id, since_at=at, review_on=review_day(ladder, on))
    if at_review and holding is not None:
        return Holding(tier_id=held.tier_id, since_at=holding.since_at, review_on=review_day(ladder, on))
    return None


def progress(ladder: Ladder, holding: Holding | None, tallies: Iterable[Tally], on: date) -> Progress:
    """Where a member stands on `on`."""
    amount = reached(ladder, tallies, on)
    tier = ladder.tier(holding.tier_id) if holding else ladder.tiers[0]
    above = next((other for other in ladder.tiers if other.rank > tier.rank), None)
    return Progress(
        tier=tier,
        next_tier=above,
        reached=amount,
        missing=max(0, above.threshold - amount) if above else 0,
        review_on=holding.review_on if holding and tier.rank > ladder.tiers[0].rank else None,
        kept_by=max(0, tier.threshold - amount),
        since_at=holding.since_at if holding else None,
    )


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
