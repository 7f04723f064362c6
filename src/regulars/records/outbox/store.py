"""The only code that touches the outbox's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from regulars.kit import copying, sql
from regulars.kit.db import Conn

from . import rules
from .model import TYPES, Change, CursorExpired, Noted, Page

SQL = sql.load("regulars.records.outbox")
LOOKED_AT_MAX: Final = 20_000
"""So many changes a page looks at, whatever types it wants."""
_FEW: Final = 20
"""So many are written by one statement; for more, a COPY is cheaper."""
_LOCK_CLASS: Final = 7_461_002
"""First half of the advisory locks that writers hold; the second is where they began."""


def add(conn: Conn, program_id: int, changes: Sequence[Change]) -> None:
    """Note what happened, in the caller's transaction: it can be read once that commits, and never if it does not.

    Whoever is concerned is locked by now, so that of each member the changes stand in their true order.
    """
    if not changes:
        return
    assert {change.type for change in changes} <= TYPES.keys()
    columns: dict[str, list[Any]] = {
        "type": [change.type for change in changes],
        "member_id": [change.member_id for change in changes],
        "subject_id": [change.subject_id for change in changes],
        "occurred_at": [change.occurred_at for change in changes],
        "recorded_at": [change.recorded_at for change in changes],
        "data": [msgspec.json.encode(change.data).decode() for change in changes],
    }
    if len(changes) <= _FEW:
        conn.execute(SQL["insert_changes"], {**columns, "program_id": program_id, "lock_class": _LOCK_CLASS})
        return
    conn.execute(SQL["open_writing"], {"lock_class": _LOCK_CLASS})
    copying.copy(conn, "outbox.change", {**columns, "program_id": [program_id] * len(changes)})


def latest(conn: Conn) -> int:
    """The place after which everything that is not written yet will stand; what stands before it can be read.

    Source: docs/adr/0015-outbox.md.
    """
    row = conn.execute(SQL["select_given"]).fetchone()
    assert row is not None
    assert row[1] == "read committed", "a transaction that keeps its first picture would skip what others just wrote"
    others = {"lock_class": _LOCK_CLASS, "own_pid": conn.info.backend_pid}
    began = [place for (place,) in conn.execute(SQL["select_writers"], others)]
    return rules.horizon(row[0], began)


def read(conn: Conn, program_id: int, *, after: int, limit: int, types: Sequence[str] = ()) -> Page:
    """The changes after a place, at most `limit`, of some types or of all; 0 is the beginning of what is kept.

    What is read after `through` of a page is neither skipped nor told twice, however late its writer committed.

    Raises:
        CursorExpired: changes after this place are forgotten.
    """
    upto = latest(conn)
    is_whole = True
    if types:
        asked = {"program_id": program_id, "after": after, "upto": upto, "limit": LOOKED_AT_MAX}
        row = conn.execute(SQL["select_end"], asked).fetchone()
        assert row is not None
        is_whole = row[1] < LOOKED_AT_MAX
        upto = upto if is_whole else row[0]
    rows = conn.execute(
        SQL["select_changes"],
        {"program_id": program_id, "after": after, "upto": upto, "limit": limit + 1, "types": list(types)},
    ).fetchall()
    _refuse_forgotten(conn, program_id, after)
    has_more = len(rows) > limit
    found = tuple(_noted(row) for row in rows[:limit])
    through = found[-1].place if has_more else max(after, upto)
    return Page(changes=found, through=through, has_more=has_more or not is_whole)


def _refuse_forgotten(conn: Conn, program_id: int, after: int) -> None:
    """Asked after the reading, so that what is forgotten meanwhile is not skipped in silence."""
    row = conn.execute(SQL["select_forgotten"], {"program_id": program_id}).fetchone()
    if row is not None and 0 < after < row[0]:
        raise CursorExpired(
            "Changes after this place were forgotten before you read them; begin anew without a place.",
            facts={"oldest": str(row[0])},
        )


def _noted(row: Sequence[Any]) -> Noted:
    names = ("type", "member_id", "subject_id", "occurred_at", "recorded_at", "data")
    return Noted(place=row[0], change=Change(**dict(zip(names, row[1:], strict=True))))


def forget(conn: Conn, program_id: int, *, before_at: datetime, limit: int) -> int:
    """Forget changes recorded before an instant, looking at the oldest so many; answers how many are gone."""
    row = conn.execute(SQL["delete_old"], {"program_id": program_id, "before_at": before_at, "limit": limit}).fetchone()
    assert row is not None
    if row[1]:
        conn.execute(SQL["note_forgotten"], {"program_id": program_id, "to_place": row[0]})
    return int(row[1])
