"""Tell how a balance came to be, from the journal alone, and hold the result against what is stored."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.kit.db import Conn
from regulars.records import ledger, members

from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The story of a member's wallet until the end of the local day `as_of`.

    `lots` are the lots of the whole journal, later days too, and `stored` what the lots say now: only these two can be
    compared. `wrong` lists where they differ. `balance` is what the member had on that day. `member` is None where an
    account that several share was asked for.
    """

    member: members.Member | None
    account_id: UUID
    wallet: ledger.Wallet
    as_of: date
    story: ledger.Replayed
    balance: ledger.Balance
    lots: dict[ledger.Lot, int]
    stored: dict[ledger.Lot, int]
    wrong: tuple[ledger.Difference, ...]


def replay_points(conn: Conn, plan: Plan, member_id: UUID, *, as_of: date, wallet_code: str = "") -> Told:
    """Replay one wallet of a member, or of a shared account. Reads in the caller's snapshot; writes nothing.

    Raises:
        MemberNotFound: no such member in this program, and no such account.
        WalletUnknown: the program has no such wallet.
    """
    wallet = plan.wallet_of(wallet_code)
    member = members.several(conn, plan.program.program_id, [member_id]).get(member_id)
    account_id = members.accounts(conn, [member_id])[member_id]
    entries = ledger.entries(conn, account_id, wallet=wallet)
    if member is None and not entries:
        raise members.MemberNotFound("There is no such member.")
    story, whole = ledger.replay(entries, until=as_of), ledger.replay(entries)
    stored = dict(ledger.lots_of(conn, [account_id]).get((account_id, wallet.wallet_id), ()))
    balance = ledger.balance(story.lots.items(), wallet=wallet, held_points=story.held_points, today=as_of)
    return Told(
        member=member,
        account_id=account_id,
        wallet=wallet,
        as_of=as_of,
        story=story,
        balance=balance,
        lots=dict(whole.lots),
        stored=stored,
        wrong=tuple(ledger.differences(whole.lots, stored.items())),
    )
