"""Somebody wants to add or take points: done at once within their allowance, else it waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import access, activities, ledger, members

from .adjust_points import adjust_points, check_adjustment
from .plan import Plan
from .spending import lock_active


class SelfGrant(Refusal):
    """Nobody adjusts the points of the member they are themselves, nor approves it."""

    kind = Kind.FORBIDDEN
    code = "self-grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An adjustment and where it stands; `is_replay` when the same was asked or decided before."""

    adjustment: ledger.adjustments.Adjustment
    is_replay: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a second person."""
        return self.adjustment.state is ledger.adjustments.State.PENDING


def ask_adjustment(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    points: int,
    *,
    by: access.Actor,
    shown_reason: str,
    reference: str,
    at: datetime,
    hidden_note: str = "",
    wallet_code: str = "",
) -> Asked:
    """Add (positive) or take (negative) points, once per member and `reference`, or let it wait for approval.

    The same again tells where it stands by now.

    Raises:
        AdjustmentInvalid: no reason for the member, or no sensible number of points.
        SelfGrant: the member is whoever asks.
        InsufficientPoints: more is taken than can be spent.
        EventConflict: the reference names other points.
        MemberNotFound, MemberFrozen, WalletUnknown: as named.

    Source: quality/cases 124, 126; threat TM16.
    """
    check_adjustment(points, shown_reason=shown_reason, reference=reference, hidden_note=hidden_note)
    wallet = plan.wallet_of(wallet_code)
    standing = lock_active(conn, plan, member_id)
    earlier = ledger.adjustments.find(conn, member_id, adjustment_id(member_id, reference))
    if earlier is not None:
        if (earlier.points, earlier.wallet_id) != (points, wallet.wallet_id):
            raise activities.EventConflict("This reference was used before for another number of points.")
        return Asked(adjustment=earlier, is_replay=True)
    refuse_own(conn, plan, by, standing)
    states = ledger.adjustments.State
    state = states.APPLIED if _is_covered(conn, plan, by, points, at) else states.PENDING
    if state is states.APPLIED:
        adjust_points(
            conn, plan, member_id, points, shown_reason=shown_reason, actor=by.name, reference=reference, at=at,
            hidden_note=hidden_note, wallet_code=wallet_code,
        )  # fmt: skip
    wanted = ledger.adjustments.Adjustment(
        member_id=member_id, adjustment_id=adjustment_id(member_id, reference), wallet_id=wallet.wallet_id,
        reference=reference, points=points, shown_reason=shown_reason.strip(), hidden_note=hidden_note.strip(),
        asked_by=by.code, asked_name=by.name, asked_person=by.person, asked_at=at, on_date=plan.program.local_date(at),
        state=state,
    )  # fmt: skip
    ledger.adjustments.add(conn, wanted)
    return Asked(adjustment=wanted)


def adjustment_id(member_id: UUID, reference: str) -> UUID:
    """What names an adjustment, here and as a transfer of the ledger."""
    return ids.key_of("adjust", member_id, reference)


def refuse_own(conn: Conn, plan: Plan, by: access.Actor, standing: members.Standing) -> None:
    """Refuse to touch an account that keeps the points of whoever acts.

    Raises:
        SelfGrant: it does.
    """
    own = access.own_members(conn, plan.program.program_id, by.person)
    if standing.member_id in own or standing.account_id in members.accounts(conn, own).values():
        raise SelfGrant("These points are your own: somebody else must ask for this, and another approve it.")


def _is_covered(conn: Conn, plan: Plan, by: access.Actor, points: int, at: datetime) -> bool:
    allowance = ledger.adjustments.allowances(conn, plan.program.program_id)[by.kind]
    if allowance.day_points_max is None:
        return allowance.covers(points, used_points=0)
    today = plan.program.local_date(at)
    used = ledger.adjustments.used_points(conn, by, wallet_ids=plan.wallets, on=today, locks=True)
    return allowance.covers(points, used_points=used)
