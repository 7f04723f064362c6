"""An order that was cancelled in full is completed after all: it is recorded anew, as its next generation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities

from . import answers
from .plan import Plan
from .record_activities import record_activities
from .sales import Intake
from .stored_order import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstated:
    """An order that was reinstated: `created`, or `replayed` (the same again: the first answer)."""

    outcome: Literal["created", "replayed"]
    purchase: activities.Purchase
    answer: Mapping[str, Any]


def reinstate_order(
    conn: Conn,
    plan: Plan,
    order_external_id: str,
    *,
    source: str,
    at: datetime,
    external_id: str = "",
    hold_ids: Sequence[str] = (),
    occurred_at: datetime | None = None,
) -> Reinstated:
    """Record an order of which everything came back once more, by the rules of `occurred_at` (now, when left out).

    What was earned and taken back before stays as it is; from here on the order's id means the new generation. Points
    that paid for it were given back by the cancellation: it is paid without, unless `hold_ids` say otherwise. The
    same again (by the shop's own `external_id`, or while the order stands) is answered as the first time.

    Raises:
        OrderNotFound: there is no such order.
        OrderNotCancelled: something of it did not come back.
        EventConflict: the id was used before for something else.
        Refusal: one of `record_activities`, say of a frozen member or of a hold; nothing changed.

    Source: quality/edge-cases 15.
    """
    for name, value in (("source", source), ("order_id", order_external_id), ("reinstatement_id", external_id)):
        activities.check_text(f"/{name}", value, required=name != "reinstatement_id")
    with conn.transaction():
        return _reinstate(conn, plan, (source, order_external_id, external_id), hold_ids, occurred_at, at=at)


def _reinstate(
    conn: Conn,
    plan: Plan,
    named: tuple[str, str, str],
    hold_ids: Sequence[str],
    occurred_at: datetime | None,
    *,
    at: datetime,
) -> Reinstated:
    program_id, (source, order_external_id, external_id) = plan.program.program_id, named
    order_key = activities.order_key(program_id, source, order_external_id)
    found = activities.seen(conn, [order_key]).get(order_key)
    if found is None:
        raise activities.OrderNotFound("There is no such order.")
    purchase, buyer, _ = locked(conn, plan, found)
    key = ids.key_of(program_id, "reinstatement", *named)
    digest = ids.digest(msgspec.msgpack.encode((tuple(hold_ids), occurred_at)))
    if external_id and (before := activities.seen(conn, [key]).get(key)):
        if before.content_digest != digest:
            raise activities.EventConflict("This id was used before for another reinstatement; the first one stands.")
        return _again(activities.purchases(conn, [(before.member_id, before.activity_id)])[before.activity_id])
    lines = activities.lines(conn, purchase)
    if not activities.is_cancelled(purchase, lines):
        if purchase.generation > 1 and not external_id:
            return _again(purchase)
        raise activities.OrderNotCancelled(
            "Only an order of which everything came back can be reinstated.",
            facts={"remaining_minor": purchase.total_minor - purchase.returned_minor},
        )
    generation = purchase.generation + 1
    order = activities.anew(purchase, lines, occurred_at=occurred_at or at)
    intake = Intake(order=order, member=buyer.member_id, hold_ids=tuple(hold_ids), generation=generation)
    result = record_activities(conn, plan, [intake], at=at)[0]
    if isinstance(result, Refusal):
        raise result
    first = activities.purchases(conn, [(found.member_id, found.activity_id)])[found.activity_id]
    is_ours = activities.note_reinstated(conn, first, generation)
    assert is_ours, "the member is locked, so nobody else reinstated it in between"
    newest = activities.generations(conn, program_id, msgspec.structs.replace(first, reinstated=generation - 1))[-1]
    if external_id:
        activities.remember(conn, program_id, [(key, newest.member_id, newest.order_id, digest)])
    return Reinstated(outcome="created", purchase=newest, answer=result.answer)


def _again(purchase: activities.Purchase) -> Reinstated:
    answer = purchase.answer or answers.order_again(purchase)
    return Reinstated(outcome="replayed", purchase=purchase, answer=answer)
