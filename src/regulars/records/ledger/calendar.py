"""Pure decisions about time: when points become usable, when they end, what is carried over."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from regulars.kit.clock import EVER, NEVER, add_months, days_in_month, month_end

from .model import DEBT, WAITING, Lot
from .wallets import Expiry, Wallet


def expires_on(expiry: Expiry, earned_on: date) -> date:
    """The last local day on which points earned on `earned_on` can be spent."""
    match expiry.kind:
        case "never":
            return NEVER
        case "days" | "inactivity":
            return earned_on + timedelta(days=expiry.count)
        case "month_end":
            return month_end(add_months(earned_on, expiry.count))
        case "year_end":
            return date(earned_on.year + expiry.count, 12, 31)
        case "date":
            this_year = _day_of(earned_on.year, expiry.month_day)
            return _day_of(earned_on.year + expiry.count + (this_year < earned_on), expiry.month_day)
        case unknown:
            raise ValueError(f"no expiry kind {unknown!r}")


def _day_of(year: int, month_day: str) -> date:
    month, day = int(month_day[:2]), int(month_day[3:])
    return date(year, month, min(day, days_in_month(year, month)))


def award_lot(wallet: Wallet, *, earned_on: date, window_days: int, today: date) -> Lot:
    """The lot an award goes to; `window_days` is the program's return window.

    What would be active by now is active from the start: no lot of its own. What waits for an event waits.
    """
    ends = expires_on(wallet.expiry, earned_on)
    if wallet.waits_for_event:
        return Lot(expires_on=ends, active_on=WAITING)
    pending_days = window_days if wallet.pending_days is None else wallet.pending_days
    active_on = earned_on + timedelta(days=pending_days)
    return Lot(expires_on=ends, active_on=active_on if active_on > today else EVER)


def activated(lot: Lot) -> Lot:
    """Where the points of a pending or waiting lot are once they can be used."""
    return Lot(expires_on=lot.expires_on)


def in_grace(lot: Lot, expiry: Expiry, today: date) -> Lot:
    """Where restored points of a lot go: the lot itself, or, when it is over, one with the wallet's days of grace."""
    if lot.expires_on >= today:
        return Lot(expires_on=lot.expires_on, active_on=lot.active_on if lot.active_on > today else EVER)
    return Lot(expires_on=today + timedelta(days=expiry.grace_days))


def carried(expiry: Expiry, points: int) -> int:
    """How many of the points that end on one day go on for another year."""
    share = points * expiry.carry_percent // 100
    return share if expiry.carry_max is None else min(share, expiry.carry_max)


def ended(
    lots: Iterable[tuple[Lot, int]], wallet: Wallet, today: date
) -> tuple[list[tuple[Lot, int]], list[tuple[Lot, Lot, int]]]:
    """What is over by `today`: lots with the points that expire, and moves (from, to, points) of what is carried on.

    Points that were carried more than once, as nobody closed the days between, are carried year by year.
    """
    left: dict[date, dict[Lot, int]] = defaultdict(dict)
    for lot, points in lots:
        if lot != DEBT and points > 0 and lot.expires_on < today:
            left[lot.expires_on][lot] = points
    expired: list[tuple[Lot, int]] = []
    moves: list[tuple[Lot, Lot, int]] = []
    while left:
        day = min(left)
        over = left.pop(day)
        keep = carried(wallet.expiry, sum(over.values()))
        for lot, points in sorted(over.items(), reverse=True):
            kept = min(keep, points)
            keep -= kept
            if kept:
                onward = Lot(
                    expires_on=_next_year(wallet.expiry, day),
                    active_on=lot.active_on if lot.active_on == WAITING else EVER,
                )
                moves.append((lot, onward, kept))
                if onward.expires_on < today:
                    left[onward.expires_on][onward] = left[onward.expires_on].get(onward, 0) + kept
            if kept < points:
                expired.append((lot, points - kept))
    return expired, moves


def alive(lot: Lot, points: int, wallet: Wallet, today: date) -> tuple[Lot, int]:
    """What is left of an award by time alone: the lot it is in by now, and how many of its points did not expire."""
    while lot.expires_on < today:
        if not wallet.expiry.carry_percent:
            return lot, 0
        waits = lot.active_on == WAITING
        lot = Lot(_next_year(wallet.expiry, lot.expires_on), WAITING if waits else EVER)
        points = carried(wallet.expiry, points)
    return lot, points


def until(lot: Lot, ends_on: date) -> Lot:
    """The lot with another last day; what is not usable yet stays so."""
    return Lot(expires_on=ends_on, active_on=lot.active_on)


def kept(lot: Lot, expiry: Expiry, visits: Iterable[date]) -> Lot:
    """Where the points of an award are that end by inactivity: each visit while they were alive moved their end on."""
    for on in sorted(visits):
        if on <= lot.expires_on:
            lot = until(lot, max(lot.expires_on, expires_on(expiry, on)))
    return lot


def _next_year(expiry: Expiry, day: date) -> date:
    return _day_of(day.year + 1, "12-31" if expiry.kind == "year_end" else expiry.month_day)
