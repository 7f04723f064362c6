"""What comes back of orders: returns, cancellations, and orders that are completed again after one."""

from regulars import flows
from regulars.records import activities

from .asked import CancelAsked, ReinstateAsked, ReturnAsked, SettleAsked
from .call import Answer, Call, Operation, Parameter, flaw
from .orders import ORDER_BYTES_MAX, SOURCE, in_utc, stored
from .refusals import Invalid
from .samples import ORDER_TOLD, RETURN, RETURN_TOLD
from .tells import OrderTold, ReturnTold


def return_of(asked: ReturnAsked, *, source: str, order_id: str) -> activities.Return:
    """The return as the flow takes it.

    Raises:
        TimestampInvalid: its time lies outside the calendar.
    """
    return activities.Return(
        source=source,
        external_id=asked.return_id,
        order_external_id=order_id,
        occurred_at=in_utc(asked.occurred_at),
        lines=tuple(
            activities.ReturnedLine(line_id=line.line_id, quantity=line.quantity, amount_minor=line.amount_minor)
            for line in asked.lines
        ),
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        reason=asked.reason,
        is_pending=asked.status == "pending",
    )


def give_back(call: Call, asked: ReturnAsked) -> Answer:
    """POST /v1/orders/{order_id}/returns."""
    returned = return_of(asked, source=call.query.get("source", "shop"), order_id=call.path["order_id"])
    preview = call.query.get("preview", "false")
    if preview not in {"true", "false"}:
        raise Invalid("preview is true or false.", flaws=[flaw("/query/preview")])
    return _returned(call, returned, preview=preview == "true")


def cancel(call: Call, asked: CancelAsked) -> Answer:
    """POST /v1/orders/{order_id}/cancel: a return of all that is left.

    The order's own time stands for a missing one, so that the same cancellation again has the same content, also after
    the order was reinstated.
    """
    source, order_id = call.query.get("source", "shop"), call.path["order_id"]
    order = stored(call)
    return_id = asked.return_id or ("cancel" if order.generation == 1 else f"cancel-{order.generation}")
    earlier = activities.return_named(call.conn, call.program_id, source, order_id, return_id)
    returned = activities.Return(
        source=source,
        external_id=return_id,
        order_external_id=order_id,
        occurred_at=in_utc(asked.occurred_at) if asked.occurred_at else (earlier or order).occurred_at,
        reason=asked.reason,
    )
    return _returned(call, returned, preview=False)


def reinstate(call: Call, asked: ReinstateAsked) -> Answer:
    """POST /v1/orders/{order_id}/reinstate."""
    done = flows.reinstate_order(
        call.conn,
        call.plan,
        call.path["order_id"],
        source=call.query.get("source", "shop"),
        at=call.at,
        external_id=asked.reinstatement_id,
        hold_ids=asked.hold_ids,
        occurred_at=in_utc(asked.occurred_at) if asked.occurred_at else None,
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else 201, content=done.answer, is_replay=is_replay)


def confirm(call: Call, _: SettleAsked) -> Answer:
    """POST /v1/orders/{order_id}/returns/{return_id}/confirm."""
    return _settled(flows.confirm_return(call.conn, call.plan, *_named(call), source=_source(call), at=call.at))


def fail(call: Call, _: SettleAsked) -> Answer:
    """POST /v1/orders/{order_id}/returns/{return_id}/fail."""
    return _settled(flows.fail_return(call.conn, call.plan, *_named(call), source=_source(call), at=call.at))


def _named(call: Call) -> tuple[str, str]:
    return call.path["order_id"], call.path["return_id"]


def _source(call: Call) -> str:
    return call.query.get("source", "shop")


def _settled(done: flows.Refunded) -> Answer:
    return Answer(status=200, content=done.answer, is_replay=done.outcome == "replayed")


def _returned(call: Call, returned: activities.Return, *, preview: bool) -> Answer:
    done = flows.refund_order(call.conn, call.plan, returned, at=call.at, preview=preview)
    return answer_to_return(done, preview=preview)


def answer_to_return(done: flows.Refunded, *, preview: bool = False) -> Answer:
    """201 the first time, 200 again or for a preview, 202 while it waits for its order."""
    status = {"created": 200 if preview else 201, "replayed": 200, "parked": 202}[done.outcome]
    return Answer(status=status, content=done.answer, is_replay=done.outcome == "replayed")


REFUSED_RETURNS = (
    "validation-failed", "unknown-field", "invalid-text", "invalid-timestamp", "event-in-future",
    "amount-out-of-range", "quantity-out-of-range", "currency-mismatch", "unknown-line", "refund-exceeds-purchase",
    "already-refunded", "event-conflict",
)  # fmt: skip
_RETURN_POINTERS = {"/external_id": "/return_id", "/order_external_id": "/path/order_id", "/source": "/query/source"}
_SETTLE_POINTERS = {**_RETURN_POINTERS, "/external_id": "/path/return_id"}

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/returns",
        tag="Orders",
        summary="Record a return",
        description=(
            "Takes back what the order was awarded, as it was awarded, and gives back points it was paid with. A "
            "return that comes before its order waits for it (202). One whose money is not settled yet (`pending`) "
            "takes nothing: what it will take is set aside, and it counts against what is left to return."
        ),
        run=give_back,
        asks=ReturnAsked,
        tells=ReturnTold,
        sample=RETURN,
        example=RETURN_TOLD,
        query=(
            SOURCE,
            Parameter(
                name="preview",
                description="With `true` nothing is written and the answer says what would happen.",
                schema={"type": "boolean", "default": False},
            ),
        ),
        statuses={
            201: "Recorded.",
            200: "Recorded before: the first answer again; or a preview.",
            202: "Waits for its order (`waiting-for-purchase`).",
        },
        problems=REFUSED_RETURNS,
        body_bytes_max=ORDER_BYTES_MAX,
        keeps_refused=True,
        name="return_id",
        pointers=_RETURN_POINTERS,
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/returns/{return_id}/confirm",
        tag="Orders",
        summary="Confirm a pending return",
        description=(
            "Its money is settled: the return is carried out as if it came now. What was set aside is taken first. The "
            "same again is answered as the first time."
        ),
        run=confirm,
        asks=SettleAsked,
        tells=ReturnTold,
        sample={},
        example=RETURN_TOLD,
        query=(SOURCE,),
        statuses={200: "Recorded, now or before."},
        problems=("not-found", "already-decided"),
        name="return_id",
        pointers=_SETTLE_POINTERS,
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/returns/{return_id}/fail",
        tag="Orders",
        summary="Fail a pending return",
        description="Its money did not come: what was set aside is let go, and the goods can be returned again.",
        run=fail,
        asks=SettleAsked,
        tells=ReturnTold,
        sample={},
        example={**RETURN_TOLD, "status": "failed", "points_reversed": 0, "points_taken_back": 0},
        query=(SOURCE,),
        statuses={200: "Let go, now or before."},
        problems=("not-found", "already-decided"),
        name="return_id",
        pointers=_SETTLE_POINTERS,
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/cancel",
        tag="Orders",
        summary="Cancel an order",
        description="The return of everything that is left.",
        run=cancel,
        asks=CancelAsked,
        tells=ReturnTold,
        sample={"return_id": "cancel"},
        example={**RETURN_TOLD, "return_id": "cancel", "reason": "cancelled"},
        query=(SOURCE,),
        statuses={201: "Recorded.", 200: "Recorded before: the first answer again."},
        problems=("not-found", "already-refunded", "event-conflict", "event-in-future"),
        keeps_refused=True,
        name="return_id",
        pointers=_RETURN_POINTERS,
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/reinstate",
        tag="Orders",
        summary="Reinstate a cancelled order",
        description=(
            "An order of which everything came back is completed after all: it is recorded once more under its id, as "
            "the next `generation`, and earns by the rules of today. Later returns, completions and "
            "`GET /v1/orders/{order_id}` mean the newest generation; what was earned and taken back before stays."
        ),
        run=reinstate,
        asks=ReinstateAsked,
        tells=OrderTold,
        sample={"reinstatement_id": "again-1"},
        example={**ORDER_TOLD, "generation": 2},
        query=(SOURCE,),
        statuses={201: "Recorded.", 200: "Reinstated before: the first answer again."},
        problems=(
            "not-found",
            "order-not-cancelled",
            "event-conflict",
            "event-in-future",
            "invalid-timestamp",
            "member-frozen",
            "member-erased",
            "hold-expired",
            "hold-already-captured",
        ),
        name="order_id",
        pointers={"/external_id": "/path/order_id", "/order_id": "/path/order_id", "/source": "/query/source"},
    ),
)
