"""Households in the members' tables: who shares one account of points."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn

from .model import Household, HouseholdNotFound
from .store import SQL


def household_key(program_id: int, external_id: str) -> UUID:
    """Our id of the household that the shop calls `external_id`."""
    return ids.key_of(program_id, "household", external_id)


def found(conn: Conn, program_id: int, *, external_id: str, name: str, at: datetime) -> UUID | None:
    """Write a household nobody belongs to yet; None when there is one of this name already."""
    row = conn.execute(
        SQL["insert_household"],
        {
            "household_id": household_key(program_id, external_id),
            "program_id": program_id,
            "external_id": external_id,
            "name": name,
            "founded_at": at,
        },
    ).fetchone()
    return row[0] if row else None


def get(conn: Conn, program_id: int, household_id: UUID) -> Household:
    """The household with those who belong to it now, also when it was dissolved.

    Raises:
        HouseholdNotFound: there is none of this id in the program.
    """
    row = conn.execute(SQL["select_household"], {"household_id": household_id, "program_id": program_id}).fetchone()
    if row is None:
        raise HouseholdNotFound("There is no such household.")
    belonging = conn.execute(SQL["select_belonging"], {"household_id": household_id}).fetchall()
    return Household(
        household_id=row[0], program_id=row[1], external_id=row[2], name=row[3], founded_at=row[4],
        dissolved_at=row[5], belonging=tuple((one[0], one[1]) for one in belonging),
    )  # fmt: skip


def is_known(conn: Conn, program_id: int, external_id: str) -> bool:
    """Whether there is, or ever was, a household that the shop calls so."""
    key = {"household_id": household_key(program_id, external_id), "program_id": program_id}
    return conn.execute(SQL["select_household"], key).fetchone() is not None


def among(conn: Conn, account_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these accounts are a household's."""
    rows = conn.execute(SQL["select_households_among"], {"account_ids": list(account_ids)}, binary=True)
    return {row[0] for row in rows}


def ever(conn: Conn, member_ids: Sequence[UUID]) -> list[UUID]:
    """Every household these members ever belonged to."""
    return [row[0] for row in conn.execute(SQL["select_households_of"], {"member_ids": list(member_ids)})]


def join(conn: Conn, member_id: UUID, household_id: UUID, *, at: datetime) -> None:
    """From now on the member's points are kept by the household. The caller has locked both and moves the points."""
    conn.execute(
        SQL["insert_belonging"],
        {"member_id": member_id, "belonging_id": ids.uuid7(), "household_id": household_id, "joined_at": at},
    )
    keep_in(conn, member_id, household_id)


def leave(conn: Conn, member_id: UUID, household_id: UUID, *, at: datetime) -> None:
    """From now on the member has an account of their own again. The caller has locked both."""
    conn.execute(SQL["close_belonging"], {"member_id": member_id, "household_id": household_id, "left_at": at})
    keep_in(conn, member_id, None)


def dissolve(conn: Conn, household_id: UUID, *, at: datetime) -> None:
    """End a household that nobody belongs to any more."""
    conn.execute(SQL["close_household"], {"household_id": household_id, "dissolved_at": at})


def keep_in(conn: Conn, member_id: UUID, account_id: UUID | None) -> None:
    """Keep the points of a member, and of all who were merged into them, in this account; None is their own."""
    change = {"member_id": member_id, "account_id": account_id}
    conn.execute(SQL["update_account"], change)
    conn.execute(SQL["update_followers"], change)
