"""Members bring friends: joining by a code, the first purchase, the day it counts as kept, and what a return undoes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.program import referrals
from regulars.records import activities, ledger, members

from .plan import Plan

CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a code came to: `joined`, `referral-review` (a person looks first), or `member-already`."""

    status: Literal["joined", "referral-review", "member-already"]
    reasons: tuple[str, ...] = ()


def check_code(conn: Conn, plan: Plan, code: str) -> UUID:
    """Whose code it is, before anything is written.

    Raises:
        ReferralClosed: the program has no referrals at present.
        ReferralCodeUnknown: nobody's.
    """
    if plan.referring is None or not plan.referring.is_live:
        raise referrals.ReferralClosed("This program has no referrals at present. Enroll without the code.")
    return referrals.advocate(conn, plan.program.program_id, code)


def join_by_code(
    conn: Conn,
    plan: Plan,
    friend: members.Member,
    advocate_id: UUID,
    told: Mapping[str, str],
    *,
    is_new: bool,
    at: datetime,
) -> Joined:
    """A member who just enrolled was brought by an advocate. `told`: device, address, payment, as the shop knows them.

    The same again is answered as the first time. Whoever shares something with the people around the advocate is
    enrolled all the same, and a person looks before anybody is rewarded.

    Source: quality/cases 78f; quality/threats TM12.
    """
    if friend.member_id == advocate_id:
        return Joined(status="referral-review", reasons=("identifier",))
    if before := referrals.referrals(conn, [friend.member_id]).get(friend.member_id):
        is_same = before.advocate_id == advocate_id
        return _told(before.reasons) if is_same else Joined(status="member-already")
    if not is_new:
        return Joined(status="member-already")
    program = plan.program
    own = referrals.traits(program.program_id, {**_known(friend), **told})
    for one in members.several(conn, program.program_id, [advocate_id]).values():
        note_traits(conn, plan, one, {}, at=at)
    reasons = referrals.same_kinds(own, referrals.traits_around(conn, advocate_id, without=friend.member_id))
    on = program.local_date(at)
    referrals.join(conn, program.program_id, friend.member_id, advocate_id, reasons=reasons, at=at, on=on)
    return _told(reasons)


def _told(reasons: tuple[str, ...]) -> Joined:
    return Joined(status="referral-review" if reasons else "joined", reasons=reasons)


def note_traits(conn: Conn, plan: Plan, member: members.Member, told: Mapping[str, str], *, at: datetime) -> None:
    """Remember digests of what a member joins with or uses, where the program has referrals."""
    if plan.referring is not None:
        found = referrals.traits(plan.program.program_id, {**_known(member), **told})
        referrals.note_traits(conn, plan.program.program_id, member.member_id, found, at=at)


def _known(member: members.Member) -> dict[str, str]:
    kinds = members.IdentifierKind
    return {str(one.kind): one.value for one in member.identifiers if one.kind in (kinds.EMAIL, kinds.PHONE)}


def note_purchases(conn: Conn, plan: Plan, found: Iterable[referrals.Bought]) -> None:
    """Note the first purchases among these; without terms of referrals nothing is asked. The members are locked."""
    scheme = plan.referring
    if scheme is None:
        return
    bought = sorted(found, key=lambda one: (one.occurred_at, one.order_id))
    known = referrals.referrals(conn, {one.member_id for one in bought}) if bought else {}
    first: dict[UUID, referrals.Bought] = {}
    for one in bought:
        referral = known.get(one.member_id)
        if referral and one.member_id not in first and referrals.is_first(scheme, referral, one):
            first[one.member_id] = one
    if first:
        days = plan.program.return_window_days
        referrals.note_bought(conn, [(one, referrals.due_on(scheme, one.on_date, days)) for one in first.values()])


def note_return(conn: Conn, plan: Plan, purchase: activities.Purchase, undoing: activities.Undoing) -> None:
    """A purchase came back: where it was a friend's first one, nobody is rewarded for it. The member is locked."""
    scheme = plan.referring
    left = purchase.total_minor - purchase.returned_minor - undoing.amount_minor
    if scheme is not None and not referrals.still_counts(scheme, left):
        referrals.cancel(conn, purchase.member_id, purchase.order_id)


def settle_referrals(conn: Conn, plan: Plan, *, at: datetime) -> int:
    """Pay what is kept and take back what came back after it was paid: a chunk; answers how many were looked at.

    Doing it twice does nothing the second time.
    """
    scheme, today = plan.referring, plan.program.local_date(at)
    if scheme is None:
        return 0
    found = referrals.due(conn, plan.program.program_id, today=today, limit=CHUNK)
    if not found:
        return 0
    locked = members.lock_standing(conn, plan.program.program_id, sorted({one for pair in found for one in pair}))
    settled = 0
    for one in referrals.referrals(conn, [friend for friend, _ in found]).values():
        friend, advocate = locked.get(one.member_id), locked.get(one.advocate_id)
        if one.state is referrals.State.REVERSING:
            settled += _take_back(conn, plan, one, friend, advocate, at=at)
        elif one.state is referrals.State.BOUGHT and one.review in (referrals.Review.NONE, referrals.Review.APPROVED):
            settled += _pay(conn, plan, scheme, one, friend, advocate, at=at)
    return settled


def _pay(
    conn: Conn,
    plan: Plan,
    scheme: referrals.Scheme,
    one: referrals.Referral,
    friend: members.Standing | None,
    advocate: members.Standing | None,
    *,
    at: datetime,
) -> int:
    if one.review is referrals.Review.NONE and (reasons := _doubts(friend, advocate)):
        referrals.hold(conn, one, reasons)
        return 1
    today, note = plan.program.local_date(at), ""
    can_pay = friend is not None and friend.status is members.Status.ACTIVE
    friend_points = scheme.friend_points if can_pay else 0
    advocate_points = scheme.advocate_points
    if advocate is None or advocate.status is not members.Status.ACTIVE:
        advocate_points, note = 0, "inactive"
    elif scheme.cap is not None:
        since_on = referrals.cap_since(scheme, today)
        if referrals.rewarded(conn, one.advocate_id, since_on=since_on) >= scheme.cap:
            advocate_points, note = 0, "cap"
    if not referrals.settle(
        conn,
        one,
        referrals.State.KEPT,
        paid_on=today,
        advocate_points=advocate_points,
        friend_points=friend_points,
        note=note,
    ):
        return 0
    transfers = [
        _transfer(plan, one, who.account_id, side, ledger.Movement.EARN, points, at=at)
        for side, who, points in (("friend", friend, friend_points), ("advocate", advocate, advocate_points))
        if who is not None and points
    ]
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    return 1


def _doubts(friend: members.Standing | None, advocate: members.Standing | None) -> list[str]:
    """Why a person must look before it is paid: what happened since the friend joined."""
    found = []
    if friend and advocate and friend.account_id == advocate.account_id:
        found.append("account")
    if any(one is not None and one.status is members.Status.FROZEN for one in (friend, advocate)):
        found.append("frozen")
    return found


def _take_back(
    conn: Conn,
    plan: Plan,
    one: referrals.Referral,
    friend: members.Standing | None,
    advocate: members.Standing | None,
    *,
    at: datetime,
) -> int:
    if not referrals.settle(conn, one, referrals.State.CANCELLED, note="returned"):
        return 0
    transfers = [
        _transfer(plan, one, who.account_id, side, ledger.Movement.CLAWBACK, points, at=at)
        for side, who, points in (("friend", friend, one.friend_points), ("advocate", advocate, one.advocate_points))
        if who is not None and points
    ]
    ledger.post(conn, transfers, wallets=plan.wallets, today=plan.program.local_date(at), recorded_at=at)
    return 1


def _transfer(
    plan: Plan,
    one: referrals.Referral,
    account_id: UUID,
    side: str,
    movement: ledger.Movement,
    points: int,
    *,
    at: datetime,
) -> ledger.Transfer:
    """A reward, or its taking back; what an advocate reads of it names nobody."""
    today = plan.program.local_date(at)
    code = "earn" if movement is ledger.Movement.EARN else "clawback"
    return ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("referral", code, side, one.member_id),
        movement=movement,
        points=points,
        occurred_at=at,
        on_date=today,
        reason=ledger.Reason(f"{code}.referral.{side}", {"points": points}),
        wallet_id=plan.wallet.wallet_id,
        lot=ledger.award_lot(plan.wallet, earned_on=one.paid_on or today, window_days=0, today=today),
    )
