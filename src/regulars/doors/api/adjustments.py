"""Adjustments: points that a person adds or takes, with a reason the member reads; large ones with a second person."""

from typing import Any
from uuid import UUID

from regulars import flows
from regulars.flows import answers
from regulars.records import access, ledger, members

from . import paging, samples
from .asked import AdjustmentAsked, ApproveAsked, DeclineAsked
from .call import Answer, Call, Operation, Parameter, one_of
from .tells import AdjustmentsTold, AdjustmentTold

_STATES = ("pending", "applied", "approved", "declined")


def adjust(call: Call, asked: AdjustmentAsked) -> Answer:
    """POST /v1/adjustments."""
    done = flows.ask_adjustment(
        call.conn,
        call.plan,
        asked.member_id,
        asked.points,
        by=call.key.actor,
        shown_reason=asked.reason,
        reference=asked.reference,
        at=call.at,
        hidden_note=asked.note,
        wallet_code=asked.wallet,
    )
    if done.is_pending:
        return _answer(call, done, status=202)
    return _answer(call, done, status=200 if done.is_replay else 201)


def approve(call: Call, asked: ApproveAsked) -> Answer:
    """POST /v1/adjustments/{reference}/approve."""
    done = flows.approve_adjustment(
        call.conn, call.plan, asked.member_id, call.path["reference"], by=call.key.actor, at=call.at, note=asked.note
    )
    return _answer(call, done, status=200)


def decline(call: Call, asked: DeclineAsked) -> Answer:
    """POST /v1/adjustments/{reference}/decline."""
    done = flows.decline_adjustment(
        call.conn, call.plan, asked.member_id, call.path["reference"], by=call.key.actor, at=call.at, note=asked.reason
    )
    return _answer(call, done, status=200)


def show(call: Call, _: None) -> Answer:
    """GET /v1/adjustments."""
    asked = one_of(call, "state", ("any", *_STATES), "any")
    states = [state for state in ledger.adjustments.State if asked in ("any", state.name.lower())]
    limit = paging.limit(call)
    found = ledger.adjustments.newest(
        call.conn, wallet_ids=call.plan.wallets, states=states, limit=limit + 1, before=paging.cursor(call)
    )
    last = found[limit - 1] if len(found) > limit else None
    content = {
        "adjustments": [_told(call, one) for one in found[:limit]],
        "next_cursor": paging.named((last.asked_at, last.adjustment_id)) if last else None,
    }
    return Answer(status=200, content=content)


def _answer(call: Call, done: flows.Asked, *, status: int) -> Answer:
    one = done.adjustment
    balance = answers.balance_of(
        call.conn, call.plan, _account(call, one.member_id), at=call.at, wallet=call.plan.wallets[one.wallet_id]
    )
    content = {
        **_told(call, one),
        "code": "approval-pending" if done.is_pending else None,
        "balance": balance,
    }
    return Answer(status=status, content=content, is_replay=done.is_replay)


def _account(call: Call, member_id: UUID) -> UUID:
    return members.accounts(call.conn, [member_id])[member_id]


def _told(call: Call, one: ledger.adjustments.Adjustment) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "member_id": str(one.member_id),
        "wallet": call.plan.wallets[one.wallet_id].code,
        "points": one.points,
        "reason": one.shown_reason,
        "note": one.hidden_note,
        "state": one.state.name.lower(),
        "asked_by": one.asked_name,
        "asked_at": one.asked_at.isoformat(),
        "decided_by": one.decided_name,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "decision_note": one.decision_note,
    }


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/adjustments",
        tag="Adjustments",
        summary="Add or take points",
        description=(
            "A manual movement with a reason the member reads and a note only staff reads; once a reference. Above "
            "the limits of the key (console → Settings; 1,000 points at once and 5,000 a day) it is answered 202, "
            "`code` is `approval-pending`, nothing moves, and it waits until a second person approves it."
        ),
        retells=True,
        run=adjust,
        asks=AdjustmentAsked,
        tells=AdjustmentTold,
        scope=access.Scope.ADMIN,
        sample=samples.ADJUSTMENT,
        example=samples.ADJUSTMENT_TOLD,
        statuses={201: "Done.", 200: "Done or declined before.", 202: "Waits for a second person; nothing moved."},
        problems=(
            "validation-failed", "insufficient-points", "event-conflict", "self-grant", "not-found", "forbidden",
            "member-frozen", "unknown-wallet",
        ),
        name="reference",
    ),
    Operation(
        method="GET",
        path="/v1/adjustments",
        tag="Adjustments",
        summary="List adjustments",
        description="What was asked for, by whom, and who decided it, newest first, page by page.",
        run=show,
        tells=AdjustmentsTold,
        scope=access.Scope.ADMIN,
        example={"adjustments": [samples.ADJUSTMENT_LISTED], "next_cursor": None},
        query=(
            Parameter(
                name="state",
                description="`pending` waits for a second person; `applied` needed none.",
                schema={"type": "string", "enum": ["any", *_STATES], "default": "any"},
            ),
            *paging.PARAMETERS,
        ),
        problems=("validation-failed",),
    ),
    Operation(
        method="POST",
        path="/v1/adjustments/{reference}/approve",
        tag="Adjustments",
        summary="Approve an adjustment that waits",
        description=(
            "Moves the points, today. Another person than the one who asked: a key stands for the staff account that "
            "issued it, so neither may have asked for it, nor own the points."
        ),
        run=approve,
        asks=ApproveAsked,
        tells=AdjustmentTold,
        scope=access.Scope.ADMIN,
        sample=samples.APPROVAL,
        example=samples.APPROVED_TOLD,
        statuses={200: "Approved, now or before by the same key."},
        problems=("four-eyes", "self-grant", "already-decided", "insufficient-points", "not-found", "member-frozen"),
        name="reference",
    ),
    Operation(
        method="POST",
        path="/v1/adjustments/{reference}/decline",
        tag="Adjustments",
        summary="Decline an adjustment that waits",
        description="Leaves the points as they are, with a reason. Whoever asked may withdraw it so themselves.",
        run=decline,
        asks=DeclineAsked,
        tells=AdjustmentTold,
        scope=access.Scope.ADMIN,
        sample=samples.REFUSAL,
        example=samples.DECLINED_TOLD,
        statuses={200: "Declined, now or before by the same key."},
        problems=("already-decided", "not-found"),
        name="reference",
    ),
)  # fmt: skip
