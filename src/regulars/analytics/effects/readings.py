"""The figures that stop-loss lines watch, as of the end of each local day asked for; now and in a dry run the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from regulars.kit import money
from regulars.kit.db import Conn
from regulars.program import campaigns

from .comparing import wilson
from .figures import SQL, comparison, figures

_MICROS = 1_000_000
_Days = Sequence[date]


def readings(
    conn: Conn,
    campaign: campaigns.Campaign,
    policy: campaigns.Policy,
    terms: campaigns.LineTerms,
    days: _Days,
    *,
    currency: str,
    wallet_id: int,
) -> list[campaigns.Reading]:
    """The figure of a line for each of these local days, in their order."""
    if campaign.begins_on is None or not days:
        return []
    asked = _Asked(conn, campaign, policy, terms, currency=currency, wallet_id=wallet_id)
    return _METRICS[terms.metric](asked, days)


class _Asked:
    """What a reading is asked of."""

    def __init__(
        self,
        conn: Conn,
        campaign: campaigns.Campaign,
        policy: campaigns.Policy,
        terms: campaigns.LineTerms,
        *,
        currency: str,
        wallet_id: int,
    ) -> None:
        self.conn, self.campaign, self.policy, self.terms = conn, campaign, policy, terms
        self.currency, self.wallet_id = currency, wallet_id

    def rows(self, statement: str, to_on: date) -> list[Any]:
        """A statement about the campaign."""
        about = {"program_id": self.campaign.program_id, "campaign_id": self.campaign.campaign_id}
        return list(self.conn.execute(statement, {**about, "to_on": to_on, "wallet_id": self.wallet_id}))

    def since(self, day: date) -> date:
        """The first day of the window that ends with a day."""
        if self.terms.window_days is None:
            return date.min
        return day - timedelta(days=self.terms.window_days - 1)


def _share(on: date, count: int, of: int, sample: int) -> campaigns.Reading:
    low, high = wilson(min(count, of), of)
    value = 100 * count / of if of > 0 else None
    return campaigns.Reading(on=on, value=value, low=100 * low, high=100 * high, sample=sample)


def _redemption_rate(asked: _Asked, days: _Days) -> list[campaigns.Reading]:
    """Coupons of the campaign's pools that were used ÷ coupons issued. Only what was issued at least the line's minimum
    age ago counts, as in `_redeemer_rate`; without a pool it cannot be told."""
    return _ripe_shares(asked, days, asked.rows(SQL["select_coupons"], max(days)))


def _redeemer_rate(asked: _Asked, days: _Days) -> list[campaigns.Reading]:
    """Members who used points since the campaign gave them some ÷ members it gave some. Only who had them for as long
    as the line's minimum age counts: nobody is blamed for the first days."""
    return _ripe_shares(asked, days, asked.rows(SQL["select_first_uses"], max(days)))


def _ripe_shares(asked: _Asked, days: _Days, rows: Sequence[Any]) -> list[campaigns.Reading]:
    """The share that was used of what was given early enough, from rows of (given on, first used on, how many)."""
    found = []
    for day in days:
        until = day - timedelta(days=asked.terms.age_min_days)
        ripe = [(used, n) for first, used, n in rows if asked.since(until) <= first <= until]
        of = sum(n for _, n in ripe)
        found.append(_share(day, sum(n for used, n in ripe if used is not None and used <= day), of, of))
    return found


def _usage_rate(asked: _Asked, days: _Days) -> list[campaigns.Reading]:
    """Points used ÷ points earned by those the campaign gave something, in the window. The interval is that of their
    number, as a member's points go together."""
    rows = asked.rows(SQL["select_points_of_participants"], max(days))
    firsts = asked.rows(SQL["select_first_uses"], max(days))
    found = []
    for day in days:
        within = [(issued, used) for on, issued, used in rows if asked.since(day) <= on <= day]
        issued, used = sum(one for one, _ in within), sum(one for _, one in within)
        sample = sum(n for first, _, n in firsts if first <= day)
        value = 100 * used / issued if issued > 0 else None
        low, high = wilson(round(min(value or 0, 100) * sample / 100), sample)
        found.append(campaigns.Reading(on=day, value=value, low=100 * low, high=100 * high, sample=sample))
    return found


def _budget_burn(asked: _Asked, days: _Days) -> list[campaigns.Reading]:
    """What was given ÷ the budget, of whichever limit is nearest. It is counted, so its interval is a point."""
    given = figures(asked.conn, asked.campaign, to_on=max(days)).days
    budget, unit = asked.campaign.terms.budget, 10 ** money.exponent(asked.currency)
    found = []
    for day in days:
        past = [one for one in given if one.on <= day]
        grants = sum(one.grants for one in past)
        spent = [
            (sum(one.points for one in past), budget.points_max),
            (sum(one.micros for one in past) * unit / _MICROS, budget.money_minor_max),
            (grants, budget.grants_max),
        ]
        shares = [100 * used / most for used, most in spent if most]
        value = max(shares) if shares else None
        found.append(campaigns.Reading(on=day, value=value, low=value or 0, high=value or 0, sample=grants))
    return found


def _cost_per_incremental_order(asked: _Asked, days: _Days) -> list[campaigns.Reading]:
    """What the campaign gave, in money ÷ orders beyond what the holdout would have made. Where there are none it costs
    more than any threshold; it is sure only as far as the number of orders is."""
    given = figures(asked.conn, asked.campaign, to_on=max(days)).days
    unit = 10 ** money.exponent(asked.currency)
    found = []
    for day in days:
        cost = sum(one.micros for one in given if one.on <= day) * unit / _MICROS
        seen = comparison(asked.conn, asked.campaign, asked.policy, to_on=day)
        members = seen.given.members
        best, likely, least = (members * one for one in (seen.orders.high, seen.orders.value, seen.orders.low))
        found.append(
            campaigns.Reading(
                on=day,
                value=_per(cost, likely) if seen.is_measured else None,
                low=_per(cost, best),
                high=_per(cost, least),
                sample=seen.held.members,
            )
        )
    return found


_DEAR = 1e15
"""Stands for a cost without end: something was paid, and nothing came of it."""


def _per(cost: float, orders: float) -> float:
    if cost <= 0:
        return 0.0
    return min(cost / orders, _DEAR) if orders > 0 else _DEAR


_METRICS: Mapping[campaigns.Metric, Callable[[_Asked, _Days], list[campaigns.Reading]]] = {
    "redemption_rate": _redemption_rate,
    "redeemer_rate": _redeemer_rate,
    "usage_rate": _usage_rate,
    "budget_burn": _budget_burn,
    "cost_per_incremental_order": _cost_per_incremental_order,
}
