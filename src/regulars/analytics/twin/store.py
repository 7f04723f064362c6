"""The only code that touches the trials' table."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from .model import Asked, Outcome, State, Trial, TrialNotFound

SQL = sql.load("regulars.analytics.twin")


def ask(conn: Conn, program_id: int, trial_id: UUID, asked: Asked, *, orders: int, by: str, at: datetime) -> Trial:
    """Keep that a trial is wanted; the same id again is the same trial."""
    row = {"program_id": program_id, "trial_id": trial_id, "asked_at": at, "asked_by": by, "orders": orders}
    conn.execute(SQL["insert_trial"], {**row, "asked": msgspec.json.encode(asked).decode()})
    return trial(conn, program_id, trial_id)


def trials(conn: Conn, program_id: int, *, limit: int) -> list[Trial]:
    """The newest first."""
    return _read(conn, program_id, None, limit)


def trial(conn: Conn, program_id: int, trial_id: UUID) -> Trial:
    """One of them.

    Raises:
        TrialNotFound: there is none.
    """
    found = _read(conn, program_id, trial_id, 1)
    if not found:
        raise TrialNotFound("There is no such trial.")
    return found[0]


def unfinished(conn: Conn) -> list[Trial]:
    """Those of every program that wait or run, oldest first."""
    keys = conn.execute(SQL["select_unfinished"]).fetchall()
    return [trial(conn, program_id, trial_id) for program_id, trial_id in keys]


def begin(conn: Conn, one: Trial) -> bool:
    """Let it run, from the beginning; False where it is over."""
    return conn.execute(SQL["begin_trial"], _key(one)).rowcount == 1


def progress(conn: Conn, one: Trial, orders_done: int) -> bool:
    """Note how far it is; False where somebody cancelled it."""
    return conn.execute(SQL["note_progress"], {**_key(one), "orders_done": orders_done}).rowcount == 1


def end(
    conn: Conn,
    one: Trial,
    state: State,
    *,
    at: datetime,
    outcomes: Sequence[Outcome] = (),
    orders_done: int = 0,
    problem: str = "",
) -> bool:
    """It is done, failed or cancelled; False where it was over before."""
    told = {"state": state, "at": at, "orders_done": orders_done, "problem": problem}
    kept = msgspec.json.encode(list(outcomes)).decode()
    return conn.execute(SQL["end_trial"], {**_key(one), **told, "outcomes": kept}).rowcount == 1


def _read(conn: Conn, program_id: int, trial_id: UUID | None, limit: int) -> list[Trial]:
    asked = {"program_id": program_id, "trial_id": trial_id, "limit": limit}
    rows = conn.execute(SQL["select_trials"], asked)
    return [msgspec.convert(dict(zip(Trial.__struct_fields__, row, strict=True)), Trial, strict=False) for row in rows]


def _key(one: Trial) -> dict[str, object]:
    return {"program_id": one.program_id, "trial_id": one.trial_id}
