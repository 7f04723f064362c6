"""Points are set aside for an unpaid basket: held, captured, released, or ended by the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import activities, ledger, members

from . import answers
from .capture_holds import CaptureExceedsHold, HoldUnknown, check_open, find, hold_key, hold_transfer
from .capture_holds import spend as captured
from .guard_members import judge_spending
from .plan import Plan
from .spending import lock_active, spend

MINUTES_DEFAULT = 20
MINUTES_MAX = 24 * 60
OPEN_HOLDS_MAX = 5


class TooManyHolds(Refusal):
    """A member has at most five open holds. Facts: limit."""

    kind = Kind.CONFLICT
    code = "too-many-holds"


class PointsOutOfRange(Refusal):
    """A number of points is not above zero, or a time not within a day."""

    code = "quantity-out-of-range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A hold's outcome: `created`, or `replayed` (the same again)."""

    outcome: Literal["created", "replayed"]
    hold: ledger.Hold
    answer: Mapping[str, Any]


def hold_points(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    points: int,
    *,
    external_id: str,
    at: datetime,
    minutes: int = MINUTES_DEFAULT,
    wallet_code: str = "",
) -> Held:
    """Set points aside for a basket, once per `external_id`, until it is paid or `minutes` are over.

    `wallet_code` names the wallet; left out, it is the first one.

    Raises:
        PointsOutOfRange, TooManyHolds, InsufficientPoints, MemberNotFound, MemberFrozen, WalletUnknown, UnderReview,
        ChallengeRequired: as named.
        EventConflict: the id holds another number of points.
    """
    if points < 1 or not 1 <= minutes <= MINUTES_MAX:
        raise PointsOutOfRange(f"Hold at least 1 point for 1 to {MINUTES_MAX} minutes.")
    activities.check_text("/hold_id", external_id, required=True)
    wallet = plan.wallet_of(wallet_code)
    person = lock_active(conn, plan, member_id)
    account_id = person.account_id
    before = find(conn, plan, person, [external_id], asked_as=member_id).get(external_id)
    if before is not None:
        if (before.points, before.wallet_id) != (points, wallet.wallet_id):
            raise activities.EventConflict("This hold id was used before for another number of points or wallet.")
        return Held(outcome="replayed", hold=before, answer=_answer(conn, plan, person, before, at))
    known = ledger.holds.find(conn, [account_id])
    for lapsed in [hold for hold in known if hold.ends_at <= at]:
        give_back(conn, plan, lapsed, ledger.HoldState.ENDED, at=at)
    _check_number(plan, person, known, at)
    judge_spending(conn, plan, person, points, at=at)
    hold = ledger.Hold(
        member_id=account_id,
        hold_id=hold_key(plan, person.member_id, external_id),
        wallet_id=wallet.wallet_id,
        external_id=external_id,
        points=points,
        captured_points=0,
        state=ledger.HoldState.OPEN,
        opened_at=at,
        ends_at=at + timedelta(minutes=minutes),
    )
    spend(conn, plan, _transfer(plan, hold, ledger.Movement.HOLD, "hold.open", points, at), at=at)
    ledger.holds.add(conn, hold)
    return Held(outcome="created", hold=hold, answer=_answer(conn, plan, person, hold, at))


def _check_number(plan: Plan, person: members.Standing, known: Sequence[ledger.Hold], at: datetime) -> None:
    theirs = [h for h in known if h.ends_at > at and h.hold_id == hold_key(plan, person.member_id, h.external_id)]
    if len(theirs) >= OPEN_HOLDS_MAX:
        raise TooManyHolds(f"This member has {OPEN_HOLDS_MAX} open holds.", facts={"limit": OPEN_HOLDS_MAX})


def _transfer(
    plan: Plan,
    hold: ledger.Hold,
    movement: ledger.Movement,
    code: str,
    points: int,
    at: datetime,
    lots: tuple[tuple[ledger.Lot, int], ...] = (),
) -> ledger.Transfer:
    is_opening = movement is ledger.Movement.HOLD
    return ledger.Transfer(
        member_id=hold.member_id,
        transfer_id=hold_transfer(hold.hold_id) if is_opening else ids.key_of("release", hold.hold_id),
        movement=movement,
        points=points,
        occurred_at=at,
        on_date=plan.program.local_date(at),
        reason=ledger.Reason(code, {"hold": hold.external_id, "points": points}),
        wallet_id=hold.wallet_id,
        lots=lots,
        subject_id=hold.hold_id,
    )


def _answer(conn: Conn, plan: Plan, person: members.Standing, hold: ledger.Hold, at: datetime) -> dict[str, Any]:
    return {
        "hold_id": hold.external_id,
        "member_id": str(person.member_id),
        "wallet": plan.wallets[hold.wallet_id].code,
        "points": hold.points,
        "captured_points": hold.captured_points,
        "state": hold.state.name.lower(),
        "ends_at": hold.ends_at.isoformat(timespec="seconds"),
        "balance": answers.balance_of(conn, plan, person.account_id, at=at, wallet=plan.wallets[hold.wallet_id]),
    }


def _locked(conn: Conn, plan: Plan, member_id: UUID, external_id: str) -> tuple[members.Standing, ledger.Hold]:
    person = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    hold = find(conn, plan, person, [external_id], asked_as=member_id).get(external_id) if person else None
    if person is None or hold is None:
        raise HoldUnknown("This member has no such hold.")
    return person, hold


def capture_hold(
    conn: Conn, plan: Plan, member_id: UUID, external_id: str, *, at: datetime, points: int | None = None
) -> Held:
    """Spend a hold without an order of ours; part of it releases the rest. The same again is answered as before.

    Raises:
        HoldUnknown, HoldExpired, CaptureExceedsHold: as named.
    """
    person, hold = _locked(conn, plan, member_id, external_id)
    wanted = hold.points if points is None else points
    if hold.state is ledger.HoldState.CAPTURED and hold.captured_points == wanted:
        return Held(outcome="replayed", hold=hold, answer=_answer(conn, plan, person, hold, at))
    check_open(hold, at=at)
    if not 1 <= wanted <= hold.points:
        raise CaptureExceedsHold(f"{hold.points} points are held.", facts={"held": hold.points})
    transfer = captured(conn, plan, hold, wanted, order_id=None, order=hold.external_id, at=at)
    today = plan.program.local_date(at)
    ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)
    if wanted < hold.points:
        _release_rest(conn, plan, hold, transfer, at=at)
    ledger.holds.close(conn, hold, ledger.HoldState.CAPTURED, captured_points=wanted)
    done = replace(hold, state=ledger.HoldState.CAPTURED, captured_points=wanted)
    return Held(outcome="created", hold=done, answer=_answer(conn, plan, person, done, at))


def _release_rest(conn: Conn, plan: Plan, hold: ledger.Hold, taken: ledger.Transfer, *, at: datetime) -> None:
    spent = dict(taken.lots)
    held = ledger.holds.moves(conn, hold.member_id, hold_transfer(hold.hold_id))
    left = [(lot, points - spent.get(lot, 0)) for lot, points in held]
    lots = tuple((lot, n) for lot, n in left if n > 0)
    transfer = _transfer(plan, hold, ledger.Movement.RELEASE, "hold.release", sum(n for _, n in lots), at, lots)
    ledger.post(conn, [transfer], wallets=plan.wallets, today=plan.program.local_date(at), recorded_at=at)


def release_hold(conn: Conn, plan: Plan, member_id: UUID, external_id: str, *, at: datetime) -> Held:
    """Give held points back to their lots. The same again is answered as before.

    Raises:
        HoldUnknown: no such hold.
        HoldAlreadyCaptured: it was spent.
    """
    person, hold = _locked(conn, plan, member_id, external_id)
    if hold.state in {ledger.HoldState.RELEASED, ledger.HoldState.ENDED}:
        return Held(outcome="replayed", hold=hold, answer=_answer(conn, plan, person, hold, at))
    check_open(replace(hold, ends_at=max(hold.ends_at, at + timedelta(seconds=1))), at=at)
    give_back(conn, plan, hold, ledger.HoldState.RELEASED, at=at)
    done = replace(hold, state=ledger.HoldState.RELEASED)
    return Held(outcome="created", hold=done, answer=_answer(conn, plan, person, done, at))


def give_back(conn: Conn, plan: Plan, hold: ledger.Hold, state: ledger.HoldState, *, at: datetime) -> None:
    """End an open hold and put its points back into their lots; the account is locked."""
    today = plan.program.local_date(at)
    filled: dict[ledger.Lot, int] = {}
    for lot, points in ledger.holds.moves(conn, hold.member_id, hold_transfer(hold.hold_id)):
        filled[lot] = filled.get(lot, 0) + points
    code = "hold.ended" if state is ledger.HoldState.ENDED else "hold.release"
    transfer = _transfer(plan, hold, ledger.Movement.RELEASE, code, hold.points, at, tuple(filled.items()))
    ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)
    ledger.holds.close(conn, hold, state)


def release_due_holds(conn: Conn, plan: Plan, *, at: datetime, limit: int = 500) -> int:
    """Give back the points of holds whose time is over; answers how many."""
    due = ledger.holds.due(conn, at=at, limit=limit)
    members.lock_standing(conn, plan.program.program_id, sorted({member_id for member_id, _ in due}))
    wanted = {hold_id for _, hold_id in due}
    done = 0
    for hold in ledger.holds.find(conn, list({member_id for member_id, _ in due})):
        if hold.hold_id in wanted and hold.state is ledger.HoldState.OPEN and hold.wallet_id in plan.wallets:
            give_back(conn, plan, hold, ledger.HoldState.ENDED, at=at)
            done += 1
    return done
