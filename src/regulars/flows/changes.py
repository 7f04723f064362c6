"""What flows note in the outbox: each change by its type, in ids and numbers, without personal data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import rewards, tiers
from regulars.records import activities, ledger, members, outbox

from .plan import Plan


def note(
    conn: Conn,
    plan: Plan,
    type: str,
    member_id: UUID | None,
    *,
    subject_id: UUID | None = None,
    at: datetime,
    **data: Any,
) -> None:
    """Note one change that happened and is recorded now."""
    change = outbox.Change(
        type=type, member_id=member_id, subject_id=subject_id, occurred_at=at, recorded_at=at, data=data
    )
    outbox.add(conn, plan.program.program_id, [change])


def recorded(purchase: activities.Purchase) -> outbox.Change:
    """An order that was recorded."""
    return outbox.Change(
        type="order.recorded",
        member_id=purchase.member_id,
        subject_id=purchase.order_id,
        occurred_at=purchase.occurred_at,
        recorded_at=purchase.recorded_at,
        data={
            "order_id": purchase.external_id,
            "source": purchase.source,
            "total_minor": purchase.total_minor,
            "points": purchase.award_points,
            "generation": purchase.generation,
        },
    )


def happened(event: activities.StoredEvent) -> outbox.Change:
    """An event that was recorded."""
    return outbox.Change(
        type="event.recorded",
        member_id=event.member_id,
        subject_id=event.event_id,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        data={"id": event.external_id, "source": event.source, "type": event.type, "points": event.award_points},
    )


def returned(
    purchase: activities.Purchase, asked: activities.Return, undoing: activities.Undoing, *, at: datetime
) -> outbox.Change:
    """A return that was recorded."""
    return outbox.Change(
        type="order.returned",
        member_id=purchase.member_id,
        subject_id=purchase.order_id,
        occurred_at=asked.occurred_at,
        recorded_at=at,
        data={
            "order_id": purchase.external_id,
            "source": purchase.source,
            "return_id": asked.external_id,
            "amount_minor": undoing.amount_minor,
            "points_reversed": undoing.points,
            "points_restored": undoing.restore_points,
            "is_whole": undoing.is_whole,
        },
    )


def pending(
    purchase: activities.Purchase, asked: activities.Return, undoing: activities.Undoing, *, at: datetime
) -> outbox.Change:
    """A return whose money is not settled yet."""
    return _waiting("return.pending", purchase, asked.external_id, undoing.amount_minor, asked.occurred_at, at)


def unsettled(type: str, purchase: activities.Purchase, refund: activities.Refund, *, at: datetime) -> outbox.Change:
    """What became of a pending return that was not carried out."""
    return _waiting(type, purchase, refund.external_id, refund.amount_minor, at, at)


def _waiting(
    type: str, purchase: activities.Purchase, return_id: str, amount_minor: int, occurred_at: datetime, at: datetime
) -> outbox.Change:
    return outbox.Change(
        type=type,
        member_id=purchase.member_id,
        subject_id=purchase.order_id,
        occurred_at=occurred_at,
        recorded_at=at,
        data={
            "order_id": purchase.external_id,
            "source": purchase.source,
            "return_id": return_id,
            "amount_minor": amount_minor,
        },
    )


def moved(plan: Plan, moves: Iterable[tiers.Move], *, at: datetime) -> Iterator[outbox.Change]:
    """Members who went up or down."""
    for move in moves:
        ladder = next(one for one in plan.ladders if one.ladder_id == move.ladder_id)
        up = ladder.tier(move.to_tier_id).rank > ladder.tier(move.from_tier_id).rank
        yield outbox.Change(
            type="tier.changed",
            member_id=move.member_id,
            occurred_at=move.moved_at,
            recorded_at=at,
            data={
                "from": move.from_tier_id,
                "to": move.to_tier_id,
                "direction": "up" if up else "down",
                "cause": move.cause,
                **({} if ladder.is_main else {"tier_set": ladder.code}),
            },
        )


def joined(
    enrollments: Sequence[members.Enrollment], enrolled: Sequence[tuple[UUID, bool]], *, at: datetime
) -> Iterator[outbox.Change]:
    """People who are new."""
    for enrollment, (member_id, is_new) in zip(enrollments, enrolled, strict=True):
        if is_new:
            yield outbox.Change(
                type="member.enrolled",
                member_id=member_id,
                occurred_at=enrollment.enrolled_at,
                recorded_at=at,
                data={"channel": enrollment.channel},
            )


_CLOSINGS = {ledger.Movement.ACTIVATE: "points.activated", ledger.Movement.EXPIRE: "points.expired"}


def closed(conn: Conn, plan: Plan, transfers: Iterable[ledger.Transfer], *, at: datetime) -> list[outbox.Change]:
    """Points that became usable or ended with a day, by account, wallet and day. A household's are nobody's alone."""
    sums: dict[tuple[UUID, str, int, datetime], int] = defaultdict(int)
    for transfer in transfers:
        if transfer.movement in _CLOSINGS and transfer.points:
            whose = transfer.member_id, _CLOSINGS[transfer.movement], transfer.wallet_id, transfer.occurred_at
            sums[whose] += transfer.points
    shared = members.households.among(conn, {whose[0] for whose in sums}) if sums else set()
    return [
        outbox.Change(
            type=type,
            member_id=None if account_id in shared else account_id,
            subject_id=account_id,
            occurred_at=occurred_at,
            recorded_at=at,
            data={"wallet": plan.wallets[wallet_id].code, "points": points},
        )
        for (account_id, type, wallet_id, occurred_at), points in sums.items()
    ]


def redeemed(conn: Conn, plan: Plan, type: str, redemption: rewards.Redemption, *, at: datetime) -> None:
    """Note what became of a redemption."""
    note(
        conn, plan, type, redemption.member_id, subject_id=redemption.redemption_id, at=at,
        redemption_id=redemption.external_id, reward_id=str(redemption.reward_id), quantity=redemption.quantity,
        points=redemption.points,
    )  # fmt: skip


def coupon(
    type: str, member_id: UUID, pool: str, *, subject_id: UUID | None, at: datetime, recorded_at: datetime, **data: Any
) -> outbox.Change:
    """Something that became of a member's coupon; its code stays between them and the shop."""
    return outbox.Change(
        type=type,
        member_id=member_id,
        subject_id=subject_id,
        occurred_at=at,
        recorded_at=recorded_at,
        data={"pool": pool, **data},
    )
