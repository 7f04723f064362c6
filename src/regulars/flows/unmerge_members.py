"""A merge is undone: the member is found by their own identifiers again and gets back what is still there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import activities, ledger, members

from . import answers, union_tier
from .capture_holds import hold_transfer
from .changes import note
from .close_day import close_accounts
from .hand_over import Cause, Lots, hand_over
from .hold_points import give_back
from .merge_members import UNDO_DAYS, Merged, brought, undo_until
from .plan import Plan


class NotMerged(Refusal):
    """There is no merge of this member to undo."""

    kind = Kind.CONFLICT
    code = "not-merged"


class MergeFinal(Refusal):
    """The merge is too long ago to be undone. Facts: until."""

    kind = Kind.CONFLICT
    code = "merge-final"


def unmerge_members(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime, preview: bool = False) -> Merged:
    """Undo the merge of a member. With `preview` nothing is written and the answer says what would move back.

    They get what they brought as far as it is still there, never more; what was recorded for the other member
    meanwhile stays theirs.

    Raises:
        MemberNotFound: there is no such member.
        NotMerged: they are merged into nobody.
        MergeFinal: more than 30 days ago.

    Source: quality/edge-cases 32; quality/cases 134.
    """
    with conn.transaction(force_rollback=preview):
        return _unmerge(conn, plan, member_id, at=at)


def _unmerge(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime) -> Merged:
    program_id = plan.program.program_id
    members.get(conn, program_id, member_id)
    following = members.followers(conn, member_id)
    into = members.lock_standing(conn, program_id, [member_id, *following])[member_id]
    merge = members.standing_merge(conn, member_id)
    if merge is None:
        raise NotMerged("This member is merged into nobody.")
    if at > undo_until(merge):
        raise MergeFinal(
            f"A merge can be undone for {UNDO_DAYS} days.",
            facts={"until": undo_until(merge).isoformat(timespec="seconds")},
        )
    lots = _returning(conn, plan, merge, into, [member_id, *following], at=at)
    cause = Cause(subject_id=ids.key_of("unmerge", merge.merge_id), code="unmerge")
    hand_over(conn, plan, into.account_id, member_id, lots, cause, at=at)
    union_tier.part(conn, plan, merge, into.member_id, at=at)
    status = members.Status(merge.before["status"])
    members.unmerge(conn, merge, into.member_id, status, following=following, at=at)
    left = str(into.member_id)
    note(conn, plan, "member.unmerged", merge.member_id, subject_id=merge.merge_id, at=at, from_member=left)
    return Merged(outcome="done", answer=_told(conn, plan, merge, into, lots, at=at))


def _told(
    conn: Conn, plan: Plan, merge: members.Merge, into: members.Standing, lots: Mapping[int, Lots], *, at: datetime
) -> dict[str, Any]:
    return {
        "member_id": str(merge.member_id),
        "from_member": str(into.member_id),
        "moved": [
            {
                "wallet": plan.wallets[wallet_id].code,
                "points": sum(points for lot, points in of if lot != ledger.DEBT),
                "debt": -sum(points for lot, points in of if lot == ledger.DEBT),
            }
            for wallet_id, of in sorted(lots.items())
            if of
        ],
        "balance": answers.balance_of(conn, plan, merge.member_id, at=at),
    }


def _returning(
    conn: Conn, plan: Plan, merge: members.Merge, into: members.Standing, names: Sequence[UUID], *, at: datetime
) -> dict[int, Lots]:
    """What goes back, by wallet. Holds that were brought and are still open end first."""
    today = plan.program.local_date(at)
    held = _held(conn, plan, merge, into, at=at)
    close_accounts(conn, plan, [into.account_id, merge.member_id], today=today, at=at)
    present = ledger.lots_of(conn, [into.account_id])
    lost = activities.refunded_points(conn, names, since_at=merge.merged_at)
    found: dict[int, Lots] = {}
    for wallet_id, wallet in plan.wallets.items():
        found[wallet_id] = still_there(
            [*brought(conn, merge, wallet), *((lot, points) for at_id, lot, points in held if at_id == wallet_id)],
            dict(present.get((into.account_id, wallet_id), ())),
            wallet,
            lost_points=lost if wallet is plan.wallet else 0,
            today=today,
        )
    return found


def _held(
    conn: Conn, plan: Plan, merge: members.Merge, into: members.Standing, *, at: datetime
) -> list[tuple[int, ledger.Lot, int]]:
    """Points of the holds that were brought and were not spent: wallet, lot, points; all of them free again."""
    hold_ids = {UUID(one) for one in merge.before["holds"]}
    if not hold_ids:
        return []
    found = []
    for hold in ledger.holds.find(conn, [into.account_id], list(hold_ids)):
        if hold.hold_id not in hold_ids or hold.state is ledger.HoldState.CAPTURED:
            continue
        if hold.state is ledger.HoldState.OPEN:
            give_back(conn, plan, hold, ledger.HoldState.RELEASED, at=at)
        for lot, points in ledger.holds.moves(conn, hold.member_id, hold_transfer(hold.hold_id)):
            found.append((hold.wallet_id, lot, points))
    return found


def still_there(
    wanted: Sequence[tuple[ledger.Lot, int]],
    present: Mapping[ledger.Lot, int],
    wallet: ledger.Wallet,
    *,
    lost_points: int,
    today: date,
) -> tuple[tuple[ledger.Lot, int], ...]:
    """What goes back when a merge is undone: never more than came (`wanted`), never more than is there (`present`).

    Points that ended since, `lost_points` that returns took since, and debts that were paid since are not given back.
    The lots that came go first, then others, each time the earliest end first. A debt goes back as far as it is owed.
    """
    alive = sorted(ledger.alive(lot, points, wallet, today) for lot, points in wanted if lot != ledger.DEBT)
    owed = -sum(points for lot, points in wanted if lot == ledger.DEBT)
    owing = min(owed, -min(0, present.get(ledger.DEBT, 0)))
    left = sum(points for _, points in alive) - (owed - owing) - lost_points
    room = {lot: points for lot, points in present.items() if lot != ledger.DEBT}
    places = [(place, points) for lot, points in alive for place in dict.fromkeys([lot, ledger.activated(lot)])]
    taken: dict[ledger.Lot, int] = {}
    for lot, most in [*places, *((lot, room[lot]) for lot in sorted(room))]:
        share = min(left, most, room.get(lot, 0))
        if share > 0:
            taken[lot] = taken.get(lot, 0) + share
            room[lot] -= share
            left -= share
    return (*sorted(taken.items()), *([(ledger.DEBT, -owing)] if owing else []))
