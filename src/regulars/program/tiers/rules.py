"""Pure decisions about tiers: what counts in the window, who reaches what, who keeps it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from regulars.kit import clock

from .model import (
    Holding,
    Ladder,
    Landing,
    Metric,
    Progress,
    Tally,
    Tier,
    Window,
)


def period(ladder: Ladder, on: date, joined_on: date | None = None) -> tuple[date, date]:
    """The first and the last day that count on `on`. Windows from joining need `joined_on`.

    A rolling window begins the day after the same day `window_months` ago and is open at its end: what is there
    counts. Years of membership are counted from the day of joining itself, so 29 February stays where it is.
    """
    months = ladder.window_months
    match ladder.window:
        case Window.ROLLING:
            return clock.add_months(on, -months) + clock.ONE_DAY, clock.NEVER
        case Window.EVER:
            return clock.EVER, clock.NEVER
        case Window.CALENDAR:
            passed = (on.year * 12 + on.month - ladder.starts_month) % months
            first = clock.add_months(on.replace(day=1), -passed)
            return first, clock.add_months(first, months) - clock.ONE_DAY
        case Window.JOINED:
            assert joined_on is not None
            count = _periods_since(joined_on, on, months)
            first, following = (clock.add_months(joined_on, months * n) for n in (count, count + 1))
            return first, following - clock.ONE_DAY


def _periods_since(joined_on: date, on: date, months: int) -> int:
    """How many whole periods of so many months have passed since joining; none before it."""
    if on < joined_on:
        return 0
    count = ((on.year - joined_on.year) * 12 + on.month - joined_on.month) // months
    return count if clock.add_months(joined_on, months * count) <= on else count - 1


def window_start(ladder: Ladder, on: date, joined_on: date | None = None) -> date:
    """The first day that counts on `on`."""
    return period(ladder, on, joined_on)[0]


def span(
    ladders: Iterable[Ladder], today: date, joined_on: date | None = None, *, earliest: date | None = None
) -> tuple[date, date]:
    """Which days to read to know what counts on these ladders from `earliest` to `today`.

    The second is the day from which every day counts on all of them, so they may come as one sum.
    """
    starts = [window_start(ladder, today, joined_on) for ladder in ladders]
    if earliest is None:
        return min(starts), max(starts)
    early = [window_start(ladder, earliest, joined_on) for ladder in ladders]
    return min(*starts, *early), max(starts)


def reached(ladder: Ladder, tallies: Iterable[Tally], on: date, joined_on: date | None = None) -> int:
    """What counts on `on`."""
    start, end = period(ladder, on, joined_on)
    return sum(tally.counts(ladder.metric) for tally in tallies if start <= tally.on_date <= end)


def tier_for(ladder: Ladder, amount: int) -> Tier:
    """The highest tier whose threshold is met."""
    return [tier for tier in ladder.tiers if tier.threshold <= max(0, amount)][-1]


def review_day(ladder: Ladder, on: date, joined_on: date | None = None) -> date:
    """When a tier reached on `on` is looked at again: `keep_months` later, at the end of that month; where whole
    periods count, `keep_months` after the end of the one it was reached in."""
    match ladder.window:
        case Window.CALENDAR:
            return clock.month_end(clock.add_months(period(ladder, on)[1], ladder.keep_months))
        case Window.JOINED:
            assert joined_on is not None
            count = _periods_since(joined_on, on, ladder.window_months) + 1
            return clock.add_months(joined_on, ladder.window_months * count + ladder.keep_months) - clock.ONE_DAY
    return clock.month_end(clock.add_months(on, ladder.keep_months))


def reassess(
    ladder: Ladder,
    holding: Holding | None,
    amount: int,
    *,
    at: datetime,
    on: date,
    joined_on: date | None = None,
    at_review: bool = False,
) -> Holding | None:
    """The holding after `amount` was reached, or None when nothing changes.

    Up at once; down only at the review. A tier that is still deserved at its review is kept for another term.
    """
    held = ladder.held(holding)
    due = tier_for(ladder, amount)
    if due.rank > held.rank:
        return _held(ladder, due, since_at=at, on=on, joined_on=joined_on)
    if not at_review or holding is None:
        return None
    after = landing(ladder, holding, amount)
    since_at = holding.since_at if after.tier_id == held.tier_id else at
    return _held(ladder, after, since_at=since_at, on=on, joined_on=joined_on)


def _held(ladder: Ladder, tier: Tier, *, since_at: datetime, on: date, joined_on: date | None) -> Holding:
    return Holding(
        tier_id=tier.tier_id,
        since_at=since_at,
        review_on=review_day(ladder, on, joined_on),
        ladder_id=ladder.ladder_id,
    )


def landing(ladder: Ladder, holding: Holding, amount: int) -> Tier:
    """The tier a member has after a review at which `amount` counts."""
    held, due = ladder.held(holding), tier_for(ladder, amount)
    if due.rank >= held.rank:
        return due
    if holding.is_manual or ladder.landing is Landing.FIT:
        return due
    if ladder.landing is Landing.NEVER:
        return held
    return max((tier for tier in ladder.tiers if tier.rank < held.rank), key=lambda tier: tier.rank)


def review_days(ladder: Ladder, holding: Holding, today: date) -> list[date]:
    """The days as of which a review counts: today, and the end of the period it is about where that is over.

    While a fall that was announced is waited for, nothing leaves a rolling window.
    """
    if ladder.window is Window.ROLLING:
        return [today] if holding.falls_on is None else [today, min(today, holding.review_on + clock.ONE_DAY)]
    return [min(today, holding.review_on), today]


def review(
    ladder: Ladder,
    holding: Holding,
    tallies: Sequence[Tally],
    *,
    at: datetime,
    today: date,
    joined_on: date | None = None,
    amount: int | None = None,
) -> tuple[Holding, int]:
    """The holding after a review and what counted at it. `amount` is given where no days are summed.

    Who would fall and was not told, or is not out of the days of grace, keeps the tier until `falls_on`.
    """
    if amount is None:
        amount, on = _counted_at_review(ladder, holding, tallies, today, joined_on)
    else:
        on = today
    held = ladder.held(holding)
    if landing(ladder, holding, amount).rank < held.rank:
        falls_on = fall_day(ladder, holding, today=today)
        if falls_on >= today:
            return _told(holding, falls_on), amount
    if ladder.window is Window.ROLLING:
        on = today
    after = reassess(ladder, holding, amount, at=at, on=on, joined_on=joined_on, at_review=True)
    assert after is not None
    return after, amount


def _counted_at_review(
    ladder: Ladder, holding: Holding, tallies: Sequence[Tally], today: date, joined_on: date | None
) -> tuple[int, date]:
    """The most that counts on one of the days of the review, and the first such day."""
    days = review_days(ladder, holding, today)
    amounts = [reached(ladder, tallies, day, joined_on) for day in days]
    return max(amounts), days[amounts.index(max(amounts))]


def _told(holding: Holding, falls_on: date | None) -> Holding:
    return replace(holding, falls_on=falls_on, looked_for=holding.review_on)


def fall_day(ladder: Ladder, holding: Holding, *, today: date) -> date:
    """The last day of a tier that is not deserved: after the grace, and never before the days of notice are over."""
    if holding.falls_on is not None:
        return holding.falls_on
    grace = holding.review_on + timedelta(days=ladder.grace_days)
    return max(grace, today + timedelta(days=ladder.notice_days)) if ladder.notice_days else grace


def look_ahead(
    ladder: Ladder, holding: Holding, tallies: Sequence[Tally], *, today: date, joined_on: date | None = None
) -> Holding:
    """The holding once it was looked at before its review: told of its fall, where nothing more would keep it."""
    amount = expected(ladder, holding, tallies, joined_on)
    return looked_at(ladder, holding, amount, today=today)


def looked_at(ladder: Ladder, holding: Holding, amount: int, *, today: date) -> Holding:
    """The same where `amount` is what will count at the review."""
    if landing(ladder, holding, amount).rank < ladder.held(holding).rank:
        return _told(holding, fall_day(ladder, holding, today=today))
    return _told(holding, None)


def expected_on(ladder: Ladder, holding: Holding) -> date:
    """The day as of which the coming review will count."""
    return holding.review_on + clock.ONE_DAY if ladder.window is Window.ROLLING else holding.review_on


def expected(ladder: Ladder, holding: Holding, tallies: Sequence[Tally], joined_on: date | None = None) -> int:
    """What will count at the review if nothing more comes."""
    return reached(ladder, tallies, expected_on(ladder, holding), joined_on)


def progress(
    ladder: Ladder,
    holding: Holding | None,
    tallies: Iterable[Tally],
    on: date,
    joined_on: date | None = None,
    *,
    rank: int | None = None,
) -> Progress:
    """Where a member stands on `on`. `rank` is what their segments make them, on a ladder that goes by segments."""
    known = list(tallies)
    tier = ladder.held(holding)
    if ladder.metric is Metric.SEGMENT:
        amount = coming = tier.rank if rank is None else rank
    else:
        amount = reached(ladder, known, on, joined_on)
        is_whole = holding is not None and ladder.window in (Window.CALENDAR, Window.JOINED)
        coming = reached(ladder, known, holding.review_on, joined_on) if holding and is_whole else amount
    above = next((other for other in ladder.tiers if other.rank > tier.rank), None)
    is_above = holding is not None and tier.rank > ladder.tiers[0].rank
    lower = landing(ladder, holding, coming) if holding and is_above else None
    falls_to = lower if lower and lower.rank < tier.rank else None
    return Progress(
        tier=tier,
        next_tier=above,
        reached=amount,
        missing=max(0, above.threshold - amount) if above else 0,
        review_on=holding.review_on if holding and is_above else None,
        kept_by=max(0, tier.threshold - coming),
        since_at=holding.since_at if holding else None,
        falls_to=falls_to,
        falls_on=holding.falls_on if holding and falls_to else None,
        is_manual=holding.is_manual if holding else False,
    )
