"""What a new day means for tiers: changes that wait for it, reviews, notices of falls, and who reaches more.

Nobody falls unannounced: who would lose a tier is told `notice_days` before, and falls only after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import tiers
from regulars.records import members, outbox

from . import changes, segment_ranks
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What was done about the tiers of some members."""

    upgraded: int = 0
    downgraded: int = 0
    kept: int = 0
    warned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Members of one set whom something is due for."""

    ladder: tiers.Ladder
    member_ids: Sequence[UUID] = ()


def up_to_date(conn: Conn, plan: Plan, *, today: date) -> Plan:
    """The plan with the sets of tiers as they are in force today: changes that waited for this day begin."""
    tiers.take_effect(conn, plan.program.program_id, today=today)
    main, *further = tiers.ladders(conn, plan.program.program_id)
    live = tuple(ladder for ladder in further if ladder.is_live)
    if (main, live) == (plan.ladder, plan.further_ladders):
        return plan
    return replace(plan, ladder=main, further_ladders=live)


def due(conn: Conn, plan: Plan, *, today: date, limit: int) -> Due:
    """Whose tiers are to be reviewed: of the first set that has some."""
    for ladder in plan.ladders:
        found = tiers.due(conn, ladder.program_id, today=today, limit=limit, ladder_id=ladder.ladder_id)
        if found:
            return Due(ladder=ladder, member_ids=found)
    return Due(ladder=plan.ladder)


def review(conn: Conn, plan: Plan, found: Due, *, today: date, at: datetime) -> Reviewed:
    """Review these members, whom the caller has locked."""
    ladder = found.ladder
    standings = _read(conn, plan, found, today=today, at=at)
    after: list[tuple[UUID, tiers.Holding]] = []
    moves: list[tiers.Move] = []
    told: list[tiers.Notice] = []
    up = 0
    for one in standings:
        holding, amount = tiers.review(
            ladder, one.holding, one.tallies, at=at, today=today, joined_on=one.joined_on, amount=one.rank
        )
        after.append((one.member_id, holding))
        if holding.falls_on is not None:
            told.append(_notice(ladder, one.member_id, holding, amount, today))
        elif holding.tier_id != one.holding.tier_id:
            up += ladder.held(holding).rank > ladder.held(one.holding).rank
            moves.append(_move(ladder, one, holding, amount, cause="review", at=at))
    tiers.hold(conn, ladder.program_id, after, moves)
    outbox.add(conn, ladder.program_id, list(changes.moved(plan, moves, at=at)))
    tiers.tell(conn, ladder.program_id, told)
    kept = len(after) - len(moves) - len(told)
    return Reviewed(upgraded=up, downgraded=len(moves) - up, kept=kept, warned=len(told))


def warn(conn: Conn, plan: Plan, *, today: date, at: datetime, limit: int) -> Reviewed | None:
    """Look at those whose review comes near and tell who will fall what is missing; None when nobody is left."""
    for ladder in plan.ladders:
        near = tiers.nearing(conn, ladder, today=today, limit=limit)
        if not near:
            continue
        members.lock_standing(conn, ladder.program_id, near)
        after: list[tuple[UUID, tiers.Holding]] = []
        told: list[tiers.Notice] = []
        for one in _read(conn, plan, Due(ladder=ladder, member_ids=near), today=today, at=at):
            amount = one.rank
            if amount is None:
                amount = tiers.expected(ladder, one.holding, one.tallies, one.joined_on)
            holding = tiers.looked_at(ladder, one.holding, amount, today=today)
            after.append((one.member_id, holding))
            if holding.falls_on is not None:
                told.append(_notice(ladder, one.member_id, holding, amount, today))
        tiers.hold(conn, ladder.program_id, after, ())
        tiers.tell(conn, ladder.program_id, told)
        return Reviewed(warned=len(told), kept=len(after) - len(told))
    return None


def raise_all(conn: Conn, plan: Plan, *, today: date, at: datetime, limit: int) -> Reviewed | None:
    """Move up who reaches more than they hold: where terms are new, and by segments every day; None when all are."""
    known = {ladder.ladder_id: ladder for ladder in plan.ladders}
    for ladder_id in tiers.unjudged(conn, plan.program.program_id, today=today):
        if ladder_id not in known:
            continue
        ladder = known[ladder_id]
        if ladder.metric is tiers.Metric.SEGMENT:
            found = segment_ranks.rising(conn, plan, ladder, at=at, today=today, limit=limit)
        else:
            found = tiers.rising(conn, ladder, today=today, limit=limit)
        up = _raise(conn, plan, Due(ladder=ladder, member_ids=found), today=today, at=at) if found else 0
        if up:
            return Reviewed(upgraded=up)
        tiers.note_judged(conn, ladder, today=today)
    return None


def _raise(conn: Conn, plan: Plan, found: Due, *, today: date, at: datetime) -> int:
    ladder = found.ladder
    members.lock_standing(conn, ladder.program_id, found.member_ids)
    held = tiers.holdings(conn, found.member_ids, ladder.ladder_id)
    joined = tiers.joined(conn, found.member_ids)
    spans = {one: tiers.span([ladder], today, joined.get(one, today)) for one in found.member_ids}
    tallies = tiers.tallies(conn, spans)
    by_rank = _ranks(conn, plan, ladder, found.member_ids, at=at, today=today)
    after: list[tuple[UUID, tiers.Holding]] = []
    moves: list[tiers.Move] = []
    for one in found.member_ids:
        amount = by_rank.get(one)
        if amount is None:
            amount = tiers.reached(ladder, tallies.get(one, ()), today, joined.get(one, today))
        holding = tiers.reassess(ladder, held.get(one), amount, at=at, on=today, joined_on=joined.get(one, today))
        if holding is None:
            continue
        after.append((one, holding))
        moves.append(
            tiers.Move(
                member_id=one,
                moved_at=at,
                from_tier_id=ladder.held(held.get(one)).tier_id,
                to_tier_id=holding.tier_id,
                cause="change" if ladder.metric is not tiers.Metric.SEGMENT else "reached",
                reached=amount,
                ladder_id=ladder.ladder_id,
            )
        )
    tiers.hold(conn, ladder.program_id, after, moves)
    outbox.add(conn, ladder.program_id, list(changes.moved(plan, moves, at=at)))
    return len(moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    member_id: UUID
    holding: tiers.Holding
    tallies: Sequence[tiers.Tally]
    joined_on: date
    rank: int | None


def _read(conn: Conn, plan: Plan, found: Due, *, today: date, at: datetime) -> list[_Standing]:
    ladder = found.ladder
    held = tiers.holdings(conn, found.member_ids, ladder.ladder_id)
    joined = tiers.joined(conn, list(held))
    spans = {}
    for one, holding in held.items():
        days = [*tiers.review_days(ladder, holding, today), tiers.expected_on(ladder, holding)]
        starts = [tiers.window_start(ladder, day, joined.get(one, today)) for day in days]
        spans[one] = (min(starts), max(starts))
    tallies = tiers.tallies(conn, spans)
    ranks = _ranks(conn, plan, ladder, list(held), at=at, today=today)
    return [
        _Standing(
            member_id=one,
            holding=holding,
            tallies=tallies.get(one, []),
            joined_on=joined.get(one, today),
            rank=ranks.get(one),
        )
        for one, holding in held.items()
    ]


def _ranks(
    conn: Conn, plan: Plan, ladder: tiers.Ladder, member_ids: Sequence[UUID], *, at: datetime, today: date
) -> dict[UUID, int]:
    if ladder.metric is not tiers.Metric.SEGMENT:
        return {}
    return segment_ranks.ranks(conn, plan, ladder, member_ids, at=at, today=today)


def _notice(ladder: tiers.Ladder, member_id: UUID, holding: tiers.Holding, amount: int, today: date) -> tiers.Notice:
    assert holding.falls_on is not None
    return tiers.Notice(
        member_id=member_id,
        ladder_id=ladder.ladder_id,
        falls_on=holding.falls_on,
        told_on=today,
        tier_id=holding.tier_id,
        falls_to=tiers.landing(ladder, holding, amount).tier_id,
        missing=ladder.held(holding).threshold - amount,
    )


def _move(
    ladder: tiers.Ladder, one: _Standing, holding: tiers.Holding, amount: int, *, cause: str, at: datetime
) -> tiers.Move:
    return tiers.Move(
        member_id=one.member_id,
        moved_at=at,
        from_tier_id=ladder.held(one.holding).tier_id,
        to_tier_id=holding.tier_id,
        cause=cause,
        reached=amount,
        ladder_id=ladder.ladder_id,
    )
