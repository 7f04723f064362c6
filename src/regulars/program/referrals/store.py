"""The only code that touches the referrals' tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import (
    Bought,
    Change,
    Funnel,
    Referral,
    ReferralCodeUnknown,
    ReferralDecided,
    ReferralNotFound,
    Review,
    Scheme,
    State,
)

SQL = sql.load("regulars.program.referrals")
_KIN_MAX = 1000
_UP_MAX = 50


def scheme(conn: Conn, program_id: int) -> Scheme | None:
    """The program's terms; None where there never were any."""
    row = conn.execute(SQL["select_scheme"], {"program_id": program_id}).fetchone()
    return Scheme(**dict(zip(_SCHEME, row, strict=True))) if row else None


_SCHEME = ("program_id", "advocate_points", "friend_points", "is_live", "minimum_minor", "window_days", "keep_days",
           "cap", "cap_period", "link")  # fmt: skip


def save(conn: Conn, wanted: Scheme, *, by: str, at: datetime) -> bool:
    """Write the terms and who changed what of them; False when nothing differs.

    Rewards that are not paid yet follow the new terms.

    Raises:
        SchemeInvalid: they make no sense together.
    """
    rules.check(wanted)
    changes = rules.differences(scheme(conn, wanted.program_id), wanted)
    if not changes:
        return False
    conn.execute(SQL["upsert_scheme"], msgspec.structs.asdict(wanted))
    conn.execute(
        SQL["insert_change"],
        {"program_id": wanted.program_id, "change_id": ids.uuid7(), "changed_at": at, "changed_by": by,
         "changes": msgspec.json.encode(changes).decode()},
    )  # fmt: skip
    return True


def history(conn: Conn, program_id: int) -> list[Change]:
    """Who changed what of the terms, newest first."""
    rows = conn.execute(SQL["select_changes"], {"program_id": program_id})
    return [msgspec.convert({"changed_at": r[0], "changed_by": r[1], "changes": r[2]}, Change) for r in rows]


def code(conn: Conn, program_id: int, member_id: UUID) -> str | None:
    """A member's code, if they ever asked for it."""
    row = conn.execute(SQL["select_advocate"], {"program_id": program_id, "member_id": member_id}).fetchone()
    return row[0] if row else None


def issue(conn: Conn, program_id: int, member_id: UUID, *, at: datetime) -> str:
    """The member's code: the one they have, or a new one."""
    told = {"program_id": program_id, "member_id": member_id, "at": at, "code": rules.code_of(ids.uuid7())}
    if conn.execute(SQL["insert_advocate"], told).fetchone():
        conn.execute(SQL["insert_code"], told)
    found = code(conn, program_id, member_id)
    assert found is not None
    return found


def advocate(conn: Conn, program_id: int, spelled: str) -> UUID:
    """Whose code it is.

    Raises:
        ReferralCodeUnknown: nobody's.
    """
    row = conn.execute(SQL["select_code"], {"program_id": program_id, "code": rules.spelled(spelled)}).fetchone()
    if row is None:
        raise ReferralCodeUnknown("Nobody has this referral code. Enroll without it, or ask for it again.")
    found: UUID = row[0]
    return found


def note_traits(conn: Conn, program_id: int, member_id: UUID, found: Mapping[str, bytes], *, at: datetime) -> None:
    """Remember digests of what a member joined with."""
    if found:
        conn.execute(
            SQL["insert_traits"],
            {"program_id": program_id, "member_id": member_id, "at": at, "kind": list(found),
             "digest": list(found.values())},
        )  # fmt: skip


def traits_around(conn: Conn, advocate_id: UUID, *, without: UUID) -> list[tuple[str, bytes]]:
    """Digests of everybody around an advocate: who brought them, up to the first, and whom all of these brought."""
    above = [advocate_id]
    while len(above) < _UP_MAX and (one := referrals(conn, [above[-1]]).get(above[-1])):
        above.append(one.advocate_id)
    kin = {*above, *(one.member_id for one in brought(conn, above, limit=_KIN_MAX))} - {without}
    rows = conn.execute(SQL["select_traits"], {"member_ids": sorted(kin)})
    return [(row[0], bytes(row[1])) for row in rows]


def join(
    conn: Conn,
    program_id: int,
    friend_id: UUID,
    advocate_id: UUID,
    *,
    reasons: Sequence[str],
    at: datetime,
    on: date,
) -> None:
    """A friend was brought by an advocate; with reasons a person must look before anybody is rewarded."""
    conn.execute(
        SQL["insert_referral"],
        {"member_id": friend_id, "program_id": program_id, "advocate_id": advocate_id, "joined_at": at, "joined_on": on,
         "review": (Review.WAITS if reasons else Review.NONE).value, "reasons": list(reasons)},
    )  # fmt: skip


def referrals(conn: Conn, member_ids: Iterable[UUID]) -> dict[UUID, Referral]:
    """How these friends came; who came by themselves is left out."""
    rows = conn.execute(SQL["select_referrals"], {"member_ids": list(member_ids)})
    return {row[0]: _referral(row) for row in rows}


def brought(conn: Conn, advocate_ids: Sequence[UUID], *, limit: int) -> list[Referral]:
    """Whom these members brought, newest first."""
    return [_referral(row) for row in conn.execute(SQL["select_brought"], {"member_ids": advocate_ids, "limit": limit})]


def listed(
    conn: Conn, program_id: int, *, limit: int, state: State | None = None, review: Review | None = None
) -> list[Referral]:
    """The newest referrals, in one state or review."""
    rows = conn.execute(
        SQL["select_listed"],
        {"program_id": program_id, "limit": limit, "state": state.value if state else None,
         "review": review.value if review else None},
    )  # fmt: skip
    return [_referral(row) for row in rows]


def note_bought(conn: Conn, found: Sequence[tuple[Bought, date]]) -> None:
    """Note the purchases that count, each with the day on which it is kept; a friend who bought before is left."""
    conn.execute(
        SQL["note_bought"],
        {
            "member_id": [one.member_id for one, _ in found],
            "order_id": [one.order_id for one, _ in found],
            "bought_on": [one.on_date for one, _ in found],
            "due_on": [due for _, due in found],
        },
    )


def cancel(conn: Conn, member_id: UUID, order_id: UUID) -> bool:
    """The purchase came back: what is pending is cancelled, what was paid is taken back next.

    False: it was nobody's first.
    """
    return conn.execute(SQL["cancel_referral"], {"member_id": member_id, "order_id": order_id}).rowcount == 1


def due(conn: Conn, program_id: int, *, today: date, limit: int) -> list[tuple[UUID, UUID]]:
    """Friends and their advocates where something is to be paid or taken back."""
    rows = conn.execute(SQL["select_due"], {"program_id": program_id, "today": today, "limit": limit})
    return [(row[0], row[1]) for row in rows]


def rewarded(conn: Conn, advocate_id: UUID, *, since_on: date) -> int:
    """For how many friends an advocate was rewarded since a day."""
    row = conn.execute(SQL["count_rewarded"], {"advocate_id": advocate_id, "since_on": since_on}).fetchone()
    assert row is not None
    return int(row[0])


def settle(conn: Conn, one: Referral, state: State, *, paid_on: date | None = None, advocate_points: int = 0,
           friend_points: int = 0, note: str = "") -> bool:  # fmt: skip
    """Move a referral on; False when somebody else moved it first."""
    found = conn.execute(
        SQL["settle_referral"],
        {"member_id": one.member_id, "state": state.value, "from_state": one.state.value, "paid_on": paid_on,
         "advocate_points": advocate_points, "friend_points": friend_points, "note": note},
    )  # fmt: skip
    return found.rowcount == 1


def hold(conn: Conn, one: Referral, reasons: Sequence[str]) -> None:
    """Let a person look before it is paid."""
    conn.execute(SQL["hold_referral"], {"member_id": one.member_id, "reasons": list(reasons)})


def decide(conn: Conn, program_id: int, friend_id: UUID, review: Review, *, by: str, at: datetime) -> Referral:
    """A person approves or refuses what they looked at; once.

    Raises:
        ReferralNotFound: no such referral in this program.
        ReferralDecided: it was decided before, or never had to be.
    """
    found = conn.execute(
        SQL["decide_referral"],
        {"member_id": friend_id, "program_id": program_id, "review": review.value, "by": by, "at": at},
    ).rowcount
    one = referrals(conn, [friend_id]).get(friend_id)
    if one is None or one.program_id != program_id:
        raise ReferralNotFound("There is no such referral.")
    if not found:
        raise ReferralDecided("This was decided before; that stands.")
    return one


def funnel(conn: Conn, program_id: int) -> Funnel:
    """How many came how far."""
    asked = {"program_id": program_id}
    row = conn.execute(SQL["count_states"], asked).fetchone()
    codes = conn.execute(SQL["count_codes"], asked).fetchone()
    assert row is not None
    assert codes is not None
    names = ("joined", "bought", "kept", "cancelled", "in_review", "points")
    return Funnel(codes=codes[0], **dict(zip(names, row, strict=True)))


def _referral(row: Sequence[Any]) -> Referral:
    values = dict(zip(Referral.__struct_fields__, row, strict=True))
    values["state"], values["review"] = State(values["state"]), Review(values["review"])
    values["reasons"] = tuple(values["reasons"])
    return Referral(**values)
