"""A return takes back what its order was awarded, as it was awarded, and gives back points it was paid with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.program import tiers
from regulars.records import activities, ledger, members, outbox

from . import answers, changes, play_challenges, refer_friends
from .activate_points import carry_out as carry_out_completion
from .deciding import counted_orders
from .plan import Plan
from .reserve_return import awarded, kept, remaining_minor, reserve
from .stored_order import locked
from .use_coupons import give_back


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
    purchase, buyer, account_id = locked(conn, plan, found)
    key = activities.return_key(program_id, returned.source, returned.order_external_id, returned.external_id)
    refund_id = ids.uuid7()
    if not activities.remember(conn, program_id, [(key, purchase.member_id, refund_id, digest)]):
        first = activities.seen(conn, [key])[key]
        if first.content_digest != digest:
            raise activities.EventConflict("This return id was used before for something else; the first one stands.")
        refund = activities.refund(conn, first.member_id, first.activity_id)
        return Refunded(outcome="replayed", answer=refund.answer)
    answer = _record(conn, plan, purchase, buyer, account_id, returned, refund_id, at=at)
    return Refunded(outcome="created", answer=answer)


def _record(
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
    """Carry a return out, or set aside what it will take where its money is not settled yet."""
    lines, awards = activities.lines(conn, purchase), activities.awards(conn, purchase)
    undoing = activities.undo(purchase, lines, returned, awards, activities.pending(conn, purchase))
    answer: Mapping[str, Any]
    if returned.is_pending:
        answer = reserve(conn, plan, purchase, account_id, returned, undoing, refund_id, at=at)
        change = changes.pending(purchase, returned, undoing, at=at)
    else:
        undoing, answer = carry_out(conn, plan, purchase, buyer, account_id, returned, undoing, refund_id, at=at)
        change = changes.returned(purchase, returned, undoing, at=at)
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
        status=answer["status"],
    )
    outbox.add(conn, plan.program.program_id, [change])
    return answer


def carry_out(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    buyer: members.Standing,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    refund_id: UUID,
    *,
    at: datetime,
) -> tuple[activities.Undoing, dict[str, Any]]:
    """Take back and give back what a return undoes; answers that, with what is told. Member and account are locked."""
    today = plan.program.local_date(at)
    restored = _restored(conn, plan, purchase, account_id, undoing, today)
    undoing = replace(undoing, restore_points=sum(points for lots in restored.values() for _, points in lots))
    transfers = _transfers(conn, plan, purchase, account_id, returned, undoing, restored, refund_id, today)
    postings = ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
    moved = list(zip(transfers, postings, strict=True))
    activities.apply_undoing(conn, purchase, undoing)
    refer_friends.note_return(conn, plan, purchase, undoing)
    play_challenges.retreat(conn, plan, purchase, undoing, returned, account_id, at=at)
    orders = counted_orders(purchase.total_minor) if undoing.is_whole else 0
    tally = tiers.Tally(purchase.on_date, -undoing.eligible_minor, -_counted(plan, purchase, undoing), -orders)
    tiers.add_tallies(conn, [(one, tally) for one in members.led_by(conn, purchase.member_id, buyer.member_id)])
    answer = _answer(conn, plan, purchase, account_id, returned, undoing, moved, today)
    if undoing.is_whole:
        whose = dict.fromkeys([purchase.member_id, buyer.member_id])
        answer["coupons_back"] = give_back(conn, plan, purchase, list(whose), at=at)
    return undoing, answer


def _counted(plan: Plan, purchase: activities.Purchase, undoing: activities.Undoing) -> int:
    """The points that no longer count for a tier: status points where orders of that day earn such, however few."""
    status = {award.wallet_id: points for award, points in undoing.further}
    if plan.status_wallet_id in status:
        return status[plan.status_wallet_id]
    further = plan.further_rules_on(purchase.on_date, purchase.occurred_at)
    earns_status = any(wallet.wallet_id == plan.status_wallet_id for wallet, _ in further)
    return 0 if earns_status else undoing.points


_Lots = tuple[tuple[ledger.Lot, int], ...]


def _transfers(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    restored: Mapping[int, _Lots],
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

    for wallet_id, lots in restored.items():
        points = sum(n for _, n in lots)
        transfers.append(transfer(ledger.Movement.RESTORE, "restore.return", points, wallet_id, lots=lots))
    for wallet_id, earned, points in awarded(plan, purchase, undoing):
        lot = kept(conn, plan.wallets[wallet_id], purchase, account_id, earned)
        left = ledger.alive(lot, points, plan.wallets[wallet_id], today)[1]
        code = "clawback.return" if left else "clawback.expired"
        transfers.append(transfer(ledger.Movement.CLAWBACK, code, points, wallet_id, lot=lot))
    return transfers


def _restored(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    undoing: activities.Undoing,
    today: date,
) -> dict[int, _Lots]:
    """What goes back into each wallet the order was paid from: in the ratio of its money that came back in all."""
    if not purchase.burned_points or not purchase.total_minor:
        return {}
    back_minor = purchase.returned_minor + undoing.amount_minor
    by_wallet: dict[int, list[tuple[ledger.Lot, int, int]]] = defaultdict(list)
    for wallet_id, lot, spent, given in ledger.spent_on(conn, [purchase.account_id, account_id], purchase.order_id):
        by_wallet[wallet_id].append((lot, spent, given))
    found = {}
    for wallet_id, lots in by_wallet.items():
        points = sum(n for _, n, _ in lots) * back_minor // purchase.total_minor - sum(n for _, _, n in lots)
        if filled := _filled(lots, points, plan.wallets[wallet_id].expiry, today):
            found[wallet_id] = filled
    return found


def _filled(lots: Iterable[tuple[ledger.Lot, int, int]], points: int, expiry: ledger.Expiry, today: date) -> _Lots:
    """The lots a restore fills: those the order's burn took, latest expiry first; an expired one gets its grace."""
    left: dict[ledger.Lot, int] = {}
    for lot, spent, given in lots:  # what was usable when it was spent is so still: its first day tells no lots apart
        left[ledger.activated(lot)] = left.get(ledger.activated(lot), 0) + spent - given
    filled: dict[ledger.Lot, int] = {}
    for lot, spent in sorted(left.items(), reverse=True):
        back = min(points, spent)
        if back > 0:
            points -= back
            kept = ledger.in_grace(lot, expiry, today)
            filled[kept] = filled.get(kept, 0) + back
    return tuple(filled.items())


def _answer(
    conn: Conn,
    plan: Plan,
    purchase: activities.Purchase,
    account_id: UUID,
    returned: activities.Return,
    undoing: activities.Undoing,
    moved: Sequence[tuple[ledger.Transfer, ledger.Posting]],
    today: date,
) -> dict[str, Any]:
    first = plan.wallet.wallet_id
    postings = [p for t, p in moved if t.wallet_id == first]
    restored = sum(t.points for t, _ in moved if (t.wallet_id, t.movement) == (first, ledger.Movement.RESTORE))
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
        "points_restored": restored,
        "policy": policy,
        "remaining_minor": remaining_minor(conn, purchase) - undoing.amount_minor,
        "balance": answers.balance(found),
        "wallets": _wallets(conn, plan, account_id, moved, today),
        "coupons_back": [],
    }


def _wallets(
    conn: Conn, plan: Plan, account_id: UUID, moved: Sequence[tuple[ledger.Transfer, ledger.Posting]], today: date
) -> list[dict[str, Any]]:
    """What the return moved in wallets other than the first."""
    told = []
    for wallet_id in sorted({t.wallet_id for t, _ in moved} - {plan.wallet.wallet_id}):
        own = [(t, p) for t, p in moved if t.wallet_id == wallet_id]
        taken = [(t, p) for t, p in own if t.movement is ledger.Movement.CLAWBACK]
        wallet = plan.wallets[wallet_id]
        found = ledger.balances(conn, [account_id], wallet=wallet, today=today)[account_id]
        told.append(
            {
                "wallet": wallet.code,
                "points_reversed": sum(t.points for t, _ in taken),
                "points_taken_back": sum(t.points - p.forgiven_points - p.expired_points for t, p in taken),
                "points_restored": sum(t.points for t, _ in own if t.movement is ledger.Movement.RESTORE),
                "balance": answers.balance(found),
            }
        )
    return told


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
    """Carry out what waited for orders which have just been recorded, returns and completions; answers how many.

    A return that turns out to be impossible stays among the things that wait, for a person to see.
    """
    done = 0
    for parked in activities.waiting_for(conn, order_keys):
        try:
            with conn.transaction():
                if parked.kind == "completion":
                    carry_out_completion(conn, plan, parked, at=at)
                else:
                    _refund(conn, plan, msgspec.convert(dict(parked.body), activities.Return), at=at)
                activities.settle(conn, parked, at=at)
            done += 1
        except Refusal:
            continue
    return done
