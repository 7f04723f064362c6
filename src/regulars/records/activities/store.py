"""The only code that touches the activities' tables: orders and their lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import copying, ids, sql
from regulars.kit.db import Conn

from .model import (
    Award,
    Bought,
    LineKind,
    Order,
    Purchase,
    PurchaseLine,
    Refund,
    Return,
    Sale,
    Seen,
    Undoing,
    Unsettled,
)

SQL = sql.load("regulars.records.activities")


def order_key(program_id: int, source: str, external_id: str, generation: int = 1) -> UUID:
    """What names an order for ever, and each time it was completed again."""
    again = () if generation == 1 else (generation,)
    return ids.key_of(program_id, "order", source, external_id, *again)


def return_key(program_id: int, source: str, order_external_id: str, external_id: str) -> UUID:
    """What names a return for ever: its own id within its order."""
    return ids.key_of(program_id, "return", source, order_external_id, external_id)


def content_digest(content: Order | Return) -> bytes:
    """Tells whether a repeated id carries the same content."""
    return ids.digest(msgspec.msgpack.encode(content))


def remember(conn: Conn, program_id: int, fresh: Sequence[tuple[UUID, UUID, UUID, bytes]]) -> set[UUID]:
    """Claim business keys (key, member, activity, digest); answers the keys that were free and are now ours.

    A key that another transaction is claiming in this moment is waited for.
    """
    if not fresh:
        return set()
    rows = conn.execute(
        SQL["insert_seen"],
        {
            "program_id": program_id,
            "key": [row[0] for row in fresh],
            "member_id": [row[1] for row in fresh],
            "activity_id": [row[2] for row in fresh],
            "content_digest": [row[3] for row in fresh],
        },
        binary=True,
    )
    return {row[0] for row in rows}


def forget(conn: Conn, keys: Iterable[UUID]) -> None:
    """Give up claims of this transaction: what they were for was refused, and may come again."""
    conn.execute(SQL["delete_seen"], {"keys": list(keys)})


def seen(conn: Conn, keys: Iterable[UUID]) -> dict[UUID, Seen]:
    """What the keys were used for before."""
    rows = conn.execute(SQL["select_seen"], {"keys": list(keys)}, binary=True)
    return {row[0]: Seen(member_id=row[1], activity_id=row[2], content_digest=row[3]) for row in rows}


_PURCHASE = (
    "member_id", "order_id", "account_id", "source", "external_id", "occurred_at", "on_date", "currency", "total_minor",
    "points_paid_minor", "eligible_minor", "award_points", "active_on", "expires_on", "store", "channel", "till",
    "receipt", "burned_points", "generation",
)  # fmt: skip
_BOUGHT = ("line_id", "kind", "sku", "title", "category", "quantity", "amount_minor")
_LINE = ("line_no", *_BOUGHT, "eligible_minor", "points")
_RARE = ("tax_minor", "discount_minor")
"""What most shops do not send: not written where no line of a batch has any."""


def add_purchases(conn: Conn, program_id: int, sales: Sequence[Sale], *, recorded_at: datetime) -> None:
    """Write orders with their lines and awards; `answer` of each is kept to be told again."""
    if not sales:
        return
    purchases = [sale.purchase for sale in sales]
    columns = _columns(_PURCHASE, purchases)
    columns["answer"] = [msgspec.json.encode(p.answer).decode() if p.answer is not None else None for p in purchases]
    columns["program_id"] = [program_id] * len(sales)
    columns["recorded_at"] = [recorded_at] * len(sales)
    copying.copy(conn, "activities.purchase", columns)
    lines = [line for sale in sales for line in sale.lines]
    rows = _columns(_BOUGHT, lines)
    if any(line.tax_minor or line.discount_minor for line in lines):
        rows |= _columns(_RARE, lines)
    rows["line_no"] = [number for sale in sales for number in range(1, len(sale.lines) + 1)]
    rows["eligible_minor"] = [minor for sale in sales for minor in sale.eligible_minor]
    rows["points"] = [points for sale in sales for points in sale.points]
    rows["member_id"] = [sale.purchase.member_id for sale in sales for _ in sale.lines]
    rows["order_id"] = [sale.purchase.order_id for sale in sales for _ in sale.lines]
    copying.copy(conn, "activities.purchase_line", rows)
    awarded = [(sale.purchase, award) for sale in sales for award in sale.awards]
    if awarded:
        further = _columns(_AWARD, [award for _, award in awarded])
        further["member_id"] = [purchase.member_id for purchase, _ in awarded]
        further["order_id"] = [purchase.order_id for purchase, _ in awarded]
        copying.copy(conn, "activities.award", further)


_AWARD = ("wallet_id", "points", "active_on", "expires_on")


def awards(conn: Conn, purchase: Purchase) -> list[Award]:
    """What a stored order earned in further wallets."""
    rows = conn.execute(SQL["select_awards"], {"member_id": purchase.member_id, "order_id": purchase.order_id})
    return [
        Award(wallet_id=row[0], points=row[1], active_on=row[2], expires_on=row[3], reversed_points=row[4])
        for row in rows
    ]


def note_completed(conn: Conn, purchase: Purchase, *, waiting_on: date) -> None:
    """An order is completed: its awards whose day of use was `waiting_on` (no day) are usable from now on."""
    which = {"member_id": purchase.member_id, "order_id": purchase.order_id, "waiting_on": waiting_on}
    conn.execute(SQL["complete_purchase"], which)
    conn.execute(SQL["complete_awards"], which)


def _columns(names: Sequence[str], rows: Sequence[Any]) -> dict[str, Any]:
    """Rows turned into one list for each attribute."""
    columns = zip(*map(attrgetter(*names), rows), strict=True)
    return dict(zip(names, columns, strict=True)) if rows else dict.fromkeys(names, ())


def change_answers(conn: Conn, changed: Sequence[Purchase]) -> None:
    """Keep other answers for orders that were just written."""
    conn.execute(
        SQL["update_answers"],
        {
            "member_id": [p.member_id for p in changed],
            "order_id": [p.order_id for p in changed],
            "answer": [msgspec.json.encode(p.answer).decode() for p in changed],
        },
    )


def purchases(conn: Conn, wanted: Iterable[tuple[UUID, UUID]]) -> dict[UUID, Purchase]:
    """Stored orders by their id; each is asked for by (member, order)."""
    pairs = list(wanted)
    rows = conn.execute(
        SQL["select_purchases"], {"member_ids": [m for m, _ in pairs], "order_ids": [o for _, o in pairs]}
    )
    return {row[1]: _purchase(row) for row in rows}


def generations(conn: Conn, program_id: int, first: Purchase) -> list[Purchase]:
    """Every time an order was completed, the first time first; `first` is that one."""
    if not first.reinstated:
        return [first]
    keys = [order_key(program_id, first.source, first.external_id, n) for n in range(2, first.reinstated + 2)]
    known = seen(conn, keys)
    found = purchases(conn, [(one.member_id, one.activity_id) for one in known.values()])
    return [first, *sorted(found.values(), key=lambda one: one.generation)]


def note_reinstated(conn: Conn, first: Purchase, generation: int) -> bool:
    """Note on the first generation which one is the newest now; False when another came in between."""
    which = {"member_id": first.member_id, "order_id": first.order_id, "generation": generation}
    return conn.execute(SQL["note_reinstated"], which).fetchone() is not None


def member_purchases(conn: Conn, member_id: UUID, *, limit: int, before_at: datetime | None = None) -> list[Purchase]:
    """A member's orders, newest first."""
    rows = conn.execute(
        SQL["select_member_purchases"], {"member_id": member_id, "limit": limit, "before_at": before_at}
    )
    return [_purchase(row) for row in rows]


def newest(
    conn: Conn, program_id: int, *, limit: int, text: str = "", before: tuple[date, datetime, UUID] | None = None
) -> list[Purchase]:
    """The program's orders, newest first, before the given day, time and order; `text` begins the shop's order id."""
    rows = conn.execute(
        SQL["select_newest"],
        {
            "program_id": program_id,
            "text": sql.literal(text),
            "limit": limit,
            "before_on": before[0] if before else None,
            "before_at": before[1] if before else None,
            "before_id": before[2] if before else None,
        },
    )
    return [_purchase(row) for row in rows]


def _purchase(row: Sequence[Any]) -> Purchase:
    names = (
        "member_id", "order_id", "account_id", "source", "external_id", "occurred_at", "recorded_at", "on_date",
        "currency", "total_minor", "points_paid_minor", "eligible_minor", "award_points", "active_on", "expires_on",
        "store", "channel", "till", "receipt", "returned_minor", "reversed_points", "restored_points", "burned_points",
        "generation", "reinstated", "answer",
    )  # fmt: skip
    return Purchase(**dict(zip(names, row, strict=True)))


def lines(conn: Conn, purchase: Purchase) -> list[PurchaseLine]:
    """The lines of a stored order."""
    rows = conn.execute(SQL["select_lines"], {"member_id": purchase.member_id, "order_id": purchase.order_id})
    names = (*_LINE, *_RARE, "returned_quantity", "returned_minor")
    found = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        values["kind"] = LineKind(values["kind"])
        found.append(PurchaseLine(**values))
    return found


def bought(conn: Conn, program_id: int, member_id: UUID, skus: Iterable[str], *, until_at: datetime) -> list[Bought]:
    """Lines of these articles in a member's orders up to a time that can still come back, newest order first."""
    rows = conn.execute(
        SQL["select_bought"],
        {"program_id": program_id, "member_id": member_id, "skus": list(skus), "until_at": until_at},
    )
    return [
        Bought(order_id=row[0], source=row[1], external_id=row[2], line_id=row[3], sku=row[4], quantity_left=row[5])
        for row in rows
    ]


def apply_undoing(conn: Conn, purchase: Purchase, undoing: Undoing) -> None:
    """Note on the order and its lines what came back."""
    conn.execute(
        SQL["update_purchase_returned"],
        {
            "member_id": purchase.member_id,
            "order_id": purchase.order_id,
            "amount_minor": undoing.amount_minor,
            "points": undoing.points,
            "restore_points": undoing.restore_points,
        },
    )
    if undoing.further:
        conn.execute(
            SQL["update_awards_reversed"],
            {
                "member_id": purchase.member_id,
                "order_id": purchase.order_id,
                "wallet_id": [award.wallet_id for award, _ in undoing.further],
                "points": [points for _, points in undoing.further],
            },
        )
    if undoing.lines:
        conn.execute(
            SQL["update_lines_returned"],
            {
                "member_id": purchase.member_id,
                "order_id": purchase.order_id,
                "line_no": [no for no, _, _ in undoing.lines],
                "quantity": [quantity for _, quantity, _ in undoing.lines],
                "amount_minor": [amount for _, _, amount in undoing.lines],
            },
        )


def add_refund(
    conn: Conn,
    program_id: int,
    purchase: Purchase,
    returned: Return,
    undoing: Undoing,
    *,
    refund_id: UUID,
    recorded_at: datetime,
    on_date: date,
    answer: Mapping[str, Any],
    status: str = "recorded",
) -> None:
    """Write a return and the answer it got; one that is pending took nothing yet."""
    taken = status == "recorded"
    conn.execute(
        SQL["insert_refund"],
        {
            "member_id": purchase.member_id,
            "refund_id": refund_id,
            "order_id": purchase.order_id,
            "program_id": program_id,
            "source": returned.source,
            "external_id": returned.external_id,
            "occurred_at": returned.occurred_at,
            "recorded_at": recorded_at,
            "on_date": on_date,
            "reason": returned.reason,
            "amount_minor": undoing.amount_minor,
            "lines": msgspec.json.encode(undoing.lines).decode(),
            "reversed_points": undoing.points if taken else 0,
            "restored_points": undoing.restore_points if taken else 0,
            "answer": msgspec.json.encode(answer).decode(),
            "status": status,
        },
    )


def pending(conn: Conn, purchase: Purchase) -> list[Unsettled]:
    """What returns of an order would bring back that are not settled yet."""
    which = {"member_id": purchase.member_id, "order_id": purchase.order_id}
    rows = conn.execute(SQL["select_pending"], which)
    return [Unsettled(amount_minor=row[0], lines=_parts(row[1])) for row in rows]


def _parts(stored: Iterable[Iterable[int]]) -> tuple[tuple[int, int, int], ...]:
    return tuple((number, quantity, amount) for number, quantity, amount in stored)


def settle_refund(
    conn: Conn, refund: Refund, status: str, *, points: int, restored: int, answer: Mapping[str, Any], at: datetime
) -> bool:
    """Say what became of a pending return; False when somebody else did before."""
    change = {
        "member_id": refund.member_id,
        "refund_id": refund.refund_id,
        "status": status,
        "reversed_points": points,
        "restored_points": restored,
        "answer": msgspec.json.encode(answer).decode(),
        "at": at,
    }
    return conn.execute(SQL["settle_refund"], change).fetchone() is not None


def refund(conn: Conn, member_id: UUID, refund_id: UUID) -> Refund:
    """A stored return."""
    row = conn.execute(SQL["select_refund"], {"member_id": member_id, "refund_id": refund_id}).fetchone()
    assert row is not None
    return _refund(member_id, row)


def refunded_points(conn: Conn, member_ids: Sequence[UUID], *, since_at: datetime) -> int:
    """Points of the first wallet that returns recorded since then took from these members, less those given back."""
    row = conn.execute(SQL["sum_refunded"], {"member_ids": list(member_ids), "since_at": since_at}).fetchone()
    assert row is not None
    return int(row[0])


def has_chargeback(conn: Conn, member_id: UUID) -> bool:
    """Whether a bank ever took back what this member paid: a return with the reason `chargeback`."""
    row = conn.execute(SQL["has_chargeback"], {"member_id": member_id}).fetchone()
    assert row is not None
    return bool(row[0])


def refunds(conn: Conn, purchase: Purchase) -> list[Refund]:
    """The returns of an order, newest first."""
    rows = conn.execute(SQL["select_refunds"], {"member_id": purchase.member_id, "order_id": purchase.order_id})
    return [_refund(purchase.member_id, row) for row in rows]


def return_named(conn: Conn, program_id: int, source: str, order_external_id: str, external_id: str) -> Refund | None:
    """The return that the shop calls so, of whatever generation of the order; None when there is none."""
    key = return_key(program_id, source, order_external_id, external_id)
    known = seen(conn, [key]).get(key)
    return refund(conn, known.member_id, known.activity_id) if known else None


def _refund(member_id: UUID, row: Sequence[Any]) -> Refund:
    return Refund(
        member_id=member_id, refund_id=row[0], external_id=row[1], occurred_at=row[2], reason=row[3],
        amount_minor=row[4], reversed_points=row[5], restored_points=row[6], order_id=row[7], status=row[8],
        lines=_parts(row[9]), answer=row[10],
    )  # fmt: skip


def totals(conn: Conn, program_id: int) -> Mapping[str, int]:
    """How many orders, and their totals and returns in minor units."""
    row = conn.execute(SQL["count_purchases"], {"program_id": program_id}).fetchone()
    assert row is not None
    return dict(zip(("orders", "total_minor", "returned_minor"), row, strict=True))


def odd_awards(conn: Conn) -> int:
    """Orders whose lines do not carry their award; zero when the books are sound."""
    row = conn.execute(SQL["count_odd_awards"]).fetchone()
    assert row is not None
    return int(row[0])
