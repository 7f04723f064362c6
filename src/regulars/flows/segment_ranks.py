"""Sets of tiers that go by segments: whose conditions hold, asked of many members at once."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import tiers

from . import wording
from .plan import Plan


def check(plan: Plan, ladder: tiers.Ladder) -> tiers.Ladder:
    """The ladder with its conditions in their canonical spelling.

    Raises:
        RuleInvalid: one of them cannot be read or makes no sense; the facts say where.
    """
    if ladder.metric is not tiers.Metric.SEGMENT:
        return ladder
    return tiers.with_conditions(
        ladder, {tier.tier_id: _condition(plan, tier).text for tier in ladder.tiers if tier.condition}
    )


def _condition(plan: Plan, tier: tiers.Tier) -> conditions.Condition:
    return wording.parsed(plan, tier.condition, conditions.Scope.SEGMENT)


def needs(plan: Plan, tier: tiers.Tier, language: str) -> str:
    """Who has this tier, in words; empty where no condition says it."""
    return wording.said(plan, tier.condition, conditions.Scope.SEGMENT).get("zh" if language == "zh" else "en", "")


def ranks(
    conn: Conn, plan: Plan, ladder: tiers.Ladder, member_ids: Iterable[UUID], *, at: datetime, today: date
) -> dict[UUID, int]:
    """The rank of the highest tier whose condition each member meets; 0 for the lowest. A few statements for all."""
    found = dict.fromkeys(member_ids, 0)
    open_ids = set(found)
    for tier in reversed(ladder.tiers[1:]):
        condition = _condition(plan, tier)
        rule = wording.compiled(plan, tier.condition, conditions.Scope.SEGMENT)
        program_id = plan.program.program_id
        subjects = conditions.members(conn, condition, open_ids, program_id=program_id, at=at, today=today)
        matching = {one for one, subject in subjects.items() if _is_met(rule, subject)}
        found |= dict.fromkeys(matching, tier.rank)
        open_ids -= matching
    return found


def _is_met(rule: conditions.Rule, subject: Mapping[str, Any]) -> bool:
    return rule(subject["member"], subject["now"], subject["today"])


def rising(conn: Conn, plan: Plan, ladder: tiers.Ladder, *, at: datetime, today: date, limit: int) -> list[UUID]:
    """Members who meet the condition of a higher tier than they hold, those of the highest first: set-based."""
    for tier in reversed(ladder.tiers[1:]):
        found = tiers.rising_among(conn, ladder, tier, _statement(plan, tier, at=at, today=today), limit=limit)
        if found:
            return found
    return []


def _statement(plan: Plan, tier: tiers.Tier, *, at: datetime, today: date) -> tuple[str, Mapping[str, Any]]:
    return conditions.as_sql(
        _condition(plan, tier), dialect="postgres", program_id=plan.program.program_id, at=at, today=today
    )


def standings(
    conn: Conn, plan: Plan, ladder: tiers.Ladder, *, at: datetime, today: date, everybody: int
) -> dict[tuple[int, int], int]:
    """How many members hold one tier of this set and reach another: what its conditions mean today."""
    held: dict[UUID, int] = {}
    lowest = ladder.tiers[0].tier_id
    found: dict[tuple[int, int], int] = {}
    counted: set[UUID] = set()
    for tier in reversed(ladder.tiers[1:]):
        statement, parameters = _statement(plan, tier, at=at, today=today)
        matching = {row[0] for row in conn.execute(statement, parameters)} - counted
        held = {
            one: holding.tier_id for one, holding in tiers.holdings(conn, sorted(matching), ladder.ladder_id).items()
        }
        for one in matching:
            cell = (held.get(one, lowest), tier.tier_id)
            found[cell] = found.get(cell, 0) + 1
        counted |= matching
    for tier_id, count in tiers.headcount(conn, ladder.program_id, ladder.ladder_id).items():
        seen = sum(n for (from_id, _), n in found.items() if from_id == tier_id)
        if tier_id != lowest and count > seen:
            found[tier_id, lowest] = count - seen
    found[lowest, lowest] = everybody - sum(n for cell, n in found.items() if cell != (lowest, lowest))
    return found
