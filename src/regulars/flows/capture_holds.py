"""Holds become part of a paid order: what was set aside is spent, the rest goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import activities, ledger, members

from .plan import Plan


class HoldUnknown(Refusal):
    """The member has no such hold."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class HoldExpired(Refusal):
    """The hold's time is over; its points went back."""

    kind = Kind.CONFLICT
    code = "hold-expired"


class HoldAlreadyCaptured(Refusal):
    """The hold was captured before."""

    kind = Kind.CONFLICT
    code = "hold-already-captured"


class CaptureExceedsHold(Refusal):
    """More points than were set aside. Facts: held."""

    code = "capture-exceeds-hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What capturing takes: the transfers, the holds, the points in all, and the order with its points paid."""

    transfers: tuple[ledger.Transfer, ...]
    holds: tuple[ledger.Hold, ...]
    points: int
    order: activities.Order


def prepare(
    conn: Conn,
    plan: Plan,
    person: members.Standing,
    hold_ids: Sequence[str],
    order_id: UUID,
    order: activities.Order,
    taken: set[UUID],
    *,
    at: datetime,
) -> Capture:
    """The transfers that spend a member's holds (the shop's ids) on an order. The caller has locked the member.

    When the order does not say what the points paid for, their value in money counts; money that was paid in earlier
    (gift cards) is money still, and earns. `taken` are holds that
    earlier orders of the same batch spend; this order's are added to it.

    Raises:
        HoldUnknown, HoldExpired, HoldAlreadyCaptured: as named; nothing is changed.
    """
    wanted = list(dict.fromkeys(hold_ids))
    found = find(conn, plan, person, wanted)
    holds = []
    for external_id in wanted:
        hold = found.get(external_id)
        if hold is None:
            raise HoldUnknown("This member has no such hold.")
        if hold.hold_id in taken:
            raise HoldAlreadyCaptured("Another order spends this hold.")
        check_open(hold, at=at)
        holds.append(hold)
    taken.update(hold.hold_id for hold in holds)
    points = sum(hold.points for hold in holds)
    transfers = [
        spend(conn, plan, hold, hold.points, order_id=order_id, order=order.external_id, at=order.occurred_at)
        for hold in holds
    ]
    worth = sum(
        plan.wallets[hold.wallet_id].worth_minor(hold.points, plan.program.currency)
        for hold in holds
        if plan.wallets[hold.wallet_id].kind is not ledger.WalletKind.GIFT_CARD
    )
    paid = order.points_paid_minor or min(order.total_minor, worth)
    return Capture(
        transfers=tuple(transfers),
        holds=tuple(replace(hold, order_id=order_id, captured_points=hold.points) for hold in holds),
        points=points,
        order=replace(order, points_paid_minor=paid),
    )


def find(
    conn: Conn, plan: Plan, person: members.Standing, external_ids: Sequence[str], *, asked_as: UUID | None = None
) -> dict[str, ledger.Hold]:
    """A member's holds by the shop's ids: in the account that keeps their points, else (over by then) in their own.

    An open hold of somebody who was merged into them is theirs too. `asked_as` is an old id of the member.
    """
    names = list(dict.fromkeys([person.member_id, asked_as or person.member_id]))
    keys = {hold_key(plan, one, external_id): external_id for one in names for external_id in external_ids}
    places = list(dict.fromkeys([person.account_id, *names]))
    held = ledger.holds.find(conn, places, list(keys))
    own = [hold for hold in held if hold.hold_id in keys]
    own.sort(key=lambda hold: (hold.member_id != person.account_id, hold.state is not ledger.HoldState.OPEN))
    found: dict[str, ledger.Hold] = {}
    for hold in own:
        found.setdefault(keys[hold.hold_id], hold)
    others = [h for h in held if h.external_id in external_ids and h.external_id not in found]
    if others:
        merged = members.followers(conn, person.member_id)
        theirs = {hold_key(plan, one, h.external_id) for one in merged for h in others}
        found |= {h.external_id: h for h in others if h.hold_id in theirs}
    return found


def check_open(hold: ledger.Hold, *, at: datetime) -> None:
    """Refuse a hold that is no longer open.

    Raises:
        HoldExpired, HoldAlreadyCaptured: as named.
    """
    if hold.state is ledger.HoldState.CAPTURED:
        raise HoldAlreadyCaptured("This hold was captured before.")
    if hold.state is not ledger.HoldState.OPEN or hold.ends_at <= at:
        raise HoldExpired("This hold was released or its time is over; its points are the member's again.")


def spend(
    conn: Conn, plan: Plan, hold: ledger.Hold, points: int, *, order_id: UUID | None, order: str, at: datetime
) -> ledger.Transfer:
    """The transfer that spends `points` of a hold, from the lots they were set aside from, earliest expiry first."""
    lots, left = [], points
    for lot, held in ledger.holds.moves(conn, hold.member_id, hold_transfer(hold.hold_id)):
        if taken := min(held, left):
            lots.append((lot, taken))
            left -= taken
    return ledger.Transfer(
        member_id=hold.member_id,
        transfer_id=ids.key_of("capture", hold.hold_id),
        movement=ledger.Movement.CAPTURE,
        points=points,
        occurred_at=at,
        on_date=plan.program.local_date(at),
        reason=ledger.Reason("hold.capture", {"order": order, "hold": hold.external_id, "points": points}),
        wallet_id=hold.wallet_id,
        lots=tuple(lots),
        subject_id=order_id or hold.hold_id,
    )


def hold_key(plan: Plan, member_id: UUID, external_id: str) -> UUID:
    """Our id of the hold that the shop calls `external_id`; it stays when the points change their account."""
    return ids.key_of(plan.program.program_id, "hold", member_id, external_id)


def hold_transfer(hold_id: UUID) -> UUID:
    """The transfer that set a hold's points aside."""
    return ids.key_of("hold", hold_id)


def close(conn: Conn, captures: Sequence[Capture]) -> None:
    """Mark the holds of captures as captured."""
    for capture in captures:
        for hold in capture.holds:
            ledger.holds.close(
                conn,
                hold,
                ledger.HoldState.CAPTURED,
                captured_points=hold.captured_points,
                order_id=hold.order_id,
            )
