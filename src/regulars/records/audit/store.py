"""The only code that touches the audit log's tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from regulars.kit import crypto, sql
from regulars.kit.db import Conn
from regulars.records import access

from . import rules
from .model import Body, Head, Note, Verdict

SQL = sql.load("regulars.records.audit")
SEALED_AT_ONCE: Final = 5_000
"""So many notes are chained in one transaction."""
_LOCK: Final = 7_461_005
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 2**63 - 1
_MICROSECOND: Final = timedelta(microseconds=1)
_ROWS_AT_ONCE: Final = 10_000


def note(
    conn: Conn,
    program_id: int | None,
    verb: str,
    *,
    by: access.Actor,
    at: datetime,
    member_id: UUID | None = None,
    address: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act in the transaction of its effect: both or neither. `address` is where the request came from."""
    body = Body(
        at_us=_microseconds(at),
        program_id=program_id,
        actor=by.code,
        person=by.person,
        name=by.name,
        verb=verb,
        member_id=str(member_id) if member_id else None,
        address=address,
        facts=facts or {},
    )
    conn.execute(SQL["insert_note"], {"body": msgspec.json.encode(body, order="deterministic").decode()})


def seal(conn: Conn, *, limit: int = SEALED_AT_ONCE) -> int:
    """Put committed notes into the chain, in the order they are found; answers how many."""
    conn.execute(SQL["lock_sealing"], {"lock": _LOCK})
    number, before = reach(conn)
    rows = conn.execute(SQL["take_unsealed"], {"limit": limit}).fetchall()
    if rows:
        made: dict[str, list[Any]] = {
            "number": list(range(number + 1, number + 1 + len(rows))),
            "place": [place for place, _ in rows],
            "digest": list(rules.chained(before, (body for _, body in rows))),
        }
        conn.execute(SQL["insert_seals"], made)
    return len(rows)


def head(conn: Conn, signer: crypto.Signer, *, at: datetime) -> Head:
    """How far the chain goes now, signed. Number 0 when nothing is sealed yet."""
    number, last = reach(conn)
    plain = Head(number=number, digest=last.hex(), at=at.isoformat(), key=signer.public.hex(), signature="")
    return msgspec.structs.replace(plain, signature=signer.sign(rules.signed(plain)).hex())


def reach(conn: Conn) -> tuple[int, bytes]:
    """The last number of the chain, 0 when nothing is sealed yet, and its digest."""
    found = conn.execute(SQL["select_head"]).fetchone()
    return (found[0], bytes(found[1])) if found else (0, rules.FIRST)


def prove(conn: Conn, heads: Sequence[Head] = (), *, key: bytes | None = None) -> Verdict:
    """Walk the whole chain, and hold it against heads that were kept elsewhere.

    `key` is the public half that must have signed them; without one, each head must fit the key it names.
    """
    sealed, broken_at = 0, None
    before = rules.FIRST
    wanted = {one.number: one for one in heads if _is_genuine(one, key)}
    wrong = {one.number for one in heads if not _is_genuine(one, key)}
    wrong |= {number for number, one in wanted.items() if number == 0 and one.digest != rules.FIRST.hex()}
    with conn.cursor(name="audit_chain", binary=True) as rows:
        rows.itersize = _ROWS_AT_ONCE
        rows.execute(SQL["select_chain"])
        for number, kept, body in rows:
            sealed += 1
            if broken_at is None:
                before = rules.digest(before, body or "")
                if number != sealed or body is None or bytes(kept) != before:
                    broken_at = sealed
            if number in wanted and wanted[number].digest != bytes(kept).hex():
                wrong.add(number)
    wrong |= {number for number in wanted if number > sealed}
    row = conn.execute(SQL["count_loose"]).fetchone()
    assert row is not None
    return Verdict(
        sealed=sealed,
        waiting=row[1],
        loose=row[0],
        broken_at=broken_at,
        heads=len(heads),
        heads_wrong=tuple(sorted(wrong)),
    )


def _is_genuine(head: Head, key: bytes | None) -> bool:
    try:
        public, signature = bytes.fromhex(head.key), bytes.fromhex(head.signature)
    except ValueError:
        return False
    return (key is None or key == public) and crypto.is_signed(rules.signed(head), signature, public)


def notes(
    conn: Conn,
    program_id: int,
    *,
    limit: int,
    before: int | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    person: str | None = None,
    verbs: Sequence[str] = (),
    member_id: UUID | None = None,
) -> list[Note]:
    """What was noted for the program and the whole house, newest first, written before a place."""
    asked = {
        "program_id": program_id,
        "limit": limit,
        "before": _LAST if before is None else before,
        "from_us": _microseconds(from_at) if from_at else 0,
        "to_us": _microseconds(to_at) if to_at else _LAST,
        "person": person,
        "verbs": list(verbs),
        "member_id": member_id,
    }
    return [_note(*row) for row in conn.execute(SQL["select_notes"], asked)]


def people(conn: Conn, program_id: int, *, limit: int) -> list[tuple[str, str]]:
    """Who acted, by code and name, the busiest first."""
    rows = conn.execute(SQL["select_people"], {"program_id": program_id, "limit": limit})
    return [(person, name or person) for person, name, _ in rows]


def waiting(conn: Conn) -> int:
    """How many notes wait for their place in the chain."""
    row = conn.execute(SQL["count_waiting"]).fetchone()
    assert row is not None
    return int(row[0])


def _note(place: int, raw: str, number: int | None) -> Note:
    body = msgspec.json.decode(raw, type=Body)
    return Note(
        place=place,
        number=number,
        at=_EPOCH + timedelta(microseconds=body.at_us),
        program_id=body.program_id,
        person=body.person,
        name=body.name,
        verb=body.verb,
        member_id=UUID(body.member_id) if body.member_id else None,
        address=body.address,
        facts=body.facts,
    )


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
