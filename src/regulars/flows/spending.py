"""What every story that spends does: lock a member who takes part, and post one transfer that takes points."""

from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import ledger, members

from .plan import Plan


def lock_active(conn: Conn, plan: Plan, member_id: UUID) -> members.Standing:
    """Lock one member who takes part.

    Raises:
        MemberNotFound, MemberFrozen, MemberErased: as named.
    """
    standing = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    if standing is None:
        raise members.MemberNotFound("There is no such member.")
    if standing.status is members.Status.FROZEN:
        raise members.MemberFrozen("This membership is frozen: nothing can be spent until it is released.")
    if standing.status is members.Status.ERASED:
        raise members.MemberErased("This member was erased.")
    return standing


def spend(conn: Conn, plan: Plan, transfer: ledger.Transfer, *, at: datetime) -> ledger.Posting:
    """Post one transfer that spends.

    Raises:
        WalletNotSpendable: its points only count.
        InsufficientPoints: with spendable, cost, pending and debt among its facts.
    """
    today, wallet = plan.program.local_date(at), plan.wallets[transfer.wallet_id]
    if not wallet.is_spendable and transfer.movement is not ledger.Movement.ADJUST:
        raise ledger.WalletNotSpendable("Points of this wallet count for tiers; they cannot be spent.")
    posting = ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)[0]
    if posting.outcome is ledger.Outcome.INSUFFICIENT:
        member_id = transfer.member_id
        found = ledger.balances(conn, [member_id], wallet=wallet, today=today)[member_id]
        raise ledger.InsufficientPoints(
            f"{found.spendable} points can be spent, {abs(transfer.points)} are needed.",
            facts={
                "spendable": found.spendable,
                "cost": abs(transfer.points),
                "pending": found.pending,
                "debt": found.debt,
            },
        )
    return posting
