"""A person adds or takes points, with a reason the member sees and a note they do not."""

from datetime import datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, ledger

from .changes import note
from .plan import Plan
from .spending import lock_active, spend

POINTS_MAX = 1_000_000


class AdjustmentInvalid(Refusal):
    """No reason was given, or the points are zero or out of range."""


def check_adjustment(points: int, *, shown_reason: str, reference: str, hidden_note: str) -> None:
    """Refuse what cannot be an adjustment whoever asks.

    Raises:
        AdjustmentInvalid: no reason for the member, or no sensible number of points.
        InvalidText: a text cannot be stored.
    """
    if points == 0 or abs(points) > POINTS_MAX:
        raise AdjustmentInvalid(f"Say how many points: from 1 to {POINTS_MAX}, or below zero to take them.")
    if not shown_reason.strip():
        raise AdjustmentInvalid("Say why; the member reads it beside the points.")
    activities.check_text("/reference", reference, required=True)
    activities.check_text("/reason", shown_reason)
    activities.check_text("/note", hidden_note)


def adjust_points(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    points: int,
    *,
    shown_reason: str,
    actor: str,
    reference: str,
    at: datetime,
    hidden_note: str = "",
    wallet_code: str = "",
    approver: str = "",
) -> ledger.Posting:
    """Add (positive) or take (negative) points once per `reference`.

    Nobody is asked whether they may: what people want goes through `ask_adjustment`.

    Raises:
        AdjustmentInvalid: no reason for the member, or no sensible number of points.
        InsufficientPoints: more is taken than can be spent.
        EventConflict: the reference names another number of points.
        MemberNotFound, MemberFrozen: as named.
    """
    check_adjustment(points, shown_reason=shown_reason, reference=reference, hidden_note=hidden_note)
    wallet = plan.wallet_of(wallet_code)
    person = lock_active(conn, plan, member_id)
    account_id = person.account_id
    today = plan.program.local_date(at)
    about = {"text": shown_reason.strip(), "actor": actor, "note": hidden_note}
    about |= {"approver": approver} if approver else {}
    transfer = ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("adjust", member_id, reference),
        movement=ledger.Movement.ADJUST,
        points=points,
        occurred_at=at,
        on_date=today,
        reason=ledger.Reason("adjust", about),
        wallet_id=wallet.wallet_id,
        lot=ledger.Lot(expires_on=ledger.expires_on(wallet.expiry, today)),
    )
    before = ledger.posted(conn, [member_id, account_id], transfer.transfer_id)
    posting = before or spend(conn, plan, transfer, at=at)
    if posting.points != points:
        raise activities.EventConflict("This reference was used before for another number of points.")
    if before is None:
        told = {"reference": reference, "wallet": wallet.code, "points": points}
        note(conn, plan, "points.adjusted", person.member_id, subject_id=transfer.transfer_id, at=at, **told)
    return posting
