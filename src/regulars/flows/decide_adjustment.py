"""A second person approves or declines an adjustment that waits."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import access, activities, ledger, members

from .adjust_points import AdjustmentInvalid, adjust_points
from .ask_adjustment import Asked, adjustment_id, refuse_own
from .plan import Plan
from .spending import lock_active


class FourEyes(Refusal):
    """Who asked cannot approve it, nor can another key of the same person."""

    kind = Kind.FORBIDDEN
    code = "four-eyes"


class AlreadyDecided(Refusal):
    """It does not wait any more. Facts: state."""

    kind = Kind.CONFLICT
    code = "already-decided"


class AdjustmentUnknown(Refusal):
    """This member has no adjustment of this reference."""

    kind = Kind.NOT_FOUND
    code = "not-found"


def approve_adjustment(
    conn: Conn, plan: Plan, member_id: UUID, reference: str, *, by: access.Actor, at: datetime, note: str = ""
) -> Asked:
    """Do what was asked, on today's date. The same person again is answered the same and moves nothing.

    Raises:
        FourEyes: whoever asked approves it themselves.
        SelfGrant: the points are the approver's own.
        AlreadyDecided: it was done, approved or declined before.
        AdjustmentUnknown, InsufficientPoints, MemberNotFound, MemberFrozen: as named; it goes on waiting.

    Source: quality/cases 124, 127; threat TM16.
    """
    activities.check_text("/note", note)
    standing = lock_active(conn, plan, member_id)
    states = ledger.adjustments.State
    found = _found(conn, plan, member_id, reference)
    if found.state is not states.PENDING:
        return _again(found, states.APPROVED, by)
    if by.person == found.asked_person:
        raise FourEyes("You asked for this yourself; a second person must approve it.")
    refuse_own(conn, plan, by, standing)
    adjust_points(
        conn, plan, member_id, found.points, shown_reason=found.shown_reason, actor=found.asked_name,
        approver=by.name, reference=reference, at=at, hidden_note=found.hidden_note,
        wallet_code=plan.wallets[found.wallet_id].code,
    )  # fmt: skip
    return _decided(conn, found, states.APPROVED, by, note=note, at=at)


def decline_adjustment(
    conn: Conn, plan: Plan, member_id: UUID, reference: str, *, by: access.Actor, at: datetime, note: str
) -> Asked:
    """Leave the points as they are, and say why. Whoever asked may withdraw it so.

    Raises:
        AdjustmentInvalid: no reason.
        AlreadyDecided: it was done, approved or declined before.
        AdjustmentUnknown, MemberNotFound: as named.
    """
    if not note.strip():
        raise AdjustmentInvalid("Say why it is declined; whoever asked reads it.")
    activities.check_text("/note", note)
    if member_id not in members.lock_standing(conn, plan.program.program_id, [member_id]):
        raise members.MemberNotFound("There is no such member.")
    states = ledger.adjustments.State
    found = _found(conn, plan, member_id, reference)
    if found.state is not states.PENDING:
        return _again(found, states.DECLINED, by)
    return _decided(conn, found, states.DECLINED, by, note=note, at=at)


def _found(conn: Conn, plan: Plan, member_id: UUID, reference: str) -> ledger.adjustments.Adjustment:
    found = ledger.adjustments.find(conn, member_id, adjustment_id(member_id, reference))
    if found is None or found.wallet_id not in plan.wallets:
        raise AdjustmentUnknown("This member has no adjustment of this reference.")
    return found


def _again(found: ledger.adjustments.Adjustment, state: ledger.adjustments.State, by: access.Actor) -> Asked:
    if found.state is state and found.decided_by == by.code:
        return Asked(adjustment=found, is_replay=True)
    raise AlreadyDecided("This was decided already; that stands.", facts={"state": found.state.name.lower()})


def _decided(
    conn: Conn,
    found: ledger.adjustments.Adjustment,
    state: ledger.adjustments.State,
    by: access.Actor,
    *,
    note: str,
    at: datetime,
) -> Asked:
    is_ours = ledger.adjustments.decide(conn, found, state, by, note=note.strip(), at=at)
    assert is_ours, "the member is locked, so nobody else decided in between"
    done = replace(
        found, state=state, decided_by=by.code, decided_name=by.name, decided_at=at, decision_note=note.strip()
    )
    return Asked(adjustment=done)
