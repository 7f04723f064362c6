"""The only code that touches the tiers' tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from regulars.kit import clock, ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import Holding, Ladder, Metric, Move, Progress, Tally, Tier

SQL = sql.load("regulars.program.tiers")


def ladder(conn: Conn, program_id: int) -> Ladder:
    """The program's ladder.

    Raises:
        LookupError: the program was made without one.
    """
    row = conn.execute(SQL["select_ladder"], {"program_id": program_id}).fetchone()
    if row is None:
        raise LookupError(f"program {program_id} has no tiers")
    tiers = tuple(
        Tier(
            tier_id=found[0],
            rank=found[1],
            name=found[2],
            threshold=found[3],
            color=found[4],
            points_factor=float(found[5]),
            benefits=tuple(found[6]),
        )
        for found in conn.execute(SQL["select_tiers"], {"program_id": program_id})
    )
    return Ladder(program_id=program_id, metric=Metric(row[0]), window_months=row[1], keep_months=row[2], tiers=tiers)


def save(conn: Conn, ladder: Ladder) -> None:
    """Write the whole ladder. Members keep the tier they have until their next purchase or review.

    Raises:
        LadderInvalid: the thresholds do not rise from zero.
    """
    rules.check(ladder.tiers)
    conn.execute(
        SQL["upsert_ladder"],
        {
            "program_id": ladder.program_id,
            "metric": ladder.metric,
            "window_months": ladder.window_months,
            "keep_months": ladder.keep_months,
        },
    )
    for tier in ladder.tiers:
        conn.execute(
            SQL["upsert_tier"],
            {
                "program_id": ladder.program_id,
                "tier_id": tier.tier_id,
                "rank": tier.rank,
                "name": msgspec.json.encode(tier.name).decode(),
                "threshold": tier.threshold,
                "color": tier.color,
                "points_factor": tier.points_factor,
                "benefits": msgspec.json.encode(tier.benefits).decode(),
            },
        )


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


def holdings(conn: Conn, member_ids: Sequence[UUID]) -> dict[UUID, Holding]:
    """The tiers members hold; who is not in the answer has the lowest."""
    rows = conn.execute(SQL["select_holdings"], {"member_ids": list(member_ids)}, binary=True)
    return {row[0]: Holding(tier_id=row[1], since_at=row[2], review_on=row[3]) for row in rows}


def hold(conn: Conn, program_id: int, held: Mapping[UUID, Holding], moves: Sequence[Move]) -> None:
    """Write new holdings and the moves that led to them."""
    if held:
        conn.execute(
            SQL["upsert_holdings"],
            {
                "program_id": program_id,
                "member_id": list(held),
                "tier_id": [holding.tier_id for holding in held.values()],
                "since_at": [holding.since_at for holding in held.values()],
                "review_on": [holding.review_on for holding in held.values()],
            },
        )
    if moves:
        conn.execute(
            SQL["insert_moves"],
            {
                "program_id": program_id,
                "member_id": [move.member_id for move in moves],
                "move_id": [ids.uuid7() for _ in moves],
                "moved_at": [move.moved_at for move in moves],
                "from_tier_id": [move.from_tier_id for move in moves],
                "to_tier_id": [move.to_tier_id for move in moves],
                "cause": [move.cause for move in moves],
                "reached": [move.reached for move in moves],
            },
        )


def release(conn: Conn, member_ids: Sequence[UUID]) -> None:
    """Take the tiers of members away without a move: they have the lowest, or are no members any more."""
    conn.execute(SQL["delete_holdings"], {"member_ids": list(member_ids)})


def days(conn: Conn, member_id: UUID) -> list[Tally]:
    """Everything a member ever did, day by day."""
    return tallies(conn, {member_id: (clock.EVER, clock.NEVER)}).get(member_id, [])


def moves(conn: Conn, member_id: UUID, *, limit: int) -> list[Move]:
    """A member's steps up and down, newest first."""
    rows = conn.execute(SQL["select_moves"], {"member_id": member_id, "limit": limit})
    return [
        Move(member_id=row[0], moved_at=row[1], from_tier_id=row[2], to_tier_id=row[3], cause=row[4], reached=row[5])
        for row in rows
    ]


def due(conn: Conn, program_id: int, *, today: date, limit: int) -> list[UUID]:
    """Members whose tier must be looked at again."""
    rows = conn.execute(SQL["select_due"], {"program_id": program_id, "today": today, "limit": limit})
    return [row[0] for row in rows]


def headcount(conn: Conn, program_id: int) -> dict[int, int]:
    """How many members hold each tier; who holds none by name has the lowest and is not counted."""
    return {row[0]: row[1] for row in conn.execute(SQL["count_holdings"], {"program_id": program_id})}


def reaching(conn: Conn, ladder: Ladder, *, today: date) -> dict[int, int]:
    """How many members reach the threshold of each tier of this (perhaps unsaved) ladder in today's window."""
    start = rules.window_start(ladder, today)
    found = {}
    for tier in ladder.tiers:
        row = conn.execute(
            SQL["count_reaching"], {"from_on": start, "metric": ladder.metric, "threshold": max(1, tier.threshold)}
        ).fetchone()
        found[tier.tier_id] = int(row[0]) if row else 0
    return found


def standing(conn: Conn, ladder: Ladder, member_id: UUID, *, today: date) -> Progress:
    """Where one member stands today."""
    start = rules.window_start(ladder, today)
    counted = tallies(conn, {member_id: (start, start)})[member_id]
    return rules.progress(ladder, holdings(conn, [member_id]).get(member_id), counted, today)
