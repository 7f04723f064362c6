"""A redemption is undone: points and money go back to the lots they came from, what was given is taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.program import rewards
from regulars.records import ledger, members

from . import answers, changes
from .grant_reward import Occasion, take_back
from .hand_over import keeper
from .plan import Plan


def undo_redemption(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    redemption_id: UUID,
    *,
    at: datetime,
    force: bool = False,
    actor: str = "",
    note: str = "",
) -> Mapping[str, Any]:
    """Give the points back to the lots they came from and the units back to stock; twice is once.

    Raises:
        RedemptionNotFound: there is no such redemption.
        AlreadyFulfilled: it was sent or handed out, and `force` (a person's decision) is off.
        RewardUsed: what it gave was used.
        AlreadyDrawn: it was an entry of a draw that was made.

    Source: capability B3; quality/cases 66.
    """
    taken_from, account_id = _kept(conn, plan, existing(conn, plan, member_id, redemption_id))
    redemption = existing(conn, plan, member_id, redemption_id)
    while (state := rewards.after(redemption.state, rewards.Move.UNDO, force=force)) is not None:
        if rewards.move(conn, redemption, state, rewards.Move.UNDO.value, at=at, actor=actor, note=note):
            reward = rewards.get(conn, plan.program.program_id, redemption.reward_id)
            take_back(
                Occasion(conn=conn, plan=plan, reward=reward, redemption=redemption, account_id=account_id, at=at)
            )
            _restore(conn, plan, reward, taken_from, account_id, redemption, at=at)
            changes.redeemed(conn, plan, "reward.undone", redemption, at=at)
            break
        redemption = existing(conn, plan, member_id, redemption_id)  # Somebody moved it on meanwhile.
    return {
        "redemption_id": redemption.external_id,
        "state": "undone",
        "points_restored": redemption.points,
        "money_restored_minor": redemption.money_minor if redemption.paid_from else 0,
        "money_to_return_minor": 0 if redemption.paid_from else redemption.money_minor,
        "balance": answers.balance_of(conn, plan, account_id, at=at),
    }


def existing(conn: Conn, plan: Plan, member_id: UUID, redemption_id: UUID) -> rewards.Redemption:
    """A redemption of this program.

    Raises:
        RedemptionNotFound: there is none.
    """
    redemption = rewards.find(conn, member_id, redemption_id=redemption_id)
    if redemption is None or redemption.program_id != plan.program.program_id:
        raise rewards.RedemptionNotFound("There is no such redemption.")
    return redemption


def _kept(conn: Conn, plan: Plan, redemption: rewards.Redemption) -> tuple[UUID, UUID]:
    """The account a redemption was paid from, and the one that keeps its points today; both locked, with the member."""
    whose = redemption.member_id
    places = [whose, *members.households.ever(conn, [whose])]
    standings = members.lock_standing(conn, plan.program.program_id, places)
    person = standings[whose]
    for place in dict.fromkeys([*places, person.account_id]):
        if _taken(conn, plan.wallet, [place], redemption):
            return place, keeper(conn, plan, place, standings.get(place), person)
    return person.account_id, person.account_id


def _taken(
    conn: Conn, wallet: ledger.Wallet, account_ids: list[UUID], redemption: rewards.Redemption
) -> list[tuple[ledger.Lot, int]]:
    return ledger.subject_moves(conn, account_ids, redemption.redemption_id, ledger.Contra.REDEMPTION, wallet=wallet)


def _restore(
    conn: Conn,
    plan: Plan,
    reward: rewards.Reward,
    taken_from: UUID,
    account_id: UUID,
    redemption: rewards.Redemption,
    *,
    at: datetime,
) -> None:
    today = plan.program.local_date(at)
    paid = [(plan.wallet, redemption.points, "restore")]
    if redemption.paid_from:
        paid.append((plan.wallet_of(redemption.paid_from), redemption.money_minor, "restore-money"))
    transfers = []
    for wallet, points, key in paid:
        filled: dict[ledger.Lot, int] = {}
        for lot, net in _taken(conn, wallet, [taken_from, account_id], redemption):
            kept = ledger.in_grace(lot, wallet.expiry, today)
            filled[kept] = filled.get(kept, 0) - net
        transfers.append(
            ledger.Transfer(
                member_id=account_id,
                transfer_id=ids.key_of(key, redemption.redemption_id),
                movement=ledger.Movement.RESTORE,
                points=points,
                occurred_at=at,
                on_date=today,
                reason=ledger.Reason("restore.reward", {"reward": reward.name}),
                wallet_id=wallet.wallet_id,
                lots=tuple(filled.items()),
                subject_id=redemption.redemption_id,
            )
        )
    ledger.post(conn, transfers, wallets=plan.wallets, today=today, recorded_at=at)
