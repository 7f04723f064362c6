"""The only code that touches the challenges' tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import copying, ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import (
    Award,
    Challenge,
    ChallengeInvalid,
    ChallengeNotFound,
    Change,
    Place,
    Play,
    Progress,
    State,
    Step,
)

SQL = sql.load("regulars.program.challenges")
Key = tuple[UUID, UUID, date]
"""A member, a challenge and the first day of a season."""


def challenges(conn: Conn, program_id: int) -> list[Challenge]:
    """Every challenge, oldest first."""
    rows = conn.execute(SQL["select_challenges"], {"program_id": program_id})
    return [msgspec.convert(dict(zip(Challenge.__struct_fields__, row, strict=True)), Challenge) for row in rows]


def started(conn: Conn, program_id: int) -> list[Challenge]:
    """Every challenge that is or was live: what activities and returns can touch."""
    return [one for one in challenges(conn, program_id) if one.state is not State.DRAFT]


def get(conn: Conn, program_id: int, challenge_id: UUID | None = None, *, code: str = "") -> Challenge:
    """A challenge by its id or its code.

    Raises:
        ChallengeNotFound: there is none in this program.
    """
    for one in challenges(conn, program_id):
        if one.challenge_id == challenge_id or (code and one.code == code):
            return one
    raise ChallengeNotFound("There is no such challenge.")


def save(conn: Conn, challenge: Challenge, *, by: str, at: datetime) -> bool:
    """Write a challenge and who changed what of it; False when nothing differs.

    Raises:
        ChallengeInvalid: its fields make no sense together, or its code belongs to another one.
        ChallengeFixed: members already play for what would change, or the state does not follow.
    """
    rules.check(challenge)
    key = {"program_id": challenge.program_id, "challenge_id": challenge.challenge_id}
    conn.execute(SQL["lock_challenge"], key)
    known = challenges(conn, challenge.program_id)
    before = next((one for one in known if one.challenge_id == challenge.challenge_id), None)
    if any(one.code == challenge.code and one.challenge_id != challenge.challenge_id for one in known):
        raise ChallengeInvalid("Another challenge has this code.")
    changes = rules.differences(before, challenge)
    if not changes:
        return False
    if before is not None:
        rules.check_change(before, challenge)
        if before.state is not challenge.state:
            rules.check_move(before.state, challenge.state)
    row = msgspec.to_builtins(challenge, builtin_types=(UUID, datetime))
    for name in ("name", "description", "milestones"):
        row[name] = msgspec.json.encode(row[name]).decode()
    conn.execute(SQL["upsert_challenge"], row)
    told = msgspec.json.encode(changes).decode()
    conn.execute(
        SQL["insert_change"],
        {**key, "change_id": ids.uuid7(), "changed_at": at, "changed_by": by, "changes": told},
    )
    return True


def history(conn: Conn, program_id: int, challenge_id: UUID) -> list[Change]:
    """Who changed what, newest first."""
    rows = conn.execute(SQL["select_changes"], {"program_id": program_id, "challenge_id": challenge_id})
    return [msgspec.convert({"changed_at": r[0], "changed_by": r[1], "changes": r[2]}, Change) for r in rows]


def plays(conn: Conn, keys: Sequence[Key]) -> dict[Key, Play]:
    """How members stand in these seasons, read from their steps; the caller has locked them."""
    asked = _columns(("member_id", "challenge_id", "season_on"), keys)
    marks: dict[Key, dict[str, int]] = {key: {} for key in keys}
    reached: dict[Key, datetime] = {}
    for row in conn.execute(SQL["select_marks"], asked):
        key = (row[0], row[1], row[2])
        marks[key][row[3]] = row[4]
        reached[key] = max(reached.get(key, row[5]), row[5])
    turns: dict[Key, dict[int, int]] = {key: {} for key in keys}
    standing: dict[Key, set[int]] = {key: set() for key in keys}
    for row in conn.execute(SQL["select_turns"], asked):
        key = (row[0], row[1], row[2])
        turns[key][row[3]] = row[4]
        if row[5]:
            standing[key].add(row[3])
    return {
        key: Play(marks=marks[key], reached_at=reached.get(key), standing=frozenset(standing[key]), turns=turns[key])
        for key in keys
    }


def write(
    conn: Conn, steps: Sequence[Step], standings: Mapping[Key, tuple[int, datetime]], awards: Sequence[Award]
) -> None:
    """Write what a batch brought: its steps, what they come to, and the milestones reached."""
    copying.copy(conn, "challenges.step", _by_field(Step, steps))
    keep_standings(conn, standings)
    rows = _by_field(Award, awards)
    if awards:
        rows["badge"] = [msgspec.json.encode(one.badge).decode() for one in awards]
    copying.copy(conn, "challenges.award", rows)


def keep_standings(conn: Conn, standings: Mapping[Key, tuple[int, datetime]]) -> None:
    """Write how far members are."""
    rows = [(*key, *found) for key, found in standings.items()]
    if rows:
        names = ("member_id", "challenge_id", "season_on", "value", "reached_at")
        conn.execute(SQL["upsert_standings"], _columns(names, rows))


def steps_of(conn: Conn, member_id: UUID, activity_id: UUID) -> list[Step]:
    """What one activity brought, as far as it still counts."""
    rows = conn.execute(SQL["select_steps_of"], {"member_id": member_id, "activity_id": activity_id})
    return [Step(**dict(zip(Step.__struct_fields__, row, strict=True))) for row in rows]


def lower(conn: Conn, step: Step, amount: int) -> None:
    """Leave so much of a step."""
    conn.execute(
        SQL["lower_step"],
        {"member_id": step.member_id, "challenge_id": step.challenge_id, "activity_id": step.activity_id,
         "mark": step.mark, "amount": amount},
    )  # fmt: skip


def awards(conn: Conn, member_id: UUID, challenge_id: UUID | None = None) -> list[Award]:
    """What a member got, newest first; taken back or not."""
    rows = conn.execute(SQL["select_awards"], {"member_id": member_id, "challenge_id": challenge_id})
    return [Award(**dict(zip(Award.__struct_fields__, row, strict=True))) for row in rows]


def take_back(conn: Conn, award: Award, *, at: datetime) -> bool:
    """Note that an award no longer stands; False when somebody did before."""
    found = conn.execute(
        SQL["take_back_award"],
        {"member_id": award.member_id, "challenge_id": award.challenge_id, "season_on": award.season_on,
         "milestone_no": award.milestone_no, "turn": award.turn, "at": at},
    )  # fmt: skip
    return found.rowcount == 1


def progress(conn: Conn, member_id: UUID) -> dict[tuple[UUID, date], Progress]:
    """How far a member is, in every season they played."""
    standing: dict[tuple[UUID, date], set[int]] = {}
    for award in awards(conn, member_id):
        if award.taken_back_at is None:
            standing.setdefault((award.challenge_id, award.season_on), set()).add(award.milestone_no)
    rows = conn.execute(SQL["select_progress"], {"member_id": member_id})
    return {
        (row[0], row[1]): Progress(
            challenge_id=row[0], season_on=row[1], value=row[2], standing=frozenset(standing.get((row[0], row[1]), ()))
        )
        for row in rows
    }


def pseudonym(conn: Conn, member_id: UUID) -> str | None:
    """The name a member is listed under; None for who does not want to be."""
    row = conn.execute(SQL["select_player"], {"member_id": member_id}).fetchone()
    return row[0] if row else None


def join_boards(conn: Conn, program_id: int, member_id: UUID, pseudonym: str, *, name: str, at: datetime) -> None:
    """List a member on leaderboards from now on, under this name. `name` is their own, which it may not be.

    Raises:
        PseudonymInvalid: empty, too long, or their own name.
    """
    rules.check_pseudonym(pseudonym, name)
    row = {"member_id": member_id, "program_id": program_id, "pseudonym": pseudonym.strip(), "at": at}
    conn.execute(SQL["upsert_player"], row)


def leave_boards(conn: Conn, program_id: int, member_id: UUID) -> None:
    """List a member nowhere; their pseudonym is forgotten."""
    conn.execute(SQL["delete_player"], {"member_id": member_id, "program_id": program_id})


def leaderboard(conn: Conn, challenge: Challenge, season_on: date, *, limit: int) -> list[Place]:
    """Who leads in a season, among those who asked to be listed."""
    rows = conn.execute(
        SQL["select_places"],
        {"program_id": challenge.program_id, "challenge_id": challenge.challenge_id, "season_on": season_on,
         "limit": limit},
    )  # fmt: skip
    return [Place(rank=row[0], pseudonym=row[1], value=row[2], member_id=row[3]) for row in rows]


def figures(conn: Conn, of: Sequence[Challenge]) -> dict[UUID, tuple[int, int, int]]:
    """Per challenge: members who take part, times its goal was reached, points that stand."""
    asked = {"challenge_ids": [one.challenge_id for one in of]}
    players = {row[0]: row[1] for row in conn.execute(SQL["count_players"], asked)}
    goals = {(one.challenge_id, len(one.milestones) - 1) for one in of}
    done: dict[UUID, list[int]] = {}
    for challenge_id, no, given, points in conn.execute(SQL["count_awards"], asked):
        found = done.setdefault(challenge_id, [0, 0])
        found[0] += given if (challenge_id, no) in goals else 0
        found[1] += points
    return {one: (players.get(one, 0), *done.get(one, (0, 0))) for one in asked["challenge_ids"]}


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _by_field(kind: type[msgspec.Struct], rows: Sequence[Any]) -> dict[str, Any]:
    return {name: [getattr(row, name) for row in rows] for name in kind.__struct_fields__}
