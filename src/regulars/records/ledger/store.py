"""The only code that touches the ledger's tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import (
    DEBT,
    Balance,
    Contra,
    Expiry,
    Line,
    Lot,
    Movement,
    Outcome,
    Posting,
    Reason,
    Transfer,
    Wallet,
)

SQL = sql.load("regulars.records.ledger")
_NOBODY = UUID(int=0)


def wallets(conn: Conn, program_id: int) -> list[Wallet]:
    """The program's wallets; the first is the one purchases earn into."""
    rows = conn.execute(SQL["select_wallets"], {"program_id": program_id}).fetchall()
    return [
        Wallet(
            program_id=row[0],
            wallet_id=row[1],
            code=row[2],
            unit=row[3],
            expiry=Expiry(**row[4]),
            debt_policy=row[5],
            point_value_micros=row[6],
        )
        for row in rows
    ]


def save_wallet(conn: Conn, wallet: Wallet) -> int:
    """Write a wallet by its program and code; answers its id. Stored lots keep the dates they have."""
    row = conn.execute(
        SQL["upsert_wallet"],
        {
            "program_id": wallet.program_id,
            "code": wallet.code,
            "unit": msgspec.json.encode(wallet.unit).decode(),
            "expiry": msgspec.json.encode(wallet.expiry).decode(),
            "debt_policy": wallet.debt_policy,
            "point_value_micros": wallet.point_value_micros,
        },
    ).fetchone()
    assert row is not None
    return int(row[0])


def post(
    conn: Conn, transfers: Sequence[Transfer], *, wallet: Wallet, today: date, recorded_at: datetime
) -> list[Posting]:
    """Move points in one wallet, each transfer exactly once; the answers stand in the order of the transfers.

    The caller owns the transaction. `today` is the local day that decides which lots can be spent. A transfer id
    seen before answers DUPLICATE with what it moved the first time. A spend beyond the balance answers
    INSUFFICIENT; it does not stop its neighbors. Earned points first pay back what the member owes.

    Source: docs/adr/0002-ledger.md; capability B12.
    """
    takers = sorted({t.member_id for t in transfers if _needs_book(t)})
    done: dict[UUID, Posting] = {}
    books: dict[UUID, rules.Book] = {}
    if takers:
        done = _posted(conn, takers, [t.transfer_id for t in transfers])
        books = _books(conn, takers, wallet)
    postings = [
        done[t.transfer_id]
        if t.transfer_id in done
        else rules.apply(books[t.member_id], t, wallet, today=today)
        if t.member_id in books
        else rules.added(t)
        for t in transfers
    ]
    fresh = _append(
        conn,
        [(t, p) for t, p in zip(transfers, postings, strict=True) if p.outcome is Outcome.POSTED],
        recorded_at,
    )
    late = [
        t
        for t, p in zip(transfers, postings, strict=True)
        if p.moves and p.outcome is Outcome.POSTED and t.transfer_id not in fresh
    ]
    if late:
        done |= _posted(conn, sorted({t.member_id for t in late}), [t.transfer_id for t in late])
        postings = [done.get(p.transfer_id, p) for p in postings]
    _settle(conn, transfers, postings, wallet, today, recorded_at)
    return postings


def _needs_book(transfer: Transfer) -> bool:
    return transfer.movement not in rules.ADDS and not (transfer.movement is Movement.ADJUST and transfer.points > 0)


def _posted(conn: Conn, member_ids: Sequence[UUID], transfer_ids: Sequence[UUID]) -> dict[UUID, Posting]:
    rows = conn.execute(
        SQL["select_posted"],
        {"member_ids": list(member_ids), "transfer_ids": list(transfer_ids)},
        binary=True,
    ).fetchall()
    moves: dict[UUID, list[tuple[Lot, int, Contra]]] = defaultdict(list)
    for transfer_id, expires_on, active_on, points, contra in rows:
        moves[transfer_id].append((Lot(expires_on, active_on), points, Contra(contra)))
    return {
        transfer_id: Posting(transfer_id=transfer_id, outcome=Outcome.DUPLICATE, moves=tuple(found))
        for transfer_id, found in moves.items()
    }


def _books(conn: Conn, member_ids: Sequence[UUID], wallet: Wallet) -> dict[UUID, rules.Book]:
    books = {member_id: rules.Book() for member_id in member_ids}
    for member_id, wallet_id, expires_on, active_on, remaining in conn.execute(
        SQL["select_lots_for_update"], {"member_ids": list(member_ids)}, binary=True
    ):
        if wallet_id == wallet.wallet_id:
            books[member_id].lots[Lot(expires_on, active_on)] = remaining
    return books


def _append(conn: Conn, posted: Sequence[tuple[Transfer, Posting]], recorded_at: datetime) -> set[UUID]:
    """Write the entries of postings; answers the transfers that were new."""
    rows: list[tuple[Any, ...]] = []
    encode = msgspec.json.encode
    for transfer, posting in posted:
        reason: str | None = encode({"code": transfer.reason.code, **transfer.reason.params}).decode()
        for part, (lot, points, contra) in enumerate(posting.moves):
            row = (
                transfer.member_id, ids.uuid7(), transfer.transfer_id, part, transfer.wallet_id,
                transfer.movement.value,
                contra.value, points, lot.active_on, lot.expires_on, transfer.occurred_at, transfer.on_date,
                transfer.subject_id, reason,
            )  # fmt: skip
            rows.append(row)
            reason = None
    if not rows:
        return set()
    columns = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    found = conn.execute(SQL["insert_entries"], {**columns, "recorded_at": recorded_at}, binary=True)
    return {row[0] for row in found}


_COLUMNS = (
    "member_id", "entry_id", "transfer_id", "part", "wallet_id", "kind", "contra", "points", "active_on", "expires_on",
    "occurred_at", "on_date", "subject_id", "reason",
)  # fmt: skip
_ARRIVALS = frozenset({Movement.EARN, Movement.ADJUST, Movement.ACTIVATE, Movement.RESTORE})


def _settle(
    conn: Conn,
    transfers: Sequence[Transfer],
    postings: Sequence[Posting],
    wallet: Wallet,
    today: date,
    recorded_at: datetime,
) -> None:
    earned = [
        (t, p)
        for t, p in zip(transfers, postings, strict=True)
        if p.outcome is Outcome.POSTED and t.movement in _ARRIVALS
    ]
    if not earned:
        return
    members = list({t.member_id for t, _ in earned})
    owed = {
        row[0]: row[2]
        for row in conn.execute(SQL["select_debts"], {"member_ids": members})
        if row[1] == wallet.wallet_id
    }
    settled: list[tuple[Transfer, Posting]] = []
    for transfer, posting in earned:
        debt = owed.get(transfer.member_id, 0)
        moves = rules.settlement(
            debt, [(lot, points) for lot, points, _ in posting.moves if points > 0 and lot.is_active(today)]
        )
        if moves:
            paid = sum(points for lot, points, _ in moves if lot == DEBT)
            owed[transfer.member_id] = debt - paid
            settled.append(_settlement(transfer, moves, paid))
    _append(conn, settled, recorded_at)


def _settlement(cause: Transfer, moves: tuple[tuple[Lot, int, Contra], ...], paid: int) -> tuple[Transfer, Posting]:
    transfer = Transfer(
        member_id=cause.member_id,
        transfer_id=ids.key_of("settle", cause.transfer_id),
        movement=Movement.SETTLE,
        points=paid,
        occurred_at=cause.occurred_at,
        on_date=cause.on_date,
        reason=Reason("debt.settled", {"points": paid}),
        wallet_id=cause.wallet_id,
        subject_id=cause.subject_id,
    )
    return transfer, Posting(transfer_id=transfer.transfer_id, outcome=Outcome.POSTED, moves=moves)


def lots_of(conn: Conn, member_ids: Sequence[UUID], *, wallet: Wallet) -> list[tuple[UUID, Lot, int]]:
    """Every lot of these members that is not empty: member, lot, points."""
    rows = conn.execute(SQL["select_lots"], {"member_ids": list(member_ids)})
    return [(row[0], Lot(row[2], row[3]), row[4]) for row in rows if row[1] == wallet.wallet_id]


def balances(conn: Conn, member_ids: Sequence[UUID], *, wallet: Wallet, today: date) -> dict[UUID, Balance]:
    """What each member has on `today`; a member without points has an empty balance."""
    found = {member_id: Balance() for member_id in member_ids}
    lots: dict[UUID, list[tuple[Lot, int]]] = defaultdict(list)
    for member_id, wallet_id, expires_on, active_on, remaining in conn.execute(
        SQL["select_lots"], {"member_ids": list(member_ids)}
    ):
        if wallet_id == wallet.wallet_id:
            lots[member_id].append((Lot(expires_on, active_on), remaining))
    held = {
        row[0]: row[2]
        for row in conn.execute(SQL["select_held"], {"member_ids": list(member_ids)})
        if row[1] == wallet.wallet_id
    }
    for member_id in found:
        if member_id in lots or member_id in held:
            found[member_id] = rules.balance(lots[member_id], held_points=held.get(member_id, 0), today=today)
    return found


def lines(
    conn: Conn,
    member_id: UUID,
    *,
    wallet: Wallet,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
    movements: Sequence[Movement] | None = None,
    subject_id: UUID | None = None,
    text: str = "",
) -> list[Line]:
    """A member's statement, newest first, at most `limit` lines before the given time and entry.

    `text` keeps the lines whose stored reason (order, return, reward, words of an adjustment) holds it.
    """
    rows = conn.execute(
        SQL["select_lines"],
        {
            "member_id": member_id,
            "wallet_id": wallet.wallet_id,
            "limit": limit,
            "kinds": [m.value for m in movements] if movements else None,
            "before_at": before[0] if before else None,
            "before_id": before[1] if before else None,
            "subject_id": subject_id,
            "text": sql.literal(text),
        },
    )
    return [
        Line(
            entry_id=row[0], transfer_id=row[1], movement=Movement(row[2]), points=row[3], occurred_at=row[4],
            recorded_at=row[5], active_on=row[6], expires_on=row[7], subject_id=row[8], reason=reason(row[9]),
            balance_points=row[10], member_id=member_id,
        )
        for row in rows
    ]  # fmt: skip


def reason(stored: Mapping[str, Any] | None) -> Reason:
    """A stored reason as code and parameters."""
    params = dict(stored or {"code": "unknown"})
    return Reason(params.pop("code"), params)


def subject_moves(
    conn: Conn, member_id: UUID, subject_id: UUID, contra: Contra, *, wallet: Wallet
) -> list[tuple[Lot, int]]:
    """Net points by lot that movements of one contra made for a subject, say what an order's burn took (negative)."""
    rows = conn.execute(
        SQL["select_subject_moves"],
        {
            "member_id": member_id,
            "wallet_id": wallet.wallet_id,
            "subject_id": subject_id,
            "contra": contra.value,
        },
    )
    return [(Lot(row[0], row[1]), row[2]) for row in rows]


def ended_lots(conn: Conn, *, today: date, after: UUID | None, limit: int) -> list[tuple[UUID, int, Lot, int]]:
    """Lots to close: their last day is over, or their first day has come. Member, wallet, lot, points."""
    rows = conn.execute(SQL["select_ended_lots"], {"today": today, "after_member_id": after or _NOBODY, "limit": limit})
    return [(row[0], row[1], Lot(row[2], row[3]), row[4]) for row in rows]


def forget_spent_lots(conn: Conn, *, today: date) -> int:
    """Delete lots that are empty and over; answers how many."""
    return conn.execute(SQL["delete_spent_lots"], {"today": today}).rowcount


def check(conn: Conn) -> Mapping[str, int]:
    """Prove the books: counts and sums, and how many lots, transfers and holds do not add up (all zero when sound)."""
    books = conn.execute(SQL["count_books"]).fetchone()
    transfers = conn.execute(SQL["count_odd_transfers"]).fetchone()
    holds = conn.execute(SQL["count_odd_holds"]).fetchone()
    assert books is not None
    assert transfers is not None
    assert holds is not None
    names = ("entries", "entry_points", "lots", "lot_points", "lots_wrong", "lots_negative")
    return {**dict(zip(names, books, strict=True)), "transfers_wrong": transfers[0], "holds_wrong": holds[0]}
