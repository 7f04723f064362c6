"""The only code that touches the members' tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn
from regulars.records import programs

from .model import (
    Enrollment,
    Identifier,
    IdentifierKind,
    IdentifierTaken,
    Member,
    MemberNotFound,
    Standing,
    Status,
)

SQL = sql.load("regulars.records.members")
_TRIES_MAX = 5


def find(conn: Conn, program_id: int, identifiers: Sequence[Identifier]) -> dict[Identifier, UUID]:
    """Whom the identifiers name; unknown ones are not in the answer."""
    if not identifiers:
        return {}
    rows = conn.execute(
        SQL["select_found"],
        {
            "program_id": program_id,
            "kinds": [str(i.kind) for i in identifiers],
            "values": [i.value for i in identifiers],
        },
    )
    return {Identifier(IdentifierKind(kind), value): member_id for kind, value, member_id in rows}


def enroll(conn: Conn, program: programs.Program, enrollments: Sequence[Enrollment]) -> list[tuple[UUID, bool]]:
    """Enroll a batch: each answer is the member's id and whether they are new.

    The same first identifier again, in this batch or before, is the same member and changes nothing.

    Raises:
        IdentifierTaken: a further identifier already belongs to another member.
    """
    known = find(conn, program.program_id, [i for e in enrollments for i in e.identifiers])
    fresh: dict[Identifier, tuple[UUID, Enrollment]] = {}
    answers: list[tuple[UUID, bool]] = []
    for enrollment in enrollments:
        name = enrollment.identifiers[0]
        if name in known:
            answers.append((known[name], False))
        elif name in fresh:
            answers.append((fresh[name][0], False))
        else:
            if taken := [i for i in enrollment.identifiers if i in known]:
                raise IdentifierTaken(f"This {taken[0].kind} already belongs to another member.")
            fresh[name] = (ids.uuid7(), enrollment)
            answers.append((fresh[name][0], True))
    if not fresh:
        return answers
    lost = _insert(conn, program, list(fresh.values()))
    if lost:  # somebody enrolled the same people in this very moment: theirs stand
        return _again(conn, program, enrollments, answers, lost)
    return answers


def _again(
    conn: Conn,
    program: programs.Program,
    enrollments: Sequence[Enrollment],
    answers: list[tuple[UUID, bool]],
    lost: set[Identifier],
) -> list[tuple[UUID, bool]]:
    winners = find(conn, program.program_id, list(lost))
    return [
        (winners[e.identifiers[0]], False) if e.identifiers[0] in winners else answer
        for e, answer in zip(enrollments, answers, strict=True)
    ]


def _insert(conn: Conn, program: programs.Program, fresh: Sequence[tuple[UUID, Enrollment]]) -> set[Identifier]:
    """Insert identifiers first: who loses a race by the naming identifier is not inserted at all."""
    rows = [(i, member_id, e.enrolled_at) for member_id, e in fresh for i in dict.fromkeys(e.identifiers)]
    won = {
        Identifier(IdentifierKind(kind), value)
        for kind, value in conn.execute(
            SQL["insert_identifiers"],
            {
                "program_id": program.program_id,
                "kind": [str(i.kind) for i, _, _ in rows],
                "value": [i.value for i, _, _ in rows],
                "member_id": [member_id for _, member_id, _ in rows],
                "added_at": [added_at for _, _, added_at in rows],
            },
        )
    }
    lost = {e.identifiers[0] for _, e in fresh if e.identifiers[0] not in won}
    kept = [(member_id, e) for member_id, e in fresh if e.identifiers[0] not in lost]
    conn.execute(
        SQL["insert_members"],
        {
            "program_id": program.program_id,
            "terms_version": program.terms_version,
            "member_id": [member_id for member_id, _ in kept],
            "enrolled_at": [e.enrolled_at for _, e in kept],
            "enrolled_on": [program.local_date(e.enrolled_at) for _, e in kept],
            "language": [e.language or program.language for _, e in kept],
            "channel": [e.channel for _, e in kept],
        },
    )
    conn.execute(
        SQL["insert_profiles"],
        {
            "member_id": [member_id for member_id, _ in kept],
            "name": [e.name for _, e in kept],
            "birth_on": [e.birth_on for _, e in kept],
            "attributes": [msgspec.json.encode(e.attributes).decode() for _, e in kept],
        },
    )
    return lost


def lock_standing(conn: Conn, program_id: int, member_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Lock members and the accounts that keep their points, in one order, until the transaction ends.

    Tells the standing of the members asked for, and for those who were merged that of the member they were merged
    into (who is told, too); unknown ids are left out. Ids of households may be among them: they are locked too, and
    have no standing.
    """
    wanted = set(member_ids)
    asked = list(member_ids)
    for _ in range(_TRIES_MAX):
        whom = {"program_id": program_id, "member_ids": asked}
        locked = conn.execute(SQL["lock_members"], whom, binary=True).fetchone()
        kept_by = set(locked[0]) if locked else set()
        whom = {"program_id": program_id, "member_ids": [*asked, *(kept_by - set(asked))]}
        rows = conn.execute(SQL["select_standing"], whom, binary=True).fetchall()
        for household_id in sorted((kept_by | wanted) - {row[0] for row in rows}):
            conn.execute(SQL["lock_household"], {"household_id": household_id})
        changed = {one for row in rows if row[0] in asked for one in row[5:7] if one is not None} - kept_by
        if not changed:
            break
        asked = [*asked, *changed]  # somebody changed accounts between reading and locking
    else:
        raise AssertionError("accounts change faster than they can be locked")
    found = {row[0]: row for row in rows}
    leads = {member_id: found[member_id][6] or member_id for member_id in wanted & found.keys()}
    return {one: _standing(found[final]) for member_id, final in leads.items() for one in (member_id, final)}


def standings(conn: Conn, program_id: int, member_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How members stand, each by themselves, without a lock: for what writes nothing. Unknown ids are left out."""
    whom = {"program_id": program_id, "member_ids": list(member_ids)}
    return {row[0]: _standing(row) for row in conn.execute(SQL["select_standing"], whom, binary=True)}


def _standing(row: Sequence[Any]) -> Standing:
    return Standing(
        member_id=row[0], status=Status(row[1]), enrolled_on=row[2], language=row[3], birth_on=row[4],
        account_id=row[5] or row[0], enrolled_at=row[7], channel=row[8],
    )  # fmt: skip


def accounts(conn: Conn, member_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """In whose account the points of each member are kept; mostly their own."""
    found = {member_id: member_id for member_id in member_ids}
    return found | dict(conn.execute(SQL["select_accounts"], {"member_ids": list(member_ids)}, binary=True).fetchall())


def get(conn: Conn, program_id: int, member_id: UUID) -> Member:
    """The member.

    Raises:
        MemberNotFound: no such member in this program.
    """
    found = several(conn, program_id, [member_id])
    if member_id not in found:
        raise MemberNotFound("There is no such member.")
    return found[member_id]


def followed(conn: Conn, program_id: int, member_id: UUID) -> Member:
    """The member, or the one they were merged into: what a caller means who knows an old id.

    Raises:
        MemberNotFound: no such member in this program.
    """
    member = get(conn, program_id, member_id)
    return get(conn, program_id, member.merged_into) if member.merged_into else member


def contact_changed_at(conn: Conn, member: Member) -> datetime | None:
    """When a phone or e-mail was last added after they joined; None when never."""
    row = conn.execute(
        SQL["select_contact_changed"], {"member_id": member.member_id, "enrolled_at": member.enrolled_at}
    ).fetchone()
    return row[0] if row else None


def contacts_added(conn: Conn, program_id: int, member_ids: Sequence[UUID]) -> list[tuple[UUID, datetime]]:
    """Each phone and e-mail that was added to a membership after it began, and when."""
    began = {one: standing.enrolled_at for one, standing in standings(conn, program_id, member_ids).items()}
    rows = conn.execute(SQL["select_contacts_added"], {"member_ids": list(member_ids)})
    found = [(row[0], row[1], began.get(row[0])) for row in rows]
    return [(member_id, added_at) for member_id, added_at, first in found if first is not None and added_at > first]


def several(conn: Conn, program_id: int, member_ids: Sequence[UUID]) -> dict[UUID, Member]:
    """The members of these ids, with their identifiers."""
    identifiers: dict[UUID, list[Identifier]] = {member_id: [] for member_id in member_ids}
    for member_id, kind, value in conn.execute(SQL["select_identifiers"], {"member_ids": list(member_ids)}):
        identifiers[member_id].append(Identifier(IdentifierKind(kind), value))
    rows = conn.execute(SQL["select_members"], {"program_id": program_id, "member_ids": list(member_ids)})
    return {row[0]: _member(row, identifiers[row[0]]) for row in rows}


def _member(row: Sequence[Any], identifiers: Sequence[Identifier]) -> Member:
    return Member(
        member_id=row[0], program_id=row[1], status=Status(row[2]), enrolled_at=row[3], enrolled_on=row[4],
        terms_version=row[5], language=row[6], channel=row[7], name=row[8], birth_on=row[9], attributes=row[10],
        identifiers=tuple(identifiers), merged_into=row[11],
    )  # fmt: skip


def search(
    conn: Conn, program_id: int, text: str, *, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[Member]:
    """Members whose name holds the text, or whose identifier begins (phone, card: ends) with it; newest first."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = conn.execute(
        SQL["search_members"],
        {
            "program_id": program_id,
            "text": escaped,
            "limit": limit,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
        },
    ).fetchall()
    found = several(conn, program_id, [row[0] for row in rows])
    return [found[row[0]] for row in rows]


def count(conn: Conn, program_id: int) -> int:
    """How many members the program has, erased and merged ones apart."""
    row = conn.execute(SQL["count_members"], {"program_id": program_id}).fetchone()
    assert row is not None
    return int(row[0])


def set_status(conn: Conn, program_id: int, member_id: UUID, status: Status) -> None:
    """Freeze a membership, or let it take part again."""
    conn.execute(SQL["update_status"], {"program_id": program_id, "member_id": member_id, "status": status.value})


def rectify(conn: Conn, member: Member, *, name: str, birth_on: date | None) -> None:
    """Correct a member's name and birthday."""
    conn.execute(SQL["update_profile"], {"member_id": member.member_id, "name": name, "birth_on": birth_on})


def masked(member: Member) -> Mapping[str, str]:
    """Identifiers as screens show them by default: the ends only."""
    return {str(i.kind): mask(i) for i in member.identifiers}


def mask(identifier: Identifier) -> str:
    """138****8000, l***@example.com; the shop's own id is shown whole."""
    value = identifier.value
    if identifier.kind is IdentifierKind.EXTERNAL:
        return value
    if identifier.kind is IdentifierKind.EMAIL:
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{value[:3]}****{value[-4:]}" if len(value) > 7 else f"****{value[-2:]}"
