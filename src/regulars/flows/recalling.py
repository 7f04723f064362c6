"""What members did before, as far as the plan's rules ask: read once a batch, and carried on from order to order.

A purchase sees what lies before its own moment, so a batch may be cut anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.audience import conditions
from regulars.kit import clock
from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

from .plan import Plan

DAYS_BACK = 400
"""How far before a purchase days are read, where nothing asks for all of them."""
ROWS_MAX = 10_001
"""One more than a condition goes over: then it is told, not cut."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A member's days, orders, lines bought and points, as far as they are asked for."""

    days: tuple[tiers.Tally, ...] = ()
    orders: tuple[Mapping[str, Any], ...] = ()
    lines: tuple[Mapping[str, Any], ...] = ()
    points: int = 0


NOTHING = Past()


def recall(
    conn: Conn, plan: Plan, asked: Mapping[UUID, Sequence[datetime]], accounts: Mapping[UUID, UUID], *, today: date
) -> dict[UUID, Past]:
    """What is needed of these members, each asked about at some moments; nothing is read where no rule asks."""
    needs, ids = plan.needs, list(asked)
    moments = [at for of in asked.values() for at in of]
    if not moments:
        return {}
    first, last = min(moments), max(moments)
    days: Mapping[UUID, Sequence[tiers.Tally]] = {}
    orders, lines, points = {}, {}, {}
    if needs.of_days:
        on = plan.program.local_date(first)
        since = clock.EVER if needs.of_all_days else on - timedelta(days=DAYS_BACK)
        days = tiers.tallies(conn, dict.fromkeys(ids, (since, clock.NEVER)))
    if (reach := needs.rows.get("orders")) is not None:
        orders = activities.past_orders(conn, ids, since=_before(first, reach), until=last, rows_max=ROWS_MAX)
    if (reach := needs.rows.get("lines")) is not None:
        lines = activities.past_lines(conn, ids, since=_before(first, reach), until=last, rows_max=ROWS_MAX)
    if "points" in needs.fields:
        keepers = sorted(set(accounts.values()))
        found = ledger.balances(conn, keepers, wallet=plan.wallet, today=today)
        points = {member_id: found[account_id].spendable for member_id, account_id in accounts.items()}
    return {
        member_id: Past(
            days=tuple(days.get(member_id, ())),
            orders=tuple(orders.get(member_id, ())),
            lines=tuple(lines.get(member_id, ())),
            points=points.get(member_id, 0),
        )
        for member_id in ids
    }


def _before(at: datetime, reach: timedelta) -> datetime:
    floor = datetime(1970, 1, 1, tzinfo=at.tzinfo)
    return max(floor, at - reach) if reach < at - floor else floor


def subject(
    plan: Plan,
    past: Past,
    standing: members.Standing,
    holding: tiers.Holding | None,
    activity: Mapping[str, Any],
    *,
    on: date,
) -> earning.Subject:
    """A purchase or an event and its member, as conditions see them, at its own moment."""
    needs, at = plan.needs, activity["at"]
    member: dict[str, Any] = {
        "status": standing.status.name.lower(),
        "language": standing.language,
        "channel": standing.channel or None,
        "enrolled_at": standing.enrolled_at or at,
        "enrolled_on": standing.enrolled_on,
        "birth_on": standing.birth_on,
        "tier": plan.tier_codes[plan.ladder.tier(holding.tier_id).tier_id if holding else plan.ladder.tiers[0].tier_id],
        "tier_since": holding.since_at if holding else None,
        "tier_review_on": holding.review_on if holding else None,
        "points": past.points,
    }
    if past.days or needs.fields:
        member |= conditions.counters(past.days, needs.fields, today=on)
    for relation in needs.rows:
        rows: Iterable[Mapping[str, Any]] = getattr(past, relation)
        member[relation] = [row for row in rows if row["at"] < at]
    return earning.Subject(activity=activity, member=member, at=at, on=on)


def with_order(
    plan: Plan, past: Past, order: activities.Order, tally: tiers.Tally, award_points: int, usable: int
) -> Past:
    """The past once an order is part of it; `usable` are the points that can be spent at once."""
    needs = plan.needs
    common = {
        "at": order.occurred_at,
        "local_date": tally.on_date,
        "source": order.source,
        "store": order.store or None,
        "channel": order.channel or None,
    }
    orders, lines = past.orders, past.lines
    if "orders" in needs.rows:
        total = {"total": order.total_minor, "net": order.total_minor, "returned": 0, "points": award_points}
        orders = (*orders, {**common, **total})
    if "lines" in needs.rows:
        lines = (*lines, *({**common, **_line(line)} for line in order.lines))
    days = (*past.days, tally) if needs.of_days else past.days
    return Past(days=days, orders=orders, lines=lines, points=past.points + usable)


def _line(line: activities.Line) -> dict[str, Any]:
    return {
        "kind": line.kind.name.lower(),
        "sku": line.sku or None,
        "category": line.category or None,
        "quantity": line.quantity,
        "amount": line.amount_minor,
        "returned": 0,
    }


def without_old(plan: Plan, past: Past, at: datetime) -> Past:
    """The past without what no purchase from this moment on can ask for: for those who live through years of orders."""
    rows: dict[str, Any] = {}
    for relation, reach in plan.needs.rows.items():
        known: tuple[Mapping[str, Any], ...] = getattr(past, relation)
        since = _before(at, reach)
        if known and known[0]["at"] < since:
            rows[relation] = tuple([row for row in known if row["at"] >= since])
    return replace(past, **rows) if rows else past


def with_event(plan: Plan, past: Past, tally: tiers.Tally, usable: int) -> Past:
    """The past once an event is part of it."""
    days = (*past.days, tally) if plan.needs.of_days and tally.points else past.days
    return replace(past, days=days, points=past.points + usable)
