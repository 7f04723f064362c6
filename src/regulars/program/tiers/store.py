"""The only code that touches where members stand: days, holdings, moves, notices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from regulars.kit import clock, ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import MAIN, Holding, Ladder, Metric, Move, Notice, Progress, Tally, Tier, Window

SQL = sql.load("regulars.program.tiers")


def tallies(conn: Conn, spans: Mapping[UUID, tuple[date, date]]) -> dict[UUID, list[Tally]]:
    """What members did from the first day of their span; days from the second on come as one sum."""
    found: dict[UUID, list[Tally]] = defaultdict(list)
    rows = conn.execute(
        SQL["select_tallies"],
        {
            "member_id": list(spans),
            "from_on": [span[0] for span in spans.values()],
            "whole_on": [span[1] for span in spans.values()],
        },
        binary=True,
    )
    for member_id, on_date, spend_minor, points, orders in rows:
        found[member_id].append(Tally(on_date, spend_minor, points, orders))
    return found


def add_tallies(conn: Conn, additions: Iterable[tuple[UUID, Tally]]) -> None:
    """Add to members' days (negative for returns); several additions to one day are summed first."""
    sums: dict[tuple[UUID, date], list[int]] = {}
    for member_id, tally in additions:
        day = sums.setdefault((member_id, tally.on_date), [0, 0, 0])
        day[0] += tally.spend_minor
        day[1] += tally.points
        day[2] += tally.orders
    if sums:
        conn.execute(
            SQL["add_tallies"],
            {
                "member_id": [key[0] for key in sums],
                "on_date": [key[1] for key in sums],
                "spend_minor": [day[0] for day in sums.values()],
                "points": [day[1] for day in sums.values()],
                "orders": [day[2] for day in sums.values()],
            },
        )


def _holding(row: Sequence[object]) -> Holding:
    tier_id, since_at, review_on, ladder_id, falls_on, is_manual, looked_for = row[1:]
    return Holding(
        tier_id=tier_id,  # type: ignore[arg-type]
        since_at=since_at,  # type: ignore[arg-type]
        review_on=review_on,  # type: ignore[arg-type]
        ladder_id=ladder_id,  # type: ignore[arg-type]
        falls_on=falls_on,  # type: ignore[arg-type]
        is_manual=is_manual,  # type: ignore[arg-type]
        looked_for=looked_for,  # type: ignore[arg-type]
    )


def holdings(conn: Conn, member_ids: Sequence[UUID], ladder_id: int = MAIN) -> dict[UUID, Holding]:
    """The tiers members hold on one ladder; who is not in the answer has the lowest."""
    asked = {"member_ids": list(member_ids), "ladder_id": ladder_id}
    return {row[0]: _holding(row) for row in conn.execute(SQL["select_holdings"], asked, binary=True)}


def all_holdings(conn: Conn, member_ids: Sequence[UUID]) -> dict[UUID, dict[int, Holding]]:
    """The tiers members hold, by ladder."""
    found: dict[UUID, dict[int, Holding]] = defaultdict(dict)
    for row in conn.execute(SQL["select_all_holdings"], {"member_ids": list(member_ids)}, binary=True):
        found[row[0]][row[4]] = _holding(row)
    return found


def hold(conn: Conn, program_id: int, held: Iterable[tuple[UUID, Holding]], moves: Sequence[Move]) -> None:
    """Write new holdings and the moves that led to them. A move that was written before stays as it is."""
    rows = list(held)
    if rows:
        conn.execute(
            SQL["upsert_holdings"],
            {
                "program_id": program_id,
                "member_id": [member_id for member_id, _ in rows],
                "ladder_id": [holding.ladder_id for _, holding in rows],
                "tier_id": [holding.tier_id for _, holding in rows],
                "since_at": [holding.since_at for _, holding in rows],
                "review_on": [holding.review_on for _, holding in rows],
                "due_on": [holding.due_on for _, holding in rows],
                "falls_on": [holding.falls_on for _, holding in rows],
                "looked_for": [holding.looked_for for _, holding in rows],
                "is_manual": [holding.is_manual for _, holding in rows],
            },
        )
    if moves:
        conn.execute(
            SQL["insert_moves"],
            {
                "program_id": program_id,
                "member_id": [move.member_id for move in moves],
                "move_id": [move.move_id or ids.uuid7() for move in moves],
                "ladder_id": [move.ladder_id for move in moves],
                "moved_at": [move.moved_at for move in moves],
                "from_tier_id": [move.from_tier_id for move in moves],
                "to_tier_id": [move.to_tier_id for move in moves],
                "cause": [move.cause for move in moves],
                "reached": [move.reached for move in moves],
                "by_name": [move.by for move in moves],
                "reason": [move.reason for move in moves],
                "until_on": [move.until for move in moves],
            },
        )


def release(conn: Conn, member_ids: Sequence[UUID]) -> None:
    """Take all tiers of members away without a move: they are no members any more."""
    conn.execute(SQL["delete_holdings"], {"member_ids": list(member_ids)})


def let_go(conn: Conn, member_id: UUID, ladder_id: int) -> None:
    """Take the tier of one ladder away without a move: the member has its lowest."""
    conn.execute(SQL["delete_holding"], {"member_id": member_id, "ladder_id": ladder_id})


def days(conn: Conn, member_id: UUID) -> list[Tally]:
    """Everything a member ever did, day by day."""
    return tallies(conn, {member_id: (clock.EVER, clock.NEVER)}).get(member_id, [])


def moves(conn: Conn, member_id: UUID, *, limit: int, ladder_ids: Sequence[int] = (MAIN,)) -> list[Move]:
    """A member's steps up and down, newest first; on the main ladder unless others are named."""
    asked = {"member_id": member_id, "ladder_ids": list(ladder_ids), "limit": limit}
    return [_move(row) for row in conn.execute(SQL["select_moves"], asked)]


def move(conn: Conn, member_id: UUID, move_id: UUID) -> Move | None:
    """One step, by the id a person's action gave it."""
    row = conn.execute(SQL["select_move"], {"member_id": member_id, "move_id": move_id}).fetchone()
    return _move(row) if row else None


def _move(row: Sequence[object]) -> Move:
    names = (
        "member_id", "moved_at", "from_tier_id", "to_tier_id", "cause", "reached", "ladder_id", "by", "reason", "until",
        "move_id",
    )  # fmt: skip
    return Move(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]


def due(conn: Conn, program_id: int, *, today: date, limit: int, ladder_id: int = MAIN) -> list[UUID]:
    """Members whose tier must be looked at again."""
    asked = {"program_id": program_id, "ladder_id": ladder_id, "today": today, "limit": limit}
    return [row[0] for row in conn.execute(SQL["select_due"], asked)]


def nearing(conn: Conn, ladder: Ladder, *, today: date, limit: int) -> list[UUID]:
    """Members whose review is so near that they are told what is missing, and who were not looked at for it."""
    if not ladder.notice_days:
        return []
    asked = {
        "program_id": ladder.program_id,
        "ladder_id": ladder.ladder_id,
        "today": today,
        "until": today + timedelta(days=ladder.notice_days),
        "lowest": ladder.tiers[0].tier_id,
        "limit": limit,
    }
    return [row[0] for row in conn.execute(SQL["select_nearing"], asked)]


def tell(conn: Conn, program_id: int, notices: Sequence[Notice]) -> None:
    """Write down what members are told of tiers that end, each end once."""
    if notices:
        conn.execute(
            SQL["insert_notices"],
            {
                "program_id": program_id,
                "member_id": [one.member_id for one in notices],
                "ladder_id": [one.ladder_id for one in notices],
                "falls_on": [one.falls_on for one in notices],
                "told_on": [one.told_on for one in notices],
                "tier_id": [one.tier_id for one in notices],
                "falls_to": [one.falls_to for one in notices],
                "missing": [one.missing for one in notices],
            },
        )


def notices(conn: Conn, member_id: UUID) -> list[Notice]:
    """What a member was ever told of tiers that end, latest end first."""
    names = ("member_id", "ladder_id", "falls_on", "told_on", "tier_id", "falls_to", "missing")
    rows = conn.execute(SQL["select_notices"], {"member_id": member_id})
    return [Notice(**dict(zip(names, row, strict=True))) for row in rows]


def falling(conn: Conn, program_id: int) -> int:
    """How many members were told that they lose a tier."""
    row = conn.execute(SQL["count_falling"], {"program_id": program_id}).fetchone()
    return int(row[0]) if row else 0


def headcount(conn: Conn, program_id: int, ladder_id: int = MAIN) -> dict[int, int]:
    """How many members hold each tier of a ladder, by tier id."""
    return dict(conn.execute(SQL["count_holdings"], {"program_id": program_id, "ladder_id": ladder_id}).fetchall())


def standings(conn: Conn, ladder: Ladder, *, today: date) -> dict[tuple[int, int], int]:
    """How many members hold one tier (by id; the lowest for nobody's) and reach another of this ladder today."""
    asked = {**_counting(ladder, today), "thresholds": [tier.threshold for tier in ladder.tiers]}
    lowest = ladder.tiers[0].tier_id
    found: dict[tuple[int, int], int] = defaultdict(int)
    for tier_id, step, count in conn.execute(SQL["count_standings"], asked):
        found[tier_id or lowest, ladder.tiers[step - 1].tier_id] += count
    return found


def reaching(conn: Conn, ladder: Ladder, *, today: date) -> dict[int, int]:
    """How many members reach at least each tier of this ladder, saved or not."""
    counts = {tier.tier_id: 0 for tier in ladder.tiers}
    for (_, tier_id), count in standings(conn, ladder, today=today).items():
        for tier in ladder.tiers:
            counts[tier.tier_id] += count if tier.rank <= ladder.tier(tier_id).rank else 0
    return counts


def rising(conn: Conn, ladder: Ladder, *, today: date, limit: int) -> list[UUID]:
    """Members who reach more on this ladder than they hold, those of the highest tier first."""
    for tier in reversed(ladder.tiers[1:]):
        enough = [other.tier_id for other in ladder.tiers if other.rank >= tier.rank]
        asked = {**_counting(ladder, today), "threshold": tier.threshold, "enough": enough, "limit": limit}
        found = [row[0] for row in conn.execute(SQL["select_rising"], asked)]
        if found:
            return found
    return []


def short(conn: Conn, ladder: Ladder, tier_ids: Sequence[int], *, today: date, limit: int) -> list[UUID]:
    """Some members who hold one of these tiers and reach less than it takes on this ladder, saved or not."""
    if ladder.metric is Metric.SEGMENT:
        return []
    asked = {
        **_counting(ladder, today),
        "tier_id": list(tier_ids),
        "threshold": [ladder.tier(tier_id).threshold for tier_id in tier_ids],
        "limit": limit,
    }
    return [row[0] for row in conn.execute(SQL["select_short"], asked)]


_EVERYBODY = "select m.member_id from facts.member as m where m.program_id = %(program_id)s"


def rising_among(
    conn: Conn, ladder: Ladder, tier: Tier, matching: tuple[str, Mapping[str, object]], *, limit: int
) -> list[UUID]:
    """Members whom a statement finds (`member_id`; with its parameters) and who hold less than this tier."""
    statement, parameters = matching
    asked = {
        "program_id": ladder.program_id,
        "ladder_id": ladder.ladder_id,
        "enough": [other.tier_id for other in ladder.tiers if other.rank >= tier.rank],
        "limit": limit,
    }
    found = conn.execute(SQL["select_rising_among"].replace(_EVERYBODY, statement), {**asked, **parameters})
    return [row[0] for row in found]


def _counting(ladder: Ladder, today: date) -> dict[str, object]:
    is_joined = ladder.window is Window.JOINED
    return {
        "program_id": ladder.program_id,
        "ladder_id": ladder.ladder_id,
        "metric": ladder.metric,
        "is_joined": is_joined,
        "window_months": ladder.window_months,
        "today": today,
        "from_on": today if is_joined else rules.window_start(ladder, today),
    }


def joined(conn: Conn, member_ids: Sequence[UUID]) -> dict[UUID, date]:
    """The local day on which members joined."""
    return dict(conn.execute(SQL["select_joined"], {"member_ids": list(member_ids)}).fetchall())


def standing(conn: Conn, ladder: Ladder, member_id: UUID, *, today: date, rank: int | None = None) -> Progress:
    """Where one member stands today. `rank` is what their segments make them, where a ladder goes by segments."""
    joined_on = joined(conn, [member_id]).get(member_id, today) if ladder.window is Window.JOINED else None
    holding = holdings(conn, [member_id], ladder.ladder_id).get(member_id)
    span = rules.span([ladder], today, joined_on, earliest=min(today, holding.review_on) if holding else None)
    counted = tallies(conn, {member_id: span})[member_id]
    return rules.progress(ladder, holding, counted, today, joined_on, rank=rank)
