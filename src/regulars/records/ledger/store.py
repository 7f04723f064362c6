"""The only code that touches the ledger's tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from . import rules
from .model import Balance, Contra, Lot
from .replaying import Difference
from .wallets import Expiry, Giving, Wallet, WalletInvalid, WalletKind
from .wallets import check as check_wallet

SQL = sql.load("regulars.records.ledger")
WALLETS_MAX = 20


def wallets(conn: Conn, program_id: int) -> list[Wallet]:
    """The program's wallets; the first is the one purchases earn into."""
    rows = conn.execute(SQL["select_wallets"], {"program_id": program_id}).fetchall()
    return [
        Wallet(
            program_id=row[0], wallet_id=row[1], code=row[2], kind=WalletKind(row[3]), unit=row[4],
            expiry=Expiry(**row[5]), pending_days=row[6], waits_for_event=row[7], debt_policy=row[8],
            debt_max_points=row[9], giving=Giving(**row[10]) if row[10] else None, point_value_micros=row[11],
        )
        for row in rows
    ]  # fmt: skip


def save_wallet(conn: Conn, wallet: Wallet) -> int:
    """Write a wallet by its program and code; answers its id. Stored lots keep the dates they have.

    Raises:
        WalletInvalid: its settings contradict each other, or it counts something else than it did.
    """
    check_wallet(wallet)
    before = {known.code: known.kind for known in wallets(conn, wallet.program_id)}
    if before.get(wallet.code, wallet.kind) is not wallet.kind:
        raise WalletInvalid(f"What the wallet {wallet.code} counts ({before[wallet.code]}) cannot change.")
    if wallet.code not in before and len(before) >= WALLETS_MAX:
        raise WalletInvalid(f"A program has at most {WALLETS_MAX} wallets.")
    row = conn.execute(
        SQL["upsert_wallet"],
        {
            "program_id": wallet.program_id,
            "code": wallet.code,
            "unit": msgspec.json.encode(wallet.unit).decode(),
            "expiry": msgspec.json.encode(wallet.expiry).decode(),
            "kind": wallet.kind,
            "pending_days": wallet.pending_days,
            "waits_for_event": wallet.waits_for_event,
            "debt_policy": wallet.debt_policy,
            "debt_max_points": wallet.debt_max_points,
            "giving": msgspec.json.encode(wallet.giving).decode() if wallet.giving else None,
            "point_value_micros": wallet.point_value_micros,
        },
    ).fetchone()
    assert row is not None
    return int(row[0])


def lots_of(conn: Conn, member_ids: Sequence[UUID]) -> dict[tuple[UUID, int], list[tuple[Lot, int]]]:
    """Every lot of these members that is not empty, by member and wallet: lot, points."""
    found: dict[tuple[UUID, int], list[tuple[Lot, int]]] = defaultdict(list)
    for member_id, wallet_id, expires_on, active_on, remaining in conn.execute(
        SQL["select_lots"], {"member_ids": list(member_ids)}, binary=True
    ):
        found[member_id, wallet_id].append((Lot(expires_on, active_on), remaining))
    return found


def balances(conn: Conn, member_ids: Sequence[UUID], *, wallet: Wallet, today: date) -> dict[UUID, Balance]:
    """What each member has on `today`; a member without points has an empty balance."""
    return all_balances(conn, member_ids, wallets={wallet.wallet_id: wallet}, today=today)[wallet.wallet_id]


def all_balances(
    conn: Conn, member_ids: Sequence[UUID], *, wallets: Mapping[int, Wallet], today: date
) -> dict[int, dict[UUID, Balance]]:
    """What each member has on `today`, by wallet and member."""
    lots = lots_of(conn, member_ids)
    rows = conn.execute(SQL["select_held"], {"member_ids": list(member_ids)}, binary=True)
    held = {(row[0], row[1]): row[2] for row in rows}
    return {
        wallet_id: {
            member_id: rules.balance(
                lots.get((member_id, wallet_id), ()),
                wallet=wallet,
                held_points=held.get((member_id, wallet_id), 0),
                today=today,
            )
            for member_id in member_ids
        }
        for wallet_id, wallet in wallets.items()
    }


def subject_moves(
    conn: Conn, member_ids: Sequence[UUID], subject_id: UUID, contra: Contra, *, wallet: Wallet
) -> list[tuple[Lot, int]]:
    """Net points by lot that movements of one contra made for a subject, say what an order's burn took (negative).

    `member_ids` are the accounts it may have moved points of.
    """
    rows = conn.execute(
        SQL["select_subject_moves"],
        {
            "member_ids": list(member_ids),
            "wallet_id": wallet.wallet_id,
            "subject_id": subject_id,
            "contra": contra.value,
        },
    )
    return [(Lot(row[0], row[1]), row[2]) for row in rows]


def spent_on(conn: Conn, member_ids: Sequence[UUID], subject_id: UUID) -> list[tuple[int, Lot, int, int]]:
    """What an order or a redemption was paid with, lot by lot: wallet, lot, points spent, points given back since.

    `member_ids` are the accounts it may have moved points of.
    """
    rows = conn.execute(SQL["select_spent_on"], {"member_ids": list(member_ids), "subject_id": subject_id})
    return [(row[0], Lot(row[1], row[2]), row[3], row[4]) for row in rows]


def visits(conn: Conn, member_ids: Sequence[UUID], *, wallet: Wallet, since_on: date) -> list[date]:
    """The days from `since_on` on when something was earned in or spent from these accounts."""
    kinds = [movement.value for movement in rules.LIVELY]
    rows = conn.execute(
        SQL["select_visits"],
        {"member_ids": list(member_ids), "wallet_id": wallet.wallet_id, "kinds": kinds, "since_on": since_on},
    )
    return [row[0] for row in rows]


def due_lots(conn: Conn, wallet_ids: Sequence[int], *, today: date, limit: int) -> list[tuple[UUID, int, Lot, int]]:
    """Lots to close: their last day is over, or their first day has come. Member, wallet, lot, points."""
    rows = conn.execute(SQL["select_due_lots"], {"today": today, "wallet_ids": list(wallet_ids), "limit": limit})
    return [(row[0], row[1], Lot(row[2], row[3]), row[4]) for row in rows]


def forget_spent_lots(conn: Conn, *, today: date) -> int:
    """Delete lots that are empty and over; answers how many."""
    return conn.execute(SQL["delete_spent_lots"], {"today": today}).rowcount


def wrong_lots(conn: Conn, *, limit: int) -> list[tuple[UUID, int, str, Difference]]:
    """Lots that are not as the journal says, at most `limit`: account, program, wallet's code, and what each says."""
    return [
        (row[0], row[1], row[2], Difference(lot=Lot(row[3], row[4]), replayed_points=row[5], stored_points=row[6]))
        for row in conn.execute(SQL["select_wrong_lots"], {"limit": limit})
    ]


def check(conn: Conn) -> Mapping[str, int]:
    """Prove the books: counts and sums, and how many lots, transfers and holds do not add up (all zero when sound)."""
    books = conn.execute(SQL["count_books"]).fetchone()
    transfers = conn.execute(SQL["count_odd_transfers"]).fetchone()
    gifts = conn.execute(SQL["count_odd_gifts"]).fetchone()
    holds = conn.execute(SQL["count_odd_holds"]).fetchone()
    unannounced = conn.execute(SQL["sum_expired_unannounced"]).fetchone()
    assert unannounced is not None
    assert books is not None
    assert transfers is not None
    assert gifts is not None
    assert holds is not None
    names = ("entries", "entry_points", "lots", "lot_points", "lots_wrong", "lots_negative")
    return {
        **dict(zip(names, books, strict=True)),
        "transfers_wrong": transfers[0],
        "gifts_wrong": gifts[0],
        "holds_wrong": holds[0],
        "expired_unannounced": unannounced[0],
    }
