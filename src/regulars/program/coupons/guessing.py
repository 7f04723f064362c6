"""Guesses: who sends ten wrong codes within ten minutes is told to wait. The count stands in a table, so that it holds
over any number of processes, and over guesses at the same instant."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from .model import TooManyGuesses
from .store import SQL

Admitted: TypeAlias = dict[UUID, list[datetime]]
"""Whom a wrong code will be counted for, with their wrong ones so far."""
FAILURES_MAX = 10
WINDOW = timedelta(minutes=10)


def guesser(program_id: int, kind: str, name: object) -> UUID:
    """A digest of who asks: a member, a device or address the shop names, or the key itself. No name is kept."""
    return ids.key_of(program_id, "guesser", kind, name)


def admit(conn: Conn, guessers: Iterable[UUID], *, at: datetime) -> Admitted:
    """Let somebody ask, one question at a time; their failures within the window. Pass it on to `fail`.

    Raises:
        TooManyGuesses: one of them has failed ten times.
    """
    found: Admitted = {}
    for one in sorted(set(guessers)):
        row = conn.execute(SQL["lock_guesser"], {"guesser": one, "at": at}).fetchone()
        assert row is not None
        found[one] = [when for when in row[0] if when > at - WINDOW]
        if len(found[one]) >= FAILURES_MAX:
            until = sorted(found[one])[-FAILURES_MAX] + WINDOW
            seconds = max(1, -int(-(until - at).total_seconds() // 1))
            raise TooManyGuesses(
                f"{FAILURES_MAX} codes were wrong within {WINDOW.seconds // 60} minutes; wait a while.",
                facts={"retry_after_seconds": seconds},
            )
    return found


def fail(conn: Conn, admitted: Admitted, *, at: datetime) -> None:
    """Note a wrong code of each who was admitted."""
    for one, failures in sorted(admitted.items()):
        kept = sorted([*failures, at])[-FAILURES_MAX:]
        conn.execute(SQL["note_guess"], {"guesser": one, "failed_at": kept, "at": at})


def forget_guessers(conn: Conn, *, at: datetime) -> None:
    """Forget who guessed, once it no longer counts."""
    conn.execute(SQL["forget_guessers"], {"before_at": at - WINDOW})
