"""The only code that touches the privacy tables."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import (
    NEEDS_YES,
    Ask,
    Channel,
    Choice,
    Erasure,
    LinkOver,
    Purpose,
    Restriction,
    Standing,
    Stop,
    Wording,
)

SQL = sql.load("regulars.records.privacy")


def publish(conn: Conn, program_id: int, purpose: Purpose, body: Mapping[str, str], *, by: str, at: datetime) -> int:
    """Publish a new version of what members are asked about a purpose; answers its number."""
    row = conn.execute(
        SQL["insert_wording"],
        {
            "program_id": program_id,
            "purpose": purpose,
            "body": msgspec.json.encode(body).decode(),
            "published_at": at,
            "published_by": by,
        },
    ).fetchone()
    assert row is not None
    return int(row[0])


def wordings(conn: Conn, program_id: int) -> list[Wording]:
    """Every version of every text, the newest of each purpose first."""
    rows = conn.execute(SQL["select_wordings"], {"program_id": program_id})
    return [
        Wording(purpose=Purpose(row[0]), version=row[1], body=row[2], published_at=row[3], published_by=row[4])
        for row in rows
    ]


def versions(conn: Conn, program_id: int) -> dict[Purpose, int]:
    """The newest version of each purpose's text; 0 where none was published."""
    found = dict(conn.execute(SQL["select_versions"], {"program_id": program_id}).fetchall())
    return {purpose: found.get(str(purpose), 0) for purpose in Purpose}


def needs_yes(conn: Conn, program_id: int) -> dict[Purpose, bool]:
    """Which purposes wait for a yes."""
    said = {Purpose(row[0]): row[1] for row in conn.execute(SQL["select_basis"], {"program_id": program_id})}
    return {**NEEDS_YES, **said}


def set_needs_yes(conn: Conn, program_id: int, purpose: Purpose, *, needs: bool) -> None:
    """Say whether a purpose waits for a yes."""
    conn.execute(SQL["set_basis"], {"program_id": program_id, "purpose": purpose, "needs_yes": needs})


def choose(conn: Conn, program_id: int, member_id: UUID, choices: Sequence[Choice], *, at: datetime) -> None:
    """Write down what a member chose, and what holds from here on. The member is locked.

    Raises:
        ConsentInvalid: a channel its purpose does not have, or a text that was never published.
    """
    published = versions(conn, program_id)
    for choice in choices:
        rules.check_channel(choice.purpose, choice.channel)
        rules.check_version(choice.purpose, choice.version, published[choice.purpose])
    names = ("purpose", "channel", "is_given", "version", "place", "proof", "told_by", "given_at")
    columns: dict[str, list[Any]] = {name: [getattr(choice, name) for choice in choices] for name in names}
    told = {
        **columns,
        "member_id": member_id,
        "program_id": program_id,
        "recorded_at": at,
        "consent_id": [ids.uuid7() for _ in choices],
    }
    conn.execute(SQL["insert_consents"], told)
    conn.execute(SQL["upsert_choices"], told)


def standings(conn: Conn, program_id: int, member_id: UUID) -> list[Standing]:
    """What a member allows, of every purpose and channel."""
    rows = conn.execute(SQL["select_choices"], {"member_id": member_id})
    chosen = {(Purpose(row[0]), Channel(row[1])): (row[2], row[3], row[4]) for row in rows}
    is_restricted = restriction(conn, member_id) is not None
    return rules.standings(chosen, needs_yes(conn, program_id), is_restricted=is_restricted)


def history(conn: Conn, member_id: UUID, *, limit: int = 200) -> list[Choice]:
    """What a member chose, newest first."""
    rows = conn.execute(SQL["select_history"], {"member_id": member_id, "limit": limit})
    return [
        Choice(
            purpose=Purpose(row[0]), channel=Channel(row[1]), is_given=row[2], version=row[3], place=row[4],
            told_by=row[5], given_at=row[6], proof=row[7], recorded_at=row[8],
        )
        for row in rows
    ]  # fmt: skip


def allowed(
    conn: Conn, program_id: int, member_ids: Sequence[UUID], purpose: Purpose, channel: Channel = Channel.NONE
) -> set[UUID]:
    """Who of these members allows a purpose now. Whoever acts on it locks them first."""
    asked = {
        "member_ids": list(member_ids),
        "purpose": purpose,
        "channel": channel,
        "needs_yes": needs_yes(conn, program_id)[purpose],
    }
    return {row[0] for row in conn.execute(SQL["select_allowed"], asked)}


def ask(
    conn: Conn, program_id: int, member_id: UUID, purpose: Purpose, channel: Channel, *, version: int, at: datetime
) -> str:
    """A token for a link by which a member says yes once more; it is told this once.

    Raises:
        ConsentInvalid: a channel the purpose does not have, or a text that was never published.
    """
    rules.check_channel(purpose, channel)
    rules.check_version(purpose, version, versions(conn, program_id)[purpose])
    token = secrets.token_urlsafe(rules.TOKEN_BYTES)
    conn.execute(
        SQL["insert_ask"],
        {
            "digest": rules.digest(token),
            "program_id": program_id,
            "member_id": member_id,
            "purpose": purpose,
            "channel": channel,
            "version": version,
            "asked_at": at,
            "ends_at": rules.ends(at),
        },
    )
    return token


def asked(conn: Conn, token: str, *, at: datetime) -> Ask:
    """What a link asks; nothing is used up. One that was used is told, too: a second yes changes nothing.

    Raises:
        LinkOver: too old, or never was.
    """
    row = conn.execute(SQL["select_ask"], {"digest": rules.digest(token)}).fetchone()
    if row is None or (row[7] is None and row[6] <= at):
        raise LinkOver("This link is over; ask for a new one.")
    return Ask(
        program_id=row[0], member_id=row[1], purpose=Purpose(row[2]), channel=Channel(row[3]), version=row[4],
        asked_at=row[5], ends_at=row[6], used_at=row[7],
    )  # fmt: skip


def use_ask(conn: Conn, token: str, *, at: datetime) -> bool:
    """Use a link up; of two who come at once, one gets True."""
    return conn.execute(SQL["use_ask"], {"digest": rules.digest(token), "at": at}).rowcount == 1


def stop_token(
    conn: Conn, program_id: int, member_id: UUID, purpose: Purpose, channel: Channel, *, at: datetime
) -> str:
    """A token for a link by which a member says no; it is told this once.

    Raises:
        ConsentInvalid: the purpose has no such channel.
    """
    rules.check_channel(purpose, channel)
    token = secrets.token_urlsafe(rules.TOKEN_BYTES)
    told = {"program_id": program_id, "member_id": member_id, "purpose": purpose, "channel": channel, "made_at": at}
    conn.execute(SQL["insert_stop"], {**told, "digest": rules.digest(token)})
    return token


def find_stop(conn: Conn, token: str) -> Stop:
    """What a link says no to.

    Raises:
        LinkOver: it never was.
    """
    row = conn.execute(SQL["select_stop"], {"digest": rules.digest(token)}).fetchone()
    if row is None:
        raise LinkOver("This link is not one of ours, or what it was about is gone.")
    return Stop(program_id=row[0], member_id=row[1], purpose=Purpose(row[2]), channel=Channel(row[3]))


def restrict(conn: Conn, program_id: int, member_id: UUID, *, reason: str, by: str, at: datetime) -> bool:
    """Keep a member's data and use it for nothing; False when it was so before."""
    told = {"member_id": member_id, "program_id": program_id, "since_at": at, "reason": reason, "told_by": by}
    return conn.execute(SQL["restrict"], told).rowcount == 1


def lift(conn: Conn, member_id: UUID) -> bool:
    """End a restriction; False when there was none."""
    return conn.execute(SQL["lift"], {"member_id": member_id}).rowcount == 1


def restriction(conn: Conn, member_id: UUID) -> Restriction | None:
    """Whether a member's data is restricted, since when and why."""
    row = conn.execute(SQL["select_restriction"], {"member_id": member_id}).fetchone()
    return Restriction(since_at=row[0], reason=row[1], told_by=row[2]) if row else None


def ask_erasure(conn: Conn, program_id: int, member_id: UUID, *, by: str, due_on: date, at: datetime) -> None:
    """Write down that a member is to be forgotten from a day on."""
    told = {"member_id": member_id, "program_id": program_id, "asked_at": at, "asked_by": by, "due_on": due_on}
    conn.execute(SQL["ask_erasure"], told)


def note_erased(conn: Conn, program_id: int, member_id: UUID, *, by: str, on_date: date, at: datetime) -> None:
    """Write down that a member was forgotten."""
    told = {"member_id": member_id, "program_id": program_id, "asked_by": by, "on_date": on_date, "at": at}
    conn.execute(SQL["note_erased"], told)


def note_blocked(conn: Conn, member_id: UUID, reasons: Sequence[str]) -> None:
    """Write down what stood against it."""
    conn.execute(SQL["note_blocked"], {"member_id": member_id, "blocked": list(reasons)})


def withdraw_erasure(conn: Conn, member_id: UUID) -> bool:
    """Take back that a member is to be forgotten; False when it was not asked, or is done."""
    return conn.execute(SQL["withdraw_erasure"], {"member_id": member_id}).rowcount == 1


def erasures(conn: Conn, program_id: int, *, limit: int) -> list[Erasure]:
    """Who is to be forgotten and who was, newest first."""
    return [_erasure(row) for row in conn.execute(SQL["select_erasures"], {"program_id": program_id, "limit": limit})]


def erasure(conn: Conn, member_id: UUID) -> Erasure | None:
    """Whether a member is to be forgotten, or was."""
    row = conn.execute(SQL["select_erasure"], {"member_id": member_id}).fetchone()
    return _erasure(row) if row else None


def due(conn: Conn, program_id: int, *, on_date: date, limit: int) -> list[Erasure]:
    """Whose day has come."""
    asked = {"program_id": program_id, "on_date": on_date, "limit": limit}
    return [_erasure(row) for row in conn.execute(SQL["select_due"], asked)]


def _erasure(row: Sequence[Any]) -> Erasure:
    return Erasure(
        member_id=row[0], program_id=row[1], asked_at=row[2], asked_by=row[3], due_on=row[4], done_at=row[5],
        blocked=tuple(row[6]),
    )  # fmt: skip


def retention(conn: Conn, program_id: int) -> dict[str, int]:
    """By table: how many days the shop keeps its rows, where it said something."""
    return dict(conn.execute(SQL["select_retention"], {"program_id": program_id}).fetchall())


def set_retention(conn: Conn, program_id: int, table: str, days: int) -> None:
    """Say how many days rows of a table are kept."""
    conn.execute(SQL["set_retention"], {"program_id": program_id, "kept_table": table, "keep_days": days})
