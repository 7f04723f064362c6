"""Goods come back without word of their order: they are matched to the member's latest earlier orders."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, members

from .plan import Plan
from .refund_order import refund_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Some pieces of one article; `line_id` names them within their return."""

    line_id: str
    sku: str
    quantity: int


class GoodsNotBought(Refusal):
    """No earlier order of the member has so many pieces of the article left to return. Facts: left."""

    code = "return-unmatched"


def return_goods(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    goods: Sequence[Goods],
    *,
    source: str,
    external_id: str,
    occurred_at: datetime,
    at: datetime,
) -> list[Literal["created", "replayed"] | Refusal]:
    """Return goods, each line once; the answers stand in the order of the lines.

    Pieces are taken from the latest order that was placed before, then from the one before that. A line that
    cannot be matched in full is refused whole and touches no other; it may be tried again.
    """
    program_id = plan.program.program_id
    if member_id not in members.lock_standing(conn, program_id, [member_id]):
        return [members.MemberUnknown("There is no such member in this program.") for _ in goods]
    keys = [ids.key_of(program_id, "goods", source, external_id, one.line_id) for one in goods]
    seen = activities.seen(conn, keys)
    fresh = [(one, key) for one, key in zip(goods, keys, strict=True) if key not in seen]
    matches, refused = _match_all(conn, program_id, member_id, fresh, until_at=occurred_at)
    named = activities.Return(source=source, external_id=external_id, order_external_id="", occurred_at=occurred_at)
    try:
        with conn.transaction():
            for order in {match.line.order_id: match.line for match in matches}.values():
                of_order = [match for match in matches if match.line.order_id == order.order_id]
                refund_order(conn, plan, _return(conn, program_id, named, of_order), at=at)
            claims = {m.key: (m.key, member_id, ids.uuid7(), _digest(m.goods)) for m in matches}
            activities.remember(conn, program_id, list(claims.values()))
    except Refusal as refusal:
        refused |= {match.key: refusal for match in matches}
    for one, key in zip(goods, keys, strict=True):
        if key in seen and seen[key].content_digest != _digest(one):
            refused[key] = activities.EventConflict("This return was recorded before with other content.")
    return [refused.get(key) or ("replayed" if key in seen else "created") for key in keys]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """Pieces of returned goods and the line they were bought on."""

    goods: Goods
    key: UUID
    line: activities.Bought
    quantity: int


def _match_all(
    conn: Conn, program_id: int, member_id: UUID, fresh: Sequence[tuple[Goods, UUID]], *, until_at: datetime
) -> tuple[list[_Match], dict[UUID, Refusal]]:
    skus = {one.sku for one, _ in fresh if one.sku}
    left = activities.bought(conn, program_id, member_id, skus, until_at=until_at) if skus else []
    taken: dict[tuple[UUID, str], int] = defaultdict(int)
    matches: list[_Match] = []
    refused: dict[UUID, Refusal] = {}
    for one, key in fresh:
        parts, missing = [], one.quantity
        for line in left:
            free = line.quantity_left - taken[line.order_id, line.line_id]
            if line.sku == one.sku and free > 0 and missing > 0:
                parts.append(_Match(goods=one, key=key, line=line, quantity=min(free, missing)))
                missing -= parts[-1].quantity
        if missing:
            refused[key] = GoodsNotBought(
                f"No earlier orders of this member have {one.quantity} of this article left to return.",
                facts={"left": one.quantity - missing},
            )
            continue
        matches += parts
        for part in parts:
            taken[part.line.order_id, part.line.line_id] += part.quantity
    return matches, refused


def _return(conn: Conn, program_id: int, named: activities.Return, matches: Sequence[_Match]) -> activities.Return:
    """The return to one order. Its id is the one the shop gave, unless that one brought other lines back before."""
    order = matches[0].line
    pieces: dict[str, int] = defaultdict(int)
    for match in matches:
        pieces[match.line.line_id] += match.quantity
    used = activities.return_key(program_id, order.source, order.external_id, named.external_id)
    is_taken = bool(activities.seen(conn, [used]))
    return replace(
        named,
        source=order.source,
        external_id=f"{named.external_id}/{matches[0].goods.line_id}" if is_taken else named.external_id,
        order_external_id=order.external_id,
        lines=tuple(activities.ReturnedLine(line_id=line_id, quantity=count) for line_id, count in pieces.items()),
    )


def _digest(one: Goods) -> bytes:
    return ids.digest(msgspec.msgpack.encode(one))
