"""Which tables are about members, and what is kept of whom for how long: the house's register."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from regulars.audience import segments
from regulars.kit import personal
from regulars.kit.db import Conn
from regulars.kit.personal import Personal
from regulars.program import campaigns, challenges, coupons, earning, experiences, guard, referrals, rewards, tiers
from regulars.records import access, activities, audit, ledger, members, outbox, privacy

REGISTER: tuple[Personal, ...] = (
    *members.PERSONAL,
    *privacy.PERSONAL,
    *activities.PERSONAL,
    *ledger.PERSONAL,
    *tiers.PERSONAL,
    *rewards.PERSONAL,
    *coupons.PERSONAL,
    *challenges.PERSONAL,
    *campaigns.PERSONAL,
    *experiences.PERSONAL,
    *referrals.PERSONAL,
    *guard.PERSONAL,
    *segments.PERSONAL,
    *earning.PERSONAL,
    *outbox.PERSONAL,
    *audit.PERSONAL,
    *access.PERSONAL,
)
"""Every table with a member in it. A house test holds that none is missing."""
OVERDUE_MAX = 100_000
"""So many rows are counted in a dry run; more are told as this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table whose rows end by age: how many days they stay, and how many of them are too old now."""

    part: Personal
    keep_days: int
    overdue: int


def of_member(conn: Conn, member_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of a member, by table; empty ones are left out."""
    found = {part.table: personal.rows(conn, part, member_id) for part in REGISTER}
    return {table: rows for table, rows in found.items() if rows}


def retention(conn: Conn, program_id: int, *, at: datetime) -> Iterator[Kept]:
    """What would be forgotten by age now; nothing is changed."""
    said = privacy.retention(conn, program_id)
    for part in REGISTER:
        if part.aged:
            days = said.get(part.table, part.keep_days or 0)
            overdue = personal.overdue(conn, part, before_at=at - timedelta(days=days), limit=OVERDUE_MAX)
            yield Kept(part=part, keep_days=days, overdue=overdue)


def forget_old(conn: Conn, kept: Kept, *, at: datetime, limit: int) -> int:
    """Forget rows of one table that are too old, at most so many; answers how many."""
    return personal.forget(conn, kept.part, before_at=at - timedelta(days=kept.keep_days), limit=limit)
