"""The money of a pending return is settled, or is not: the return is carried out, or everything is let go."""

from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import activities, members, outbox

from . import answers, changes
from .plan import Plan
from .refund_order import Refunded, carry_out
from .reserve_return import free, remaining_minor
from .stored_order import locked


def confirm_return(
    conn: Conn, plan: Plan, order_external_id: str, external_id: str, *, source: str, at: datetime
) -> Refunded:
    """Carry out a return that was pending, as if it came now; the same again is answered as the first time.

    Raises:
        OrderNotFound, ReturnNotFound: there is no such order, or it has no such return.
        ReturnDecided: it failed.

    Source: quality/edge-cases 48.
    """
    with conn.transaction():
        purchase, buyer, account_id, refund = _found(conn, plan, order_external_id, external_id, source)
        if refund.status == "recorded":
            return Refunded(outcome="replayed", answer=refund.answer)
        _refuse_decided(refund)
        return _confirm(conn, plan, purchase, buyer, account_id, refund, at=at)


def fail_return(
    conn: Conn, plan: Plan, order_external_id: str, external_id: str, *, source: str, at: datetime
) -> Refunded:
    """Let go of what a pending return set aside: its money did not come. The same again is answered as the first time.

    Raises:
        OrderNotFound, ReturnNotFound: there is no such order, or it has no such return.
        ReturnDecided: it was carried out.

    Source: quality/edge-cases 48.
    """
    with conn.transaction():
        purchase, _, account_id, refund = _found(conn, plan, order_external_id, external_id, source)
        if refund.status == "failed":
            return Refunded(outcome="replayed", answer=refund.answer)
        _refuse_decided(refund)
        free(conn, plan, purchase, account_id, refund, "return.failed", at=at)
        told = {
            **refund.answer,
            "status": "failed",
            "points_set_aside": 0,
            "remaining_minor": remaining_minor(conn, purchase) + refund.amount_minor,
            "balance": answers.balance_of(conn, plan, account_id, at=at),
        }
        is_ours = activities.settle_refund(conn, refund, "failed", points=0, restored=0, answer=told, at=at)
        assert is_ours, "the member is locked, so nobody else settled it in between"
        outbox.add(conn, plan.program.program_id, [changes.unsettled("return.failed", purchase, refund, at=at)])
        return Refunded(outcome="created", answer=told)


def _found(
    conn: Conn, plan: Plan, order_external_id: str, external_id: str, source: str
) -> tuple[activities.Purchase, members.Standing, UUID, activities.Refund]:
    """The order, locked with its buyer and account, and its return; of an older generation only what became of it."""
    program_id = plan.program.program_id
    for name, value in (("source", source), ("order_external_id", order_external_id), ("external_id", external_id)):
        activities.check_text(f"/{name}", value, required=True)
    order_key = activities.order_key(program_id, source, order_external_id)
    found = activities.seen(conn, [order_key]).get(order_key)
    if found is None:
        raise activities.OrderNotFound("There is no such order.")
    purchase, buyer, account_id = locked(conn, plan, found)
    refund = activities.return_named(conn, program_id, source, order_external_id, external_id)
    if refund is None:
        raise activities.ReturnNotFound("This order has no such return.")
    return purchase, buyer, account_id, refund


def _refuse_decided(refund: activities.Refund) -> None:
    if refund.status != "pending":
        raise activities.ReturnDecided("This return was settled already; that stands.", facts={"state": refund.status})


def _confirm(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    buyer: members.Standing,
    account_id: UUID,
    refund: activities.Refund,
    *,
    at: datetime,
) -> Refunded:
    free(conn, plan, purchase, account_id, refund, "return.settled", at=at)
    back = activities.Unsettled(lines=refund.lines, amount_minor=refund.amount_minor)
    undoing = activities.undoing(purchase, activities.lines(conn, purchase), back, activities.awards(conn, purchase))
    returned = activities.Return(
        source=purchase.source,
        external_id=refund.external_id,
        order_external_id=purchase.external_id,
        occurred_at=refund.occurred_at,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
    )
    undone, answer = carry_out(conn, plan, purchase, buyer, account_id, returned, undoing, refund.refund_id, at=at)
    answer["remaining_minor"] += refund.amount_minor  # what it had set apart itself
    is_ours = activities.settle_refund(
        conn, refund, "recorded", points=undone.points, restored=undone.restore_points, answer=answer, at=at
    )
    assert is_ours, "the member is locked, so nobody else settled it in between"
    outbox.add(conn, plan.program.program_id, [changes.returned(purchase, returned, undone, at=at)])
    return Refunded(outcome="created", answer=answer)
