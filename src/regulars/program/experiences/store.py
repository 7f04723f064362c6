"""The only code that touches the experiences' tables."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import (
    Booking,
    Change,
    Experience,
    ExperienceFixed,
    ExperienceInvalid,
    ExperienceNotFound,
    Seat,
    Seats,
    State,
)

SQL = sql.load("regulars.program.experiences")


def experiences(conn: Conn, program_id: int) -> list[Experience]:
    """Every experience, the latest first."""
    rows = conn.execute(SQL["select_experiences"], {"program_id": program_id})
    return [msgspec.convert(dict(zip(Experience.__struct_fields__, row, strict=True)), Experience) for row in rows]


def get(conn: Conn, program_id: int, experience_id: UUID | None = None, *, code: str = "") -> Experience:
    """An experience by its id or its code.

    Raises:
        ExperienceNotFound: there is none in this program.
    """
    for one in experiences(conn, program_id):
        if one.experience_id == experience_id or (code and one.code == code):
            return one
    raise ExperienceNotFound("There is no such experience.")


def save(conn: Conn, one: Experience, *, by: str, at: datetime) -> bool:
    """Write an experience and who changed what of it; False when nothing differs. More seats let the waiting move up.

    Raises:
        ExperienceInvalid: its fields make no sense together, or its code belongs to another one.
        ExperienceFixed: it is over, or more seats are taken than would be there.
    """
    rules.check(one)
    key = {"program_id": one.program_id, "experience_id": one.experience_id}
    conn.execute(SQL["insert_seats"], {"experience_id": one.experience_id, "capacity": one.capacity})
    conn.execute(SQL["lock_seats"], key)
    known = experiences(conn, one.program_id)
    before = next((old for old in known if old.experience_id == one.experience_id), None)
    if any(old.code == one.code and old.experience_id != one.experience_id for old in known):
        raise ExperienceInvalid("Another experience has this code.")
    changes = rules.differences(before, one)
    if not changes:
        return False
    if before is not None:
        rules.check_change(before, one)
    if not conn.execute(SQL["set_capacity"], {**key, "capacity": one.capacity}).rowcount:
        raise ExperienceFixed("More seats are taken than would be there.")
    row = {**msgspec.structs.asdict(one), "state": one.state.value}
    for name in ("name", "description"):
        row[name] = msgspec.json.encode(row[name]).decode()
    conn.execute(SQL["upsert_experience"], row)
    told = msgspec.json.encode(changes).decode()
    conn.execute(
        SQL["insert_change"], {**key, "change_id": ids.uuid7(), "changed_at": at, "changed_by": by, "changes": told}
    )
    if one.state is State.OPEN:
        move_up(conn, one.experience_id, at=at)
    return True


def history(conn: Conn, program_id: int, experience_id: UUID) -> list[Change]:
    """Who changed what, newest first."""
    rows = conn.execute(SQL["select_changes"], {"program_id": program_id, "experience_id": experience_id})
    return [msgspec.convert({"changed_at": r[0], "changed_by": r[1], "changes": r[2]}, Change) for r in rows]


def lock(conn: Conn, experience_id: UUID) -> None:
    """Hold the seats until the transaction ends; members are locked before. What is read next is true."""
    conn.execute(SQL["lock_seats"], {"experience_id": experience_id})


def book(conn: Conn, one: Experience, member_id: UUID, *, at: datetime) -> Booking:
    """A seat where one is left and nobody waits for it, else the last place of the waiting list. Seats are locked."""
    key = {"experience_id": one.experience_id}
    move_up(conn, one.experience_id, at=at)
    has_seat = conn.execute(SQL["take_seat"], {**key, "count": 1}).rowcount == 1
    place = conn.execute(SQL["next_place"], key).fetchone()
    assert place is not None
    row = {
        **key,
        "member_id": member_id,
        "program_id": one.program_id,
        "state": (Seat.BOOKED if has_seat else Seat.WAITING).value,
        "place": place[0],
        "ticket": ids.key_of("ticket", ids.uuid7()),
        "at": at,
    }
    conn.execute(SQL["upsert_booking"], row)
    found = booking(conn, member_id, one.experience_id)
    assert found is not None
    return found


def cancel(conn: Conn, found: Booking, *, at: datetime) -> list[UUID]:
    """Give a seat or a place back; answers who moved up. Seats are locked."""
    if not _move(conn, found, Seat.CANCELLED) or found.state is not Seat.BOOKED:
        return []
    conn.execute(SQL["free_seat"], {"experience_id": found.experience_id})
    return move_up(conn, found.experience_id, at=at)


def move_up(conn: Conn, experience_id: UUID, *, at: datetime) -> list[UUID]:
    """Give free seats to who waits, in their order; answers to whom. Seats are locked."""
    key = {"experience_id": experience_id}
    row = conn.execute(SQL["lock_seats"], key).fetchone()
    left = row[0] - row[1] if row else 0
    if not left:
        return []
    waiting = [r[0] for r in conn.execute(SQL["select_first_waiting"], {**key, "limit": left})]
    if waiting:
        conn.execute(SQL["take_seat"], {**key, "count": len(waiting)})
        conn.execute(SQL["move_up"], {**key, "member_ids": waiting, "at": at})
    return waiting


def attend(conn: Conn, found: Booking, *, at: datetime) -> bool:
    """Note that somebody came; False when they were let in before."""
    return _move(conn, found, Seat.ATTENDED, attended_at=at)


def _move(conn: Conn, found: Booking, state: Seat, *, attended_at: datetime | None = None) -> bool:
    row = {
        "member_id": found.member_id,
        "experience_id": found.experience_id,
        "state": state.value,
        "from_state": found.state.value,
        "attended_at": attended_at,
    }
    return conn.execute(SQL["move_booking"], row).rowcount == 1


def close(conn: Conn, one: Experience, *, excluded_until: date | None) -> int:
    """Nobody comes any more: who has a seat and was not there is a no-show; answers how many. Seats are locked."""
    key = {"experience_id": one.experience_id}
    conn.execute(SQL["drop_waiting"], key)
    return conn.execute(SQL["note_no_shows"], {**key, "excluded_until": excluded_until}).rowcount


def rate(conn: Conn, found: Booking, rating: int, comment: str, *, at: datetime) -> None:
    """Keep what somebody who was there thinks; said again, the last word stands."""
    row = {"member_id": found.member_id, "experience_id": found.experience_id}
    conn.execute(SQL["rate"], {**row, "rating": rating, "comment": comment.strip(), "at": at})


def booking(conn: Conn, member_id: UUID, experience_id: UUID) -> Booking | None:
    """A member's seat or place."""
    row = conn.execute(SQL["select_booking"], {"member_id": member_id, "experience_id": experience_id}).fetchone()
    return _booking(row) if row else None


def bookings_of(conn: Conn, member_id: UUID) -> list[Booking]:
    """A member's seats and places, newest first."""
    return [_booking(row) for row in conn.execute(SQL["select_bookings_of"], {"member_id": member_id})]


def bookings(conn: Conn, one: Experience, *, limit: int) -> list[Booking]:
    """Who comes, then who waits, in their order."""
    asked = {"experience_id": one.experience_id, "program_id": one.program_id, "limit": limit}
    return [_booking(row) for row in conn.execute(SQL["select_bookings"], asked)]


def ahead(conn: Conn, found: Booking) -> int:
    """How many wait before somebody who waits."""
    row = conn.execute(SQL["count_ahead"], {"experience_id": found.experience_id, "place": found.place}).fetchone()
    assert row is not None
    return int(row[0])


def seats(conn: Conn, of: Sequence[Experience]) -> dict[UUID, Seats]:
    """How full they are."""
    asked = {"experience_ids": [one.experience_id for one in of]}
    waiting = {row[0]: row[1] for row in conn.execute(SQL["count_waiting"], asked)}
    rows = conn.execute(SQL["select_seats"], asked).fetchall()
    return {row[0]: Seats(capacity=row[1], taken=row[2], waiting=waiting.get(row[0], 0)) for row in rows}


def figures(conn: Conn, of: Sequence[Experience]) -> dict[UUID, tuple[int, int, int, int]]:
    """Per experience: who came, who did not, ratings, and the sum of their stars."""
    rows = conn.execute(SQL["count_seats"], {"experience_ids": [one.experience_id for one in of]})
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _booking(row: Sequence[Any]) -> Booking:
    values = dict(zip(Booking.__struct_fields__, row, strict=True))
    values["state"] = Seat(values["state"])
    return Booking(**values)
