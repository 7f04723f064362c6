"""Adjustments: points that a person adds or takes, with a reason the member reads."""

from regulars import flows
from regulars.flows import answers
from regulars.records import access, ledger, members

from . import samples
from .asked import AdjustmentAsked
from .call import Answer, Call, Operation
from .tells import AdjustmentTold


def adjust(call: Call, asked: AdjustmentAsked) -> Answer:
    """POST /v1/adjustments."""
    posting = flows.adjust_points(
        call.conn,
        call.plan,
        asked.member_id,
        asked.points,
        shown_reason=asked.reason,
        actor=f"key:{call.key.hint}",
        reference=asked.reference,
        at=call.at,
        hidden_note=asked.note,
        wallet_code=asked.wallet,
    )
    wallet = call.plan.wallet_of(asked.wallet)
    account_id = members.accounts(call.conn, [asked.member_id])[asked.member_id]
    content = {
        "reference": asked.reference,
        "member_id": str(asked.member_id),
        "wallet": wallet.code,
        "points": posting.points,
        "balance": answers.balance_of(call.conn, call.plan, account_id, at=call.at, wallet=wallet),
    }
    is_replay = posting.outcome is ledger.Outcome.DUPLICATE
    return Answer(status=200 if is_replay else 201, content=content, is_replay=is_replay)


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/adjustments",
        tag="Adjustments",
        summary="Add or take points",
        description="A manual movement with a reason the member reads and a note only staff reads; once a reference.",
        retells=True,
        run=adjust,
        asks=AdjustmentAsked,
        tells=AdjustmentTold,
        scope=access.Scope.ADMIN,
        sample=samples.ADJUSTMENT,
        example=samples.ADJUSTMENT_TOLD,
        statuses={201: "Done.", 200: "Done before."},
        problems=(
            "validation-failed", "insufficient-points", "unknown-wallet", "event-conflict", "not-found", "forbidden",
        ),
        name="reference",
    ),
)  # fmt: skip
