"""Two profiles turn out to be one person: one is merged into the other, and can be taken out again for 30 days.

Nothing that was recorded changes. Identifiers and the old id lead to the other member from here on; points move with
their lots; what counts for tiers is added up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.program import tiers
from regulars.records import ledger, members

from . import answers, union_tier
from .changes import note
from .give_points import taking_part
from .hand_over import Cause, hand_over_all
from .plan import Plan
from .share_account import part_with

UNDO_DAYS = 30


class AlreadyMerged(Refusal):
    """The member was merged into somebody else before."""

    kind = Kind.CONFLICT
    code = "already-merged"


class MergedIntoItself(Refusal):
    """A member cannot be merged into themselves, nor into who was merged into them."""

    code = "invalid-recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge or its undoing did: `done`, or `replayed` (the same pair again, nothing new)."""

    outcome: Literal["done", "replayed"]
    answer: Mapping[str, Any]


def merge_members(
    conn: Conn, plan: Plan, member_id: UUID, into_id: UUID, *, at: datetime, preview: bool = False
) -> Merged:
    """Merge a member into another. With `preview` nothing is written and the answer says what would move.

    Who belongs to a household leaves it first: what they brought there stays there.

    Raises:
        MemberNotFound, MemberFrozen, MemberErased: of one of the two.
        AlreadyMerged: into somebody else.
        MergedIntoItself: both are the same member already.
        LastMember: the member is the only one of a household.

    Source: quality/edge-cases 32; quality/cases 134.
    """
    with conn.transaction(force_rollback=preview):
        return _merge(conn, plan, member_id, into_id, at=at)


def _merge(conn: Conn, plan: Plan, member_id: UUID, into_id: UUID, *, at: datetime) -> Merged:
    program_id = plan.program.program_id
    following = members.followers(conn, member_id)
    standings = members.lock_standing(conn, program_id, [member_id, *following, into_id])
    person, into = taking_part(standings.get(member_id)), taking_part(standings.get(into_id))
    standing = members.standing_merge(conn, member_id)
    if standing is not None:
        if person.member_id != into.member_id:
            raise AlreadyMerged("This member was merged into another; undo that first.")
        return Merged(outcome="replayed", answer=_told(conn, plan, standing, into, at=at))
    if person.member_id == into.member_id:
        raise MergedIntoItself("These two are one member already.")
    if person.account_id != member_id:
        household = members.households.get(conn, program_id, person.account_id)
        part_with(conn, plan, member_id, household, at=at)
    merge_id = ids.uuid7()
    holds = [str(hold.hold_id) for hold in ledger.holds.find(conn, [member_id])]
    cause = Cause(subject_id=merge_id, code="merge")
    hand_over_all(conn, plan, member_id, into.account_id, cause, at=at)
    before = {
        "status": person.status.value,
        "holds": holds,
        **union_tier.unite(conn, plan, member_id, into.member_id, at=at),
    }
    members.merge(
        conn,
        program_id,
        member_id,
        into.member_id,
        into.account_id,
        merge_id=merge_id,
        following=following,
        before=before,
        at=at,
    )
    note(conn, plan, "member.merged", member_id, subject_id=merge_id, at=at, into=str(into.member_id))
    merge = members.standing_merge(conn, member_id)
    assert merge is not None
    return Merged(outcome="done", answer=_told(conn, plan, merge, into, at=at))


def _told(conn: Conn, plan: Plan, merge: members.Merge, into: members.Standing, *, at: datetime) -> dict[str, Any]:
    """What a merge brought, as it is told: points by wallet, owed ones below zero."""
    today = plan.program.local_date(at)
    moved = {wallet.code: brought(conn, merge, wallet) for wallet in plan.wallets.values()}
    member = members.get(conn, plan.program.program_id, into.member_id)
    progress = tiers.standing(conn, plan.ladder, into.member_id, today=today)
    return {
        "member_id": str(merge.member_id),
        "into": str(into.member_id),
        "merged_at": merge.merged_at.isoformat(timespec="seconds"),
        "undo_until": undo_until(merge).isoformat(timespec="seconds"),
        "moved": [
            {"wallet": code, "points": sum(points for lot, points in lots if lot != ledger.DEBT),
             "debt": -sum(points for lot, points in lots if lot == ledger.DEBT)}
            for code, lots in moved.items()
            if lots
        ],
        "holds": len(merge.before["holds"]),
        "tier": answers.tier(progress, member.language),
        "balance": answers.balance_of(conn, plan, into.account_id, at=at),
    }  # fmt: skip


def undo_until(merge: members.Merge) -> datetime:
    """Until when a merge can be undone."""
    return merge.merged_at + timedelta(days=UNDO_DAYS)


def brought(conn: Conn, merge: members.Merge, wallet: ledger.Wallet) -> list[tuple[ledger.Lot, int]]:
    """The lots a merge moved in a wallet; a debt is below zero."""
    moved = ledger.subject_moves(conn, [merge.member_id], merge.merge_id, ledger.Contra.TRANSFER, wallet=wallet)
    return [(lot, -points) for lot, points in moved]
