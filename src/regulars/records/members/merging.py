"""Merges in the members' tables: who was merged into whom; identifiers that lead to another member."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.db import Conn

from .model import Merge, Status
from .rules import same_person
from .store import SQL


def followers(conn: Conn, member_id: UUID) -> list[UUID]:
    """Everybody who was merged into a member, and into those, in the order it happened."""
    found: list[UUID] = []
    asked = [member_id]
    while asked:
        rows = conn.execute(SQL["select_merges"], {"member_ids": [], "into_ids": asked}).fetchall()
        asked = [row[0] for row in rows]
        found += asked
    return found


def standing_merge(conn: Conn, member_id: UUID) -> Merge | None:
    """The merge of a member that stands; None when they were not merged, or it was undone."""
    row = conn.execute(SQL["select_merges"], {"member_ids": [member_id], "into_ids": []}).fetchone()
    return Merge(member_id=row[0], merge_id=row[1], into_id=row[2], merged_at=row[3], before=row[4]) if row else None


def merged_into(conn: Conn, member_id: UUID) -> list[Merge]:
    """The merges that stand of others into a member, oldest first."""
    rows = conn.execute(SQL["select_merges"], {"member_ids": [], "into_ids": [member_id]})
    return [Merge(member_id=row[0], merge_id=row[1], into_id=row[2], merged_at=row[3], before=row[4]) for row in rows]


def led_by(conn: Conn, member_id: UUID, final_id: UUID) -> list[UUID]:
    """A member and, one after the other, everybody on the way to whom they lead at present."""
    found = [member_id]
    while found[-1] != final_id and (step := standing_merge(conn, found[-1])) is not None:
        found.append(step.into_id)
    return found


def were_one(conn: Conn, one: UUID, other: UUID) -> bool:
    """Whether two ids are, or once were, the same member by merges."""
    if one == other:
        return True
    known = {one, other}
    while True:
        links = [(row[0], row[1]) for row in conn.execute(SQL["select_kin"], {"member_ids": list(known)})]
        more = {member_id for link in links for member_id in link}
        if more <= known:
            return same_person(links, one, other)
        known |= more


def merge(
    conn: Conn,
    program_id: int,
    member_id: UUID,
    into_id: UUID,
    account_id: UUID,
    *,
    merge_id: UUID,
    following: Sequence[UUID],
    before: Mapping[str, Any],
    at: datetime,
) -> None:
    """Lead a member (and who follows them) and all their identifiers to another. The caller has locked them all."""
    conn.execute(
        SQL["insert_merge"],
        {
            "member_id": member_id,
            "merge_id": merge_id,
            "into_id": into_id,
            "program_id": program_id,
            "merged_at": at,
            "before": msgspec.json.encode(before).decode(),
        },
    )
    conn.execute(
        SQL["update_merged"],
        {"member_ids": [member_id, *following], "into_id": into_id, "account_id": account_id},
    )
    conn.execute(SQL["point_identifiers"], {"member_id": member_id, "into_id": into_id})


def unmerge(
    conn: Conn, merge: Merge, final_id: UUID, status: Status, *, following: Sequence[UUID], at: datetime
) -> None:
    """Give a member (and who follows them) their identifiers and an account of their own back.

    `final_id` is whom they lead to at present: `merge.into_id`, or whom that one was merged into since.
    """
    conn.execute(SQL["close_merge"], {"member_id": merge.member_id, "merge_id": merge.merge_id, "undone_at": at})
    conn.execute(SQL["update_unmerged"], {"member_id": merge.member_id, "status": status.value})
    if following:
        conn.execute(
            SQL["update_merged"],
            {"member_ids": list(following), "into_id": merge.member_id, "account_id": merge.member_id},
        )
    conn.execute(
        SQL["return_identifiers"],
        {"member_id": merge.member_id, "into_id": final_id, "from_ids": [merge.member_id, *following]},
    )
