"""Holds: points set aside for an unpaid basket. They are named by the shop's own ids."""

from regulars import flows

from . import samples
from .asked import CaptureAsked, HoldAsked, ReleaseAsked
from .call import Answer, Call, Operation
from .tells import HoldTold


def hold(call: Call, asked: HoldAsked) -> Answer:
    """POST /v1/holds."""
    done = flows.hold_points(
        call.conn,
        call.plan,
        asked.member_id,
        asked.points,
        external_id=asked.hold_id,
        at=call.at,
        minutes=asked.minutes,
        wallet_code=asked.wallet,
    )
    return _answer(done, created=201)


def capture(call: Call, asked: CaptureAsked) -> Answer:
    """POST /v1/holds/{hold_id}/capture."""
    done = flows.capture_hold(
        call.conn, call.plan, asked.member_id, call.path["hold_id"], at=call.at, points=asked.points
    )
    return _answer(done, created=200)


def release(call: Call, asked: ReleaseAsked) -> Answer:
    """POST /v1/holds/{hold_id}/release."""
    return _answer(
        flows.release_hold(call.conn, call.plan, asked.member_id, call.path["hold_id"], at=call.at), created=200
    )


def _answer(done: flows.Held, *, created: int) -> Answer:
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else created, content=done.answer, is_replay=is_replay)


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/holds",
        tag="Holds",
        summary="Set points aside",
        description=(
            "Takes points out of what the member can spend until the basket is paid (`hold_ids` of the order, or "
            "capture), released, or its minutes are over. At most five are open for a member."
        ),
        retells=True,
        run=hold,
        asks=HoldAsked,
        tells=HoldTold,
        sample=samples.HOLD,
        example=samples.HOLD_TOLD,
        statuses={201: "Set aside.", 200: "Set aside before."},
        problems=(
            "quantity-out-of-range", "insufficient-points", "under-review", "challenge-required",
           "too-many-holds", "unknown-wallet", "wallet-not-spendable",
            "event-conflict", "not-found", "member-frozen",
        ),
        name="hold_id",
    ),
    Operation(
        method="POST",
        path="/v1/holds/{hold_id}/capture",
        tag="Holds",
        summary="Spend a hold",
        description="Makes a hold final without an order of ours. A part of it releases the rest.",
        run=capture,
        asks=CaptureAsked,
        tells=HoldTold,
        sample={"member_id": samples.MEMBER_ID},
        example={**samples.HOLD_TOLD, "state": "captured", "captured_points": 500},
        statuses={200: "Spent, now or before."},
        problems=("capture-exceeds-hold", "hold-expired", "hold-already-captured", "not-found"),
        name="hold_id",
    ),
    Operation(
        method="POST",
        path="/v1/holds/{hold_id}/release",
        tag="Holds",
        summary="Release a hold",
        description="Gives the points back to the lots they came from.",
        run=release,
        asks=ReleaseAsked,
        tells=HoldTold,
        sample={"member_id": samples.MEMBER_ID},
        example={**samples.HOLD_TOLD, "state": "released"},
        statuses={200: "Released, now or before."},
        problems=("hold-already-captured", "not-found"),
        name="hold_id",
    ),
)  # fmt: skip
