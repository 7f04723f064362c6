"""Orders: recorded, shown, completed. What comes back of them stands in `returns`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from regulars import flows
from regulars.kit.errors import Flaw
from regulars.records import activities, members

from .asked import ActivateAsked, OrderAsked, OrderLine, WhichMember
from .call import KIB, Answer, Call, Operation, Parameter, flaw
from .refusals import Invalid, TimestampInvalid
from .samples import ACTIVATED, ORDER, ORDER_TOLD, STORED_ORDER
from .tells import OrderTold, StoredOrderTold
from .wallet_tells import ActivatedTold

_KINDS = {
    "product": activities.LineKind.PRODUCT,
    "delivery": activities.LineKind.DELIVERY,
    "gift_card": activities.LineKind.GIFT_CARD,
    "fee": activities.LineKind.FEE,
}
_KIND_NAMES = {kind: name for name, kind in _KINDS.items()}
ORDER_BYTES_MAX = 4096 * KIB
"""Enough for the 10,000 lines an order may have."""


def intake(asked: OrderAsked) -> flows.Intake:
    """The order as the flow takes it.

    Raises:
        Invalid: the member is not named, or not as one can be.
        TimestampInvalid: its time lies outside the calendar.
    """
    order = activities.Order(
        source=asked.source,
        external_id=asked.order_id,
        currency=asked.currency,
        total_minor=asked.total_minor,
        occurred_at=in_utc(asked.occurred_at),
        lines=lines(asked.lines, asked.total_minor),
        points_paid_minor=asked.points_paid_minor,
        store=asked.store,
        channel=asked.channel,
        till=asked.till,
        receipt=asked.receipt,
    )
    return flows.Intake(
        order=order,
        member=named(asked.member),
        hold_ids=tuple(asked.hold_ids),
        coupons=tuple(asked.coupons),
        on_unknown=asked.on_unknown,
    )


def named(who: WhichMember) -> UUID | members.Identifier:
    """Whom a body names.

    Raises:
        Invalid: not exactly one of id and identifier, or an identifier of no known kind or form.
    """
    if (who.id is None) == (who.identifier is None):
        raise Invalid("Name the member by id or by identifier, one of the two.", flaws=[flaw("/member")])
    return who.id or identifier(who.identifier or "", "/member/identifier")


def identifier(text: str, pointer: str) -> members.Identifier:
    """KIND:VALUE as an identifier.

    Raises:
        Invalid: an unknown kind, or a value that is not of its kind.
    """
    kind, _, value = text.partition(":")
    if kind not in {str(known) for known in members.IdentifierKind}:
        kinds = ", ".join(str(known) for known in members.IdentifierKind)
        raise Invalid(f"An identifier is KIND:VALUE; kinds are {kinds}.", flaws=[flaw(pointer)])
    try:
        return members.normal(members.IdentifierKind(kind), value)
    except members.IdentifierInvalid as wrong:
        raise Invalid(wrong.detail, flaws=[flaw(pointer)]) from None


def lines(asked: list[OrderLine], total_minor: int) -> tuple[activities.Line, ...]:
    """The lines of a basket; without any, the whole is one line."""
    if not asked:
        return (activities.Line(line_id="1", amount_minor=total_minor),)
    return tuple(
        activities.Line(
            line_id=line.line_id or str(number),
            amount_minor=line.amount_minor,
            quantity=line.quantity,
            tax_minor=line.tax_minor,
            discount_minor=line.discount_minor,
            sku=line.sku,
            title=line.title,
            category=line.category,
            kind=_KINDS[line.kind],
        )
        for number, line in enumerate(asked, start=1)
    )


def in_utc(at: datetime, pointer: str = "/occurred_at") -> datetime:
    """The same instant in UTC, so that the same moment is the same content.

    Raises:
        TimestampInvalid: the instant lies outside the calendar.
    """
    try:
        return at.astimezone(UTC)
    except OverflowError:
        wrong = Flaw(pointer=pointer, code="invalid-timestamp", detail="outside the calendar")
        raise TimestampInvalid("A time lies from 1970 to 2100.", flaws=[wrong]) from None


def find(call: Call, _: None) -> Answer:
    """GET /v1/orders/{order_id}."""
    order = stored(call)
    apart = activities.pending(call.conn, order)
    content: dict[str, Any] = {
        "order_id": order.external_id,
        "source": order.source,
        "generation": order.generation,
        "member_id": str(order.member_id),
        "occurred_at": order.occurred_at.isoformat(),
        "recorded_at": order.recorded_at.isoformat(),
        "currency": order.currency,
        "total_minor": order.total_minor,
        "points_paid_minor": order.points_paid_minor,
        "eligible_minor": order.eligible_minor,
        "points": order.award_points,
        "points_reversed": order.reversed_points,
        "points_paid": order.burned_points,
        "points_restored": order.restored_points,
        "returned_minor": order.returned_minor,
        "remaining_minor": order.total_minor - order.returned_minor - sum(one.amount_minor for one in apart),
        "store": order.store,
        "channel": order.channel,
        "till": order.till,
        "receipt": order.receipt,
        "returns": [_return(one) for one in activities.refunds(call.conn, order)],
        "lines": [_line(line) for line in activities.lines(call.conn, order)],
    }
    return Answer(status=200, content=content)


def stored(call: Call) -> activities.Purchase:
    """The order as it stands: its newest generation."""
    key = activities.order_key(call.program_id, call.query.get("source", "shop"), call.path["order_id"])
    seen = activities.seen(call.conn, [key]).get(key)
    if seen is None:
        raise activities.OrderNotFound("There is no such order.")
    first = activities.purchases(call.conn, [(seen.member_id, seen.activity_id)])[seen.activity_id]
    return activities.generations(call.conn, call.program_id, first)[-1]


def _return(one: activities.Refund) -> dict[str, Any]:
    return {
        "return_id": one.external_id,
        "status": one.status,
        "occurred_at": one.occurred_at.isoformat(),
        "reason": one.reason,
        "amount_minor": one.amount_minor,
        "points_reversed": one.reversed_points,
        "points_restored": one.restored_points,
    }


def _line(line: activities.PurchaseLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "kind": _KIND_NAMES[line.kind],
        "sku": line.sku,
        "title": line.title,
        "category": line.category,
        "quantity": line.quantity,
        "amount_minor": line.amount_minor,
        "eligible_minor": line.eligible_minor,
        "points": line.points,
        "returned_quantity": line.returned_quantity,
        "returned_minor": line.returned_minor,
    }


def activate(call: Call, _: ActivateAsked) -> Answer:
    """POST /v1/orders/{order_id}/activate."""
    source = call.query.get("source", "shop")
    done = flows.activate_points(call.conn, call.plan, call.path["order_id"], source=source, at=call.at)
    status = {"created": 201, "replayed": 200, "parked": 202}[done.outcome]
    return Answer(status=status, content=done.answer, is_replay=done.outcome == "replayed")


SOURCE = Parameter(
    name="source",
    description="Which of the shop's systems the order came from; `shop` when left out.",
    schema={"type": "string", "default": "shop"},
)
REFUSED_ORDERS = (
    "validation-failed", "unknown-field", "invalid-text", "invalid-timestamp", "event-in-future",
    "amount-out-of-range", "quantity-out-of-range", "total-mismatch", "too-many-lines", "unknown-currency",
    "currency-mismatch", "unknown-member", "member-frozen", "member-erased", "event-conflict", "hold-expired",
    "hold-already-captured", "coupon-malformed", "coupon-unknown", "coupon-expired", "coupon-used",
    "coupon-not-available", "coupon-limit-reached", "coupon-not-stackable", "too-many-coupons", "rate-limited",
    "campaign-paused", "budget-exhausted",
)  # fmt: skip

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/orders",
        tag="Orders",
        summary="Record a paid order",
        description=(
            "Points, tier, holds, coupons and reasons in one transaction. Send it again whenever you are not sure: the "
            "same `source` and `order_id` with the same content are answered as the first time (200), with other "
            "content refused (409). Late orders are welcome; they count at `occurred_at`."
        ),
        asks=OrderAsked,
        tells=OrderTold,
        sample=ORDER,
        example=ORDER_TOLD,
        statuses={
            201: "Recorded.",
            200: "Recorded before: the first answer again.",
            202: "Waits for its member (`on_unknown: hold`); recorded when they join.",
        },
        problems=REFUSED_ORDERS,
        body_bytes_max=ORDER_BYTES_MAX,
        keeps_refused=True,
        gathers=True,
        name="order_id",
        pointers={"/external_id": "/order_id"},
    ),
    Operation(
        method="GET",
        path="/v1/orders/{order_id}",
        tag="Orders",
        summary="Show an order",
        description="The order with its lines, what it earned, and what came back of it so far.",
        run=find,
        tells=StoredOrderTold,
        example=STORED_ORDER,
        query=(SOURCE,),
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/orders/{order_id}/activate",
        tag="Orders",
        summary="Say that an order is completed",
        description=(
            "Delivered, collected, accepted: what the order earned in wallets that wait for that, less what returns "
            "took, becomes usable, once. Said before its order has come, it waits for it (202)."
        ),
        run=activate,
        asks=ActivateAsked,
        tells=ActivatedTold,
        sample={},
        example=ACTIVATED,
        query=(SOURCE,),
        statuses={
            201: "Usable from now on.",
            200: "Said before: the first answer again.",
            202: "Waits for its order (`waiting-for-purchase`).",
        },
        problems=("invalid-text",),
        name="order_id",
        pointers={"/source": "/query/source"},
    ),
)
