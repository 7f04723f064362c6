"""A return takes back what its order was awarded, as it was awarded, and gives back points it was paid with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.program import tiers
from regulars.records import activities, ledger, members

from . import answers
from .deciding import counted_orders
from .hand_over import keeper
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """A return's outcome: `created`, `replayed` (the same again), or `parked` until its order comes."""

    outcome: Literal["created", "replayed", "parked"]
    answer: Mapping[str, Any]


def refund_order(
    conn: Conn, plan: Plan, returned: activities.Return, *, at: datetime, preview: bool = False
) -> Refunded:
    """Undo (part of) an order's stored award; today's rules are never asked.

    A return whose order has not come yet waits for it. With `preview` nothing is written and the answer says
    what would happen.

    Raises:
        Refusal: one of the activities room's, or EventConflict when the return id was used for something else.

    Source: quality/cases 31-46; quality/edge-cases 11-17.
    """
    activities.check_time(returned.occurred_at, at=at)
    for name in ("source", "external_id", "order_external_id", "reason"):
        activities.check_text(f"/{name}", getattr(returned, name), required=name != "reason")
    with conn.transaction(force_rollback=preview):
        return _refund(conn, plan, returned, at=at)


def _refund(conn: Conn, plan: Plan, returned: activities.Return, *, at: datetime) -> Refunded:
    program_id = plan.program.program_id
    order_key = activities.order_key(program_id, returned.source, returned.order_external_id)
    found = activities.seen(conn, [order_key]).get(order_key)
    if found is None:
        return _park(conn, program_id, order_key, returned, at=at)
    digest = activities.content_digest(returned)
    purchase, buyer, account_id = _locked(conn, plan, found)
    key = activities.return_key(program_id, returned.source, returned.order_external_id, returned.external_id)
    refund_id = ids.uuid7()
    if not activities.remember(conn, program_id, [(key, found.member_id, refund_id, digest)]):
        first = activities.seen(conn, [key])[key]
        if first.content_digest != digest:
            raise activities.EventConflict("This return id was used before for something else; the first one stands.")
        return Refunded(outcome="replayed", answer=activities.refund_answer(conn, first.member_id, first.activity_id))
    return Refunded(
        outcome="created", answer=_undo(conn, plan, purchase, buyer, account_id, returned, refund_id, at=at)
    )


def _locked(conn: Conn, plan: Plan, found: activities.Seen) -> tuple[activities.Purchase, members.Standing, UUID]:
    """The order, who bought it, locked, and the account (locked too) that keeps today what it earned then."""
    wanted = (found.member_id, found.activity_id)
    kept_by = activities.purchases(conn, [wanted])[found.activity_id].account_id
    standings = members.lock_standing(conn, plan.program.program_id, sorted({found.member_id, kept_by}))
    buyer = standings[found.member_id]
    account_id = keeper(conn, plan, kept_by, standings.get(kept_by), buyer)
    return activities.purchases(conn, [wanted])[found.activity_id], buyer, account_id


def _undo(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    buyer: members.Standing,
    account_id: UUID,
    returned: activities.Return,
    refund_id: UUID,
    *,
    at: datetime,
) -> Mapping[str, Any]:
    today = plan.program.local_date(at)
    undoing = activities.undo(purchase, activities.lines(conn, purchase), returned, activities.awards(conn, purchase))
    transfers = _transfers(conn, plan, purchase, account_id, returned, undoing, refund_id, today)
    postings = ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    postings = [p for t, p in zip(transfers, postings, strict=True) if t.wallet_id == plan.wallet.wallet_id]
    activities.apply_undoing(conn, purchase, undoing)
    orders = counted_orders(purchase.total_minor) if undoing.is_whole else 0
    tally = tiers.Tally(purchase.on_date, -undoing.eligible_minor, -_counted(plan, purchase, undoing), -orders)
    tiers.add_tallies(conn, [(one, tally) for one in members.led_by(conn, purchase.member_id, buyer.member_id)])
    answer = _answer(conn, plan, purchase, account_id, returned, undoing, postings, today)
    activities.add_refund(
        conn,
        plan.program.program_id,
        purchase,
        returned,
        undoing,
        refund_id=refund_id,
        recorded_at=at,
        on_date=plan.program.local_date(returned.occurred_at),
        answer=answer,
    )
    return answer


def _counted(plan: Plan, purchase: activities.Purchase, undoing: activities.Undoing) -> int:
    """The points that no longer count for a tier: status points where orders of that day earn such, however few."""
    status = {award.wallet_id: points for award, points in undoing.further}
    if plan.status_wallet_id in status:
        return status[plan.status_wallet_id]
    earns_status = any(w.wallet_id == plan.status_wallet_id for w, _ in plan.further_rules_on(purchase.on_date))
    return 0 if earns_status else undoing.points


def _transfers(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    refund_id: UUID,
    today: date,
) -> list[ledger.Transfer]:
    about = {"order": purchase.external_id, "return_id": returned.external_id}
    transfers = []

    def transfer(movement: ledger.Movement, code: str, points: int, wallet_id: int, **rest: Any) -> ledger.Transfer:
        return ledger.Transfer(
            member_id=account_id,
            transfer_id=ids.key_of(movement.name.lower(), refund_id, wallet_id),
            movement=movement,
            points=points,
            occurred_at=returned.occurred_at,
            on_date=plan.program.local_date(returned.occurred_at),
            reason=ledger.Reason(code, {**about, "points": points}),
            wallet_id=wallet_id,
            subject_id=purchase.order_id,
            **rest,
        )

    first = plan.wallet.wallet_id
    if points := undoing.restore_points:
        lots = _burned_lots(conn, plan, purchase, account_id, points, today)
        transfers.append(transfer(ledger.Movement.RESTORE, "restore.return", points, first, lots=lots))
    own = ledger.Lot(expires_on=purchase.expires_on, active_on=purchase.active_on)
    taken = [(first, own, undoing.points)] if undoing.points else []
    taken += [(award.wallet_id, ledger.Lot(award.expires_on, award.active_on), n) for award, n in undoing.further]
    for wallet_id, earned, points in taken:
        lot = _kept(conn, plan.wallets[wallet_id], purchase, account_id, earned)
        left = ledger.alive(lot, points, plan.wallets[wallet_id], today)[1]
        code = "clawback.return" if left else "clawback.expired"
        transfers.append(transfer(ledger.Movement.CLAWBACK, code, points, wallet_id, lot=lot))
    return transfers


def _kept(
    conn: Conn, wallet: ledger.Wallet, purchase: activities.Purchase, account_id: UUID, lot: ledger.Lot
) -> ledger.Lot:
    """The lot an award is in by now: where points end by inactivity, visits have moved its end on."""
    if wallet.expiry.kind != "inactivity":
        return lot
    accounts = [purchase.account_id, account_id]
    visits = ledger.visits(conn, accounts, wallet=wallet, since_on=purchase.on_date)
    return ledger.kept(lot, wallet.expiry, visits)


def _burned_lots(
    conn: Conn, plan: Plan, purchase: activities.Purchase, account_id: UUID, points: int, today: date
) -> tuple[tuple[ledger.Lot, int], ...]:
    """The lots a restore fills: those the order's burn took, latest expiry first; an expired one gets its grace."""
    taken = ledger.subject_moves(
        conn, [purchase.account_id, account_id], purchase.order_id, ledger.Contra.REDEMPTION, wallet=plan.wallet
    )
    spent: dict[ledger.Lot, int] = {}
    for lot, net in taken:  # what was usable when it was spent is so still: its first day tells no lots apart
        spent[ledger.activated(lot)] = spent.get(ledger.activated(lot), 0) + net
    filled: dict[ledger.Lot, int] = {}
    for lot, net in sorted(spent.items(), reverse=True):
        back = min(points, -net)
        if back > 0:
            points -= back
            kept = ledger.in_grace(lot, plan.wallet.expiry, today)
            filled[kept] = filled.get(kept, 0) + back
    return tuple(filled.items())


def _answer(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    postings: Sequence[ledger.Posting],
    today: date,
) -> dict[str, Any]:
    owed = sum(p.owed_points for p in postings)
    forgiven = sum(p.forgiven_points for p in postings)
    expired = sum(p.expired_points for p in postings)
    found = ledger.balances(conn, [account_id], wallet=plan.wallet, today=today)[account_id]
    policy = "none"
    if owed or forgiven:
        policy = plan.wallet.debt_policy if owed else "forgive"
    elif expired:
        policy = "refund-of-expired"
    return {
        "return_id": returned.external_id,
        "order_id": purchase.external_id,
        "member_id": str(purchase.member_id),
        "status": "recorded",
        "reason": returned.reason,
        "amount_minor": undoing.amount_minor,
        "points_reversed": undoing.points,
        "points_taken_back": undoing.points - forgiven - expired,
        "points_owed": owed,
        "points_forgiven": forgiven,
        "points_expired": expired,
        "points_restored": undoing.restore_points,
        "policy": policy,
        "remaining_minor": purchase.total_minor - purchase.returned_minor - undoing.amount_minor,
        "balance": answers.balance(found),
    }


def _park(conn: Conn, program_id: int, order_key: UUID, returned: activities.Return, *, at: datetime) -> Refunded:
    digest = activities.content_digest(returned)
    named = f"{returned.order_external_id}\x1f{returned.external_id}"
    name = ids.key_of("parked", named).hex
    activities.park(
        conn,
        program_id,
        kind="return",
        waits_for=order_key,
        source=returned.source,
        external_id=name,
        digest=digest,
        body=answers.as_body(returned),
        at=at,
    )
    if activities.parked_digest(conn, program_id, kind="return", source=returned.source, external_id=name) != digest:
        raise activities.EventConflict("Another return waits under this id; the first one stands.")
    return Refunded(
        outcome="parked",
        answer={
            "return_id": returned.external_id,
            "order_id": returned.order_external_id,
            "status": "waiting-for-purchase",
            "points_reversed": 0,
        },
    )


def settle_waiting(conn: Conn, plan: Plan, order_keys: Iterable[UUID], *, at: datetime) -> int:
    """Carry out the returns that waited for orders which have just been recorded; answers how many.

    A return that turns out to be impossible stays among the things that wait, for a person to see.
    """
    done = 0
    for parked in activities.waiting_for(conn, order_keys):
        returned = msgspec.convert(dict(parked.body), activities.Return)
        try:
            with conn.transaction():
                _refund(conn, plan, returned, at=at)
                activities.settle(conn, parked, at=at)
            done += 1
        except Refusal:
            continue
    return done
