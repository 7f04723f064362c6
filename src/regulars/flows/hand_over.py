"""Points and holds change their account with their member: whole lots, pending and owed ones too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.kit.db import Conn
from regulars.records import ledger, members

from .capture_holds import hold_transfer
from .close_day import close_accounts
from .plan import Plan

Lots = Sequence[tuple[ledger.Lot, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why points change their account: the story that both legs share, the code of its sentences, what they tell."""

    subject_id: UUID
    code: str
    about_out: Mapping[str, Any] = field(default_factory=dict)
    about_in: Mapping[str, Any] = field(default_factory=dict)


def hand_over_all(
    conn: Conn, plan: Plan, from_id: UUID, to_id: UUID, cause: Cause, *, at: datetime
) -> dict[int, tuple[tuple[ledger.Lot, int], ...]]:
    """Move everything an account has, wallet by wallet, and its open holds; both accounts are locked.

    Answers what moved, by wallet. A debt comes along and is paid back from what can be used in the new account.
    """
    today = plan.program.local_date(at)
    close_accounts(conn, plan, [from_id, to_id], today=today, at=at)
    lots = {
        wallet_id: tuple(of)
        for (_, wallet_id), of in ledger.lots_of(conn, [from_id]).items()
        if wallet_id in plan.wallets
    }
    hand_over(conn, plan, from_id, to_id, lots, cause, at=at)
    for hold in ledger.holds.find(conn, [from_id]):
        if hold.wallet_id in plan.wallets:
            _move_hold(conn, plan, hold, to_id, at=at)
    return lots


def hand_over(
    conn: Conn,
    plan: Plan,
    from_id: UUID,
    to_id: UUID,
    lots: Mapping[int, Lots],
    cause: Cause,
    *,
    at: datetime,
) -> None:
    """Move these lots, by wallet, from one account to another; both are locked and their days are closed."""
    today = plan.program.local_date(at)
    given, received = [], []
    for wallet_id, of in sorted(lots.items()):
        if any(points for _, points in of):
            out, into = ledger.handover(
                from_id,
                to_id,
                of,
                wallet_id=wallet_id,
                subject_id=cause.subject_id,
                reasons=(
                    ledger.Reason(f"{cause.code}.out", cause.about_out),
                    ledger.Reason(f"{cause.code}.in", cause.about_in),
                ),
                on=today,
                at=at,
            )
            given.append(out)
            received.append(into)
    ledger.post(conn, given, wallets=plan.wallets, today=today, recorded_at=at)
    ledger.post(conn, received, wallets=plan.wallets, today=today, recorded_at=at)
    settled = [
        ledger.settling(to_id, of, wallet_id=wallet_id, subject_id=cause.subject_id, today=today, at=at)
        for (_, wallet_id), of in ledger.lots_of(conn, [to_id]).items()
        if wallet_id in lots
    ]
    ledger.post(conn, [t for t in settled if t], wallets=plan.wallets, today=today, recorded_at=at)


def _move_hold(conn: Conn, plan: Plan, hold: ledger.Hold, to_id: UUID, *, at: datetime) -> None:
    """The hold keeps its id and stays open until the same moment; in the account it left it is closed."""
    opening = hold_transfer(hold.hold_id)
    lots = ledger.holds.moves(conn, hold.member_id, opening)
    today = plan.program.local_date(at)
    pair = ledger.move_hold(hold, to_id, lots, opening=opening, on=today, at=at)
    ledger.post(conn, pair, wallets=plan.wallets, today=today, recorded_at=at)
    ledger.holds.close(conn, hold, ledger.HoldState.RELEASED)
    ledger.holds.add(conn, replace(hold, member_id=to_id))


def keeper(
    conn: Conn, plan: Plan, account_id: UUID, standing: members.Standing | None, buyer: members.Standing
) -> UUID:
    """Where the points that an account kept once are kept today.

    `standing` is the account's own, where it is a member's; `buyer` is who the points were earned or spent for: where
    a household was dissolved, they are with them.
    """
    if standing is not None:
        return standing.account_id
    if account_id == buyer.account_id:
        return account_id
    household = members.households.get(conn, plan.program.program_id, account_id)
    return account_id if household.dissolved_at is None else buyer.account_id
