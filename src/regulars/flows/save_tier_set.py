"""The terms of a set of tiers change: checked, seen beforehand, at once or from a day on, taken back, undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import members

from . import segment_ranks
from .plan import Plan

_SAMPLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSetSaved:
    """The version a set has now, or will have on a day; `is_new` unless these were its terms already."""

    version: int
    is_new: bool
    is_scheduled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMoves:
    """Who would move under other terms: how many members have and would reach each tier, by tier id, how many go up
    at once and how many down at their review, and some of those who would fall."""

    now: Mapping[int, int]
    then: Mapping[int, int]
    up: int
    down: int
    is_harder: bool
    falling: Sequence[UUID]


def save_tier_set(
    conn: Conn,
    plan: Plan,
    ladder: tiers.Ladder,
    *,
    by: str,
    at: datetime,
    effective_on: date | None = None,
    note: str = "",
) -> TierSetSaved:
    """Save the terms of a set as a new version, or as that of `effective_on`.

    Raises:
        LadderInvalid, LadderTermsInvalid, LadderChanged, NoticeTooShort: the tiers room's.
        RuleInvalid: a condition of this set, or one of another that names its tiers, cannot be read.
    """
    today = plan.program.local_date(at)
    if ladder.metric is tiers.Metric.STATUS and plan.status_wallet_id is None:
        raise tiers.LadderTermsInvalid("This program keeps no wallet of status points.")
    checked = _readable(plan, ladder)
    known = tiers.ladders(conn, plan.program.program_id)
    before = next((one for one in known if one.ladder_id == ladder.ladder_id), None)
    version = tiers.save(conn, checked, by=by, at=at, today=today, effective_on=effective_on, note=note)
    is_new = before is None or version != before.version
    is_scheduled = is_new and before is not None and effective_on is not None and effective_on > today
    return TierSetSaved(version=version, is_new=is_new, is_scheduled=is_scheduled)


def _readable(plan: Plan, ladder: tiers.Ladder) -> tiers.Ladder:
    """The set with its conditions as they are spelled, once every set's can be read under the new terms."""
    after = replace(plan, ladder=ladder) if ladder.is_main else plan
    for other in after.further_ladders:
        if other.ladder_id != ladder.ladder_id:
            segment_ranks.check(after, other)
    return segment_ranks.check(after, ladder)


def undo_tier_set(
    conn: Conn, plan: Plan, ladder: tiers.Ladder, version: int, *, by: str, at: datetime, effective_on: date | None
) -> TierSetSaved:
    """Give a set the terms of an earlier version again, as a new one.

    Raises:
        LadderUnknown: it has no such version.
        Those of `save_tier_set`.
    """
    earlier = tiers.version(conn, plan.program.program_id, ladder.ladder_id, version).ladder
    wanted = replace(earlier, version=ladder.version)
    note = f"version {version} again"
    return save_tier_set(conn, plan, wanted, by=by, at=at, effective_on=effective_on, note=note)


def preview_tier_set(conn: Conn, plan: Plan, ladder: tiers.Ladder, *, at: datetime) -> TierMoves:
    """Who would move if these were the terms today; nothing is written.

    Raises:
        LadderInvalid, RuleInvalid: as at saving.
    """
    today = plan.program.local_date(at)
    tiers.check_ladder(ladder)
    checked = _readable(plan, ladder)
    cells = standings(conn, plan, checked, at=at)
    now, then, up, down = tally(checked, cells)
    before = next((one for one in plan.ladders if one.ladder_id == ladder.ladder_id), None)
    above = [tier.tier_id for tier in checked.tiers[1:]]
    return TierMoves(
        now=now,
        then=then,
        up=up,
        down=down,
        is_harder=before is not None and tiers.is_harder(before, checked),
        falling=tiers.short(conn, checked, above, today=today, limit=_SAMPLE) if down else [],
    )


def standings(conn: Conn, plan: Plan, ladder: tiers.Ladder, *, at: datetime) -> Mapping[tuple[int, int], int]:
    """How many members hold one tier of a set, saved or not, and reach another today."""
    today = plan.program.local_date(at)
    if ladder.metric is tiers.Metric.SEGMENT:
        everybody = members.count(conn, plan.program.program_id)
        return segment_ranks.standings(conn, plan, ladder, at=at, today=today, everybody=everybody)
    return tiers.standings(conn, ladder, today=today)


def tally(
    ladder: tiers.Ladder, cells: Mapping[tuple[int, int], int]
) -> tuple[dict[int, int], dict[int, int], int, int]:
    """Of such counts: by tier held, by tier reached, how many reach more than they hold, and less."""
    now, then = ({tier.tier_id: 0 for tier in ladder.tiers} for _ in range(2))
    up = down = 0
    for (held, reached), count in cells.items():
        from_rank, to_rank = ladder.tier(held).rank, ladder.tier(reached).rank
        now[ladder.tier(held).tier_id] += count
        then[reached] += count
        up += count if to_rank > from_rank else 0
        down += count if to_rank < from_rank else 0
    return now, then, up, down
