"""The only code that touches the sets of tiers: their terms in versions, at once or from a day on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal

from . import checking, store
from .model import LADDERS_MAX, MAIN, Ladder, LadderTermsInvalid
from .store import SQL

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_OUTSIDE = ("program_id", "ladder_id", "code", "version")
"""What a ladder has beside its terms."""


class LadderUnknown(Refusal):
    """There is no such set of tiers, or no such version of it."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class LadderChanged(Refusal):
    """Somebody else saved the set meanwhile. Facts: version."""

    kind = Kind.CONFLICT
    code = "tier-set-changed"


class NoticeTooShort(Refusal):
    """The change takes something from members and was to hold before they could know. Facts: earliest."""

    kind = Kind.CONFLICT
    code = "tier-notice-too-short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The terms of a set as they were saved. `state` is live, past, scheduled or withdrawn."""

    version: int
    state: str
    effective_on: date | None
    saved_at: datetime | None
    saved_by: str
    note: str
    withdrawn_by: str
    ladder: Ladder


def ladders(conn: Conn, program_id: int) -> tuple[Ladder, ...]:
    """Every set of the program as it is in force, the main one first."""
    rows = conn.execute(SQL["select_ladders"], {"program_id": program_id})
    return tuple(_ladder(program_id, *row) for row in rows)


def ladder(conn: Conn, program_id: int) -> Ladder:
    """The program's main set.

    Raises:
        LookupError: the program was made without one.
    """
    for found in ladders(conn, program_id):
        if found.is_main:
            return found
    raise LookupError(f"program {program_id} has no tiers")


def _ladder(program_id: int, ladder_id: int, code: str, version: int, terms: Mapping[str, Any]) -> Ladder:
    beside = {"program_id": program_id, "ladder_id": ladder_id, "code": code, "version": version}
    return msgspec.convert({**terms, **beside}, Ladder)


def save(
    conn: Conn,
    ladder: Ladder,
    *,
    by: str = "setup",
    at: datetime | None = None,
    today: date | None = None,
    effective_on: date | None = None,
    note: str = "",
) -> int:
    """Write the terms of a set as a new version and answer its number; the same terms make none.

    A set of id 0 is new. With a later `effective_on` than `today` the version waits for that day and the present one
    decides until then; it takes the place of one that waited before. Members keep the tier they have until their
    review; who reaches more is moved up when the day is closed.

    Raises:
        LadderInvalid: the thresholds do not rise from zero, or the terms make no sense.
        LadderTermsInvalid: also when somebody holds a tier that would be gone.
        LadderChanged: somebody else saved it since `ladder.version` was read.
        NoticeTooShort: the change must be announced earlier than that.
    """
    checking.check_ladder(ladder)
    known = {one.ladder_id: one for one in ladders(conn, ladder.program_id)}
    before = known.get(ladder.ladder_id)
    if before is None:
        return _add(conn, ladder, known, by=by, at=at, note=note)
    key = {"program_id": ladder.program_id, "ladder_id": ladder.ladder_id}
    row = conn.execute(SQL["lock_ladder"], key).fetchone()
    assert row is not None
    if row[0] != before.version or ladder.version not in (0, before.version):
        raise LadderChanged("Somebody else changed these tiers; look at them again.", facts={"version": row[0]})
    if replace(ladder, version=before.version, code=before.code) == before:
        return before.version
    held = store.headcount(conn, ladder.program_id, ladder.ladder_id)
    checking.check_change(before, ladder, list(held))
    is_later = effective_on is not None and today is not None and effective_on > today
    _check_notice(before, ladder, effective_on if is_later else today, today)
    newest = conn.execute(SQL["select_newest"], key).fetchone()
    assert newest is not None
    for waiting in scheduled(conn, ladder.program_id, ladder.ladder_id):
        _mark(conn, waiting.ladder, "scheduled", "withdrawn", by)
    state, version = "scheduled" if is_later else "live", int(newest[0]) + 1
    if not is_later:
        _mark(conn, before, "live", "past")
    _insert(conn, replace(ladder, version=version), state, effective_on if is_later else today, by, at, note)
    if not is_later:
        conn.execute(SQL["put_in_force"], {**key, "version": version})
    return version


def _add(conn: Conn, ladder: Ladder, known: Mapping[int, Ladder], *, by: str, at: datetime | None, note: str) -> int:
    if len(known) >= LADDERS_MAX:
        raise LadderTermsInvalid(f"A program has at most {LADDERS_MAX} sets of tiers.")
    if not _CODE.fullmatch(ladder.code):
        raise LadderTermsInvalid("A set has a code of at most 40 small letters, digits, - and _.")
    if any(one.code == ladder.code for one in known.values()):
        raise LadderTermsInvalid("A set of this code is there already.")
    new = replace(ladder, ladder_id=max(known, default=MAIN - 1) + 1, version=1)
    conn.execute(SQL["insert_ladder"], {"program_id": new.program_id, "ladder_id": new.ladder_id, "code": new.code})
    _insert(conn, new, "live", None, by, at, note)
    return 1


def _insert(
    conn: Conn, ladder: Ladder, state: str, effective_on: date | None, by: str, at: datetime | None, note: str
) -> None:
    terms = {name: value for name, value in msgspec.to_builtins(ladder).items() if name not in _OUTSIDE}
    conn.execute(
        SQL["insert_version"],
        {
            "program_id": ladder.program_id,
            "ladder_id": ladder.ladder_id,
            "version": ladder.version,
            "terms": msgspec.json.encode(terms).decode(),
            "state": state,
            "effective_on": effective_on,
            "saved_at": at,
            "saved_by": by,
            "note": note,
        },
    )


def _mark(conn: Conn, ladder: Ladder, from_state: str, state: str, by: str = "") -> bool:
    asked = {
        "program_id": ladder.program_id,
        "ladder_id": ladder.ladder_id,
        "version": ladder.version,
        "from_state": from_state,
        "state": state,
        "by_name": by,
    }
    return conn.execute(SQL["mark_version"], asked).rowcount == 1


def _check_notice(before: Ladder, after: Ladder, effective_on: date | None, today: date | None) -> None:
    if today is None or not before.change_notice_days or not checking.is_harder(before, after):
        return
    earliest = today.toordinal() + before.change_notice_days
    if effective_on is None or effective_on.toordinal() < earliest:
        raise NoticeTooShort(
            f"This takes something from members: it is announced {before.change_notice_days} days ahead.",
            facts={"earliest": date.fromordinal(earliest).isoformat()},
        )


def versions(conn: Conn, program_id: int, ladder_id: int) -> list[Version]:
    """Every version of a set, newest first."""
    asked = {"program_id": program_id, "ladder_id": ladder_id}
    return [
        Version(
            version=row[0], state=row[1], effective_on=row[2], saved_at=row[3], saved_by=row[4], note=row[5],
            withdrawn_by=row[6], ladder=_ladder(program_id, ladder_id, row[7], row[0], row[8]),
        )
        for row in conn.execute(SQL["select_versions"], asked)
    ]  # fmt: skip


def version(conn: Conn, program_id: int, ladder_id: int, number: int) -> Version:
    """One version of a set.

    Raises:
        LadderUnknown: there is none of this number.
    """
    for found in versions(conn, program_id, ladder_id):
        if found.version == number:
            return found
    raise LadderUnknown("These tiers have no such version.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """Terms that wait for their day."""

    effective_on: date
    ladder: Ladder


def scheduled(conn: Conn, program_id: int, ladder_id: int | None = None) -> list[Scheduled]:
    """The changes that wait for their day, of one set or of all."""
    rows = conn.execute(SQL["select_scheduled"], {"program_id": program_id})
    return [
        Scheduled(effective_on=row[2], ladder=_ladder(program_id, row[0], row[3], row[1], row[4]))
        for row in rows
        if ladder_id in (None, row[0])
    ]


def withdraw(conn: Conn, ladder: Ladder, *, by: str) -> bool:
    """Take back the change that waits for its day; False when none does."""
    key = {"program_id": ladder.program_id, "ladder_id": ladder.ladder_id}
    conn.execute(SQL["lock_ladder"], key)
    waiting = scheduled(conn, ladder.program_id, ladder.ladder_id)
    return sum(_mark(conn, one.ladder, "scheduled", "withdrawn", by) for one in waiting) > 0


def take_effect(conn: Conn, program_id: int, *, today: date) -> int:
    """Put in force what waited for this day or an earlier one; answers how many sets changed."""
    changed = 0
    for one in scheduled(conn, program_id):
        if one.effective_on > today:
            continue
        key = {"program_id": program_id, "ladder_id": one.ladder.ladder_id}
        row = conn.execute(SQL["lock_ladder"], key).fetchone()
        assert row is not None
        if _mark(conn, one.ladder, "scheduled", "live"):
            _mark(conn, replace(one.ladder, version=row[0]), "live", "past")
            conn.execute(SQL["put_in_force"], {**key, "version": one.ladder.version})
            changed += 1
    return changed


def unjudged(conn: Conn, program_id: int, *, today: date) -> Sequence[int]:
    """The sets on which it was not yet looked today who reaches more than they hold."""
    rows = conn.execute(SQL["select_unjudged"], {"program_id": program_id, "today": today})
    return [row[0] for row in rows]


def note_judged(conn: Conn, ladder: Ladder, *, today: date) -> None:
    """Everybody who reaches more was moved up."""
    asked = {
        "program_id": ladder.program_id,
        "ladder_id": ladder.ladder_id,
        "version": ladder.version,
        "today": today,
    }
    conn.execute(SQL["note_judged"], asked)
