"""What members and budgets used of the rules' limits, in the room's tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from regulars.kit.db import Conn

from .counting import counted_period
from .limits import LIMIT_POINTS_MAX, Cap, Left, Use, Used, period_start
from .model import Rule
from .store import SQL


def usage(
    conn: Conn,
    program_id: int,
    rules: Iterable[Rule],
    member_ids: Sequence[UUID],
    days: Iterable[date],
    caps: Sequence[Cap] = (),
) -> dict[UUID, Used]:
    """What members got from rules that count it, and of all rules under a cap, in the periods of these local days."""
    counting = {(rule.rule_id, period) for rule in rules if (period := counted_period(rule)) is not None}
    counting |= {(cap.rule_id, cap.period) for cap in caps}
    if not counting:
        return {}
    found: dict[UUID, dict[tuple[int, date], int]] = defaultdict(dict)
    starts = {period_start(period, day) for day in set(days) for _, period in counting}
    asked = {
        "member_ids": list(member_ids),
        "program_id": program_id,
        "rule_ids": sorted({rule_id for rule_id, _ in counting}),
        "periods": sorted(starts),
    }
    for member_id, rule_id, period_on, points in conn.execute(SQL["select_usage"], asked):
        found[member_id][rule_id, period_on] = points
    return dict(found)


def budgets(conn: Conn, program_id: int, rules: Iterable[Rule], *, locked: bool = False) -> Left:
    """What is left of the budgets of these rules, in points by rule; `locked`: nobody else changes it until the end
    of the transaction.
    """
    shared = sorted({r.rule_id for r in rules if r.limits and r.limits.budget_points_max is not None})
    if not shared:
        return {}
    if not locked:
        found = dict(conn.execute(SQL["select_budgets"], {"program_id": program_id, "rule_ids": shared}).fetchall())
        return {rule_id: _open(left) for rule_id, left in found.items()}
    lefts = {}
    for rule_id in shared:
        row = conn.execute(SQL["lock_budget"], {"rule_id": rule_id, "program_id": program_id}).fetchone()
        lefts[rule_id] = _open(row[0]) if row else 0
    return lefts


def _open(left: int | None) -> int:
    """What is left of a budget; one that a later version took away stands in nobody's way."""
    return LIMIT_POINTS_MAX if left is None else left


class BudgetMoved(Exception):
    """Others spent of a budget between reading and writing: decide again, with the budgets locked."""


def use(conn: Conn, program_id: int, uses: Sequence[tuple[UUID, Use]]) -> None:
    """Note what decisions took of limits; the last thing a flow writes, as budgets are shared by all.

    Raises:
        BudgetMoved: a budget no longer holds so much; the caller rolls back to before it decided.
    """
    by_member: dict[tuple[UUID, int, date], int] = defaultdict(int)
    by_rule: dict[int, int] = defaultdict(int)
    for member_id, one in uses:
        if one.of_member:
            by_member[member_id, one.rule_id, one.period_on] += one.points
        if one.of_budget:
            by_rule[one.rule_id] += one.points
    if by_member:
        columns = list(zip(*by_member, strict=True))
        conn.execute(
            SQL["add_usage"],
            {
                "program_id": program_id,
                "member_id": list(columns[0]),
                "rule_id": list(columns[1]),
                "period_on": list(columns[2]),
                "points": list(by_member.values()),
            },
        )
    for rule_id, points in sorted(by_rule.items()):
        spent = conn.execute(SQL["spend_budget"], {"rule_id": rule_id, "program_id": program_id, "points": points})
        if spent.fetchone() is None:
            raise BudgetMoved
