"""Money is paid into a member's stored value: a gift card, a prepaid amount; once for each reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw
from regulars.records import activities, ledger

from . import answers
from .changes import note
from .plan import Plan
from .spending import lock_active

LOAD_MINOR_MAX = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A load's outcome: `created`, or `replayed` (the same again)."""

    outcome: Literal["created", "replayed"]
    answer: Mapping[str, Any]


def load_wallet(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    wallet_code: str,
    amount_minor: int,
    *,
    reference: str,
    actor: str,
    at: datetime,
    shown_reason: str = "",
    hidden_note: str = "",
) -> Loaded:
    """Put an amount (minor units) into a wallet of stored value. It can be spent at once: it was paid for.

    Raises:
        WalletUnknown, WalletNotLoadable, AmountOutOfRange, MemberNotFound, MemberFrozen, MemberErased: as named.
        EventConflict: the reference names another amount or wallet.
    """
    wallet = _checked(plan, wallet_code, amount_minor, reference, shown_reason, hidden_note)
    person = lock_active(conn, plan, member_id)
    account_id = person.account_id
    program_id = plan.program.program_id
    key = ids.key_of(program_id, "load", member_id, reference)
    digest = ids.digest(f"{wallet.code} {amount_minor}".encode())
    answer = {
        "reference": reference,
        "member_id": str(member_id),
        "wallet": wallet.code,
        "amount_minor": amount_minor,
    }
    if not activities.remember(conn, program_id, [(key, member_id, ids.key_of("load", key), digest)]):
        if activities.seen(conn, [key])[key].content_digest != digest:
            raise activities.EventConflict("This reference was used before for another amount or wallet.")
        balance = answers.balance_of(conn, plan, account_id, at=at, wallet=wallet)
        return Loaded(outcome="replayed", answer={**answer, "balance": balance})
    reason = {"reference": reference, "text": shown_reason.strip(), "actor": actor, "note": hidden_note}
    _post(conn, plan, wallet, account_id, key, amount_minor, reason, at=at)
    note(
        conn, plan, "points.loaded", person.member_id, subject_id=key, at=at, reference=reference, wallet=wallet.code,
        amount_minor=amount_minor,
    )  # fmt: skip
    balance = answers.balance_of(conn, plan, account_id, at=at, wallet=wallet)
    return Loaded(outcome="created", answer={**answer, "balance": balance})


def _checked(
    plan: Plan, wallet_code: str, amount_minor: int, reference: str, shown_reason: str, hidden_note: str
) -> ledger.Wallet:
    activities.check_text("/reference", reference, required=True)
    activities.check_text("/reason", shown_reason)
    activities.check_text("/note", hidden_note)
    wallet = plan.wallet_of(wallet_code)
    if wallet.kind is not ledger.WalletKind.GIFT_CARD:
        raise ledger.WalletNotLoadable(f"Money is paid into wallets of the kind gift_card; {wallet.code} is none.")
    if not 1 <= amount_minor <= LOAD_MINOR_MAX:
        raise activities.AmountOutOfRange(
            f"An amount that is paid in is from 1 to {LOAD_MINOR_MAX} minor units.",
            flaws=[Flaw(pointer="/amount_minor", code="amount-out-of-range", detail="amount out of range")],
        )
    return wallet


def _post(
    conn: Conn,
    plan: Plan,
    wallet: ledger.Wallet,
    account_id: UUID,
    key: UUID,
    amount_minor: int,
    reason: Mapping[str, str],
    *,
    at: datetime,
) -> None:
    today = plan.program.local_date(at)
    transfer = ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("load", key),
        movement=ledger.Movement.LOAD,
        points=amount_minor,
        occurred_at=at,
        on_date=today,
        reason=ledger.Reason("load", reason),
        wallet_id=wallet.wallet_id,
        lot=ledger.Lot(expires_on=ledger.expires_on(wallet.expiry, today)),
    )
    ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)
