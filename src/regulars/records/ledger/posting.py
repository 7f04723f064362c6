"""Posting: the one way points move. Decisions are folded over books in memory; then few statements write them all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import errors

from regulars.kit import copying, ids
from regulars.kit.clock import EVER, NEVER
from regulars.kit.db import Conn

from . import rules
from .announcing import announce, announced
from .closing import UNANNOUNCED, closings
from .model import DEBT, Contra, Lot, Movement, Outcome, Posting, Reason, Transfer
from .store import SQL, lots_of
from .wallets import Wallet


def post(
    conn: Conn,
    transfers: Sequence[Transfer],
    *,
    wallets: Mapping[int, Wallet],
    today: date,
    recorded_at: datetime,
) -> list[Posting]:
    """Move points, each transfer exactly once; the answers stand in the order of the transfers.

    The caller owns the transaction and has locked the members. `today` is the local day that decides which lots can
    be spent. A transfer is known by its id and its local day: the same again answers DUPLICATE with what it moved
    the first time. A spend beyond the balance answers INSUFFICIENT; it does not stop its neighbors. Points that
    arrive first pay back what the member owes.

    Source: docs/adr/0002-ledger.md, docs/adr/0010-months.md; capability B12.
    """
    if not transfers:
        return []
    batch = _Batch(wallets=wallets, on=today, recorded_at=recorded_at)
    if all(rules.needs_book(t, wallets[t.wallet_id]) for t in transfers):
        return _post(conn, transfers, batch, {})  # looked up before they are posted, so nothing has to be taken back
    try:
        with conn.transaction():  # nearly always everything is new; a look at each would cost more than a rare repeat
            return _post(conn, transfers, batch, {})
    except errors.UniqueViolation:
        return _post(conn, transfers, batch, _posted(conn, transfers))


def posted(conn: Conn, member_ids: Iterable[UUID], transfer_id: UUID) -> Posting | None:
    """What a transfer moved in any of these accounts, on whatever day it was posted; None when it never was.

    It looks into every month: for a story whose only guard is the name of its transfer.
    """
    found = _moves(conn, [(member_id, transfer_id) for member_id in set(member_ids)], EVER, NEVER)
    return found.get(transfer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    wallets: Mapping[int, Wallet]
    on: date
    recorded_at: datetime


_CLOSING = frozenset({Movement.EXPIRE, Movement.CARRY, Movement.EXTEND})
_Whose = tuple[UUID, int]
_Done = list[tuple[Transfer, Posting]]


def _post(conn: Conn, transfers: Sequence[Transfer], batch: _Batch, known: Mapping[UUID, Posting]) -> list[Posting]:
    takers = [t for t in transfers if rules.needs_book(t, batch.wallets[t.wallet_id])]
    books: dict[_Whose, rules.Book] = {}
    done: _Done = []
    if takers:
        known = {**_posted(conn, takers), **known}
        books = _books(conn, {(t.member_id, t.wallet_id) for t in takers})
        closing = {(t.member_id, t.wallet_id) for t in takers if t.movement in _CLOSING}
        _close_ended(conn, {whose: book for whose, book in books.items() if whose not in closing}, batch, done)
    postings = _fold(transfers, books, known, batch, done)
    _settle_bookless(conn, books, batch, done)
    _write(conn, done, batch)
    if takers:
        announce(conn, list(_told(done, batch)), batch.wallets, today=batch.on)
    return postings


def _fold(
    transfers: Sequence[Transfer],
    books: Mapping[_Whose, rules.Book],
    known: Mapping[UUID, Posting],
    batch: _Batch,
    done: _Done,
) -> list[Posting]:
    """Decide each transfer in turn; what was posted is added to `done`, with what follows from it."""
    answers = {transfer_id.int: posting for transfer_id, posting in known.items()}
    postings: list[Posting] = []
    for transfer in transfers:
        before = answers.get(transfer.transfer_id.int)
        if before is not None:
            postings.append(_again(before))
            continue
        book = books.get((transfer.member_id, transfer.wallet_id)) if books else None
        if book is None:
            posting = rules.added(transfer)
        else:
            posting = rules.apply(book, transfer, batch.wallets[transfer.wallet_id], today=batch.on)
        postings.append(posting)
        if posting.outcome is Outcome.POSTED:
            answers[transfer.transfer_id.int] = posting
            done.append((transfer, posting))
            if book is not None:
                done.extend(_followed(book, transfer, posting, batch))
    return postings


def _again(before: Posting) -> Posting:
    return Posting(transfer_id=before.transfer_id, outcome=Outcome.DUPLICATE, moves=before.moves)


def _close_ended(conn: Conn, books: Mapping[_Whose, rules.Book], batch: _Batch, done: _Done) -> None:
    """Where points are carried over, days that nobody closed yet are closed before anything is taken."""
    open_books = {
        whose: book
        for whose, book in books.items()
        if batch.wallets[whose[1]].expiry.carry_percent
        and any(points > 0 and lot.expires_on < batch.on for lot, points in book.lots.items())
    }
    if not open_books:
        return
    told = announced(conn, [member_id for member_id, _ in open_books], today=batch.on)
    for (member_id, wallet_id), book in open_books.items():
        wallet, lots = batch.wallets[wallet_id], list(book.lots.items())
        found = told.get((member_id, wallet_id), {})
        for transfer in closings(member_id, lots, wallet, announced=found, today=batch.on, at=batch.recorded_at):
            if transfer.movement is not Movement.ACTIVATE:
                done.append((transfer, rules.apply(book, transfer, wallet, today=batch.on)))


def _followed(
    book: rules.Book, transfer: Transfer, posting: Posting, batch: _Batch
) -> Iterator[tuple[Transfer, Posting]]:
    """What follows from a posting: a debt is paid back, the end of points that end by inactivity moves on."""
    wallet = batch.wallets[transfer.wallet_id]
    owed = -book.lots.get(DEBT, 0)
    if owed > 0 and transfer.movement in rules.ARRIVALS:
        settled = _settled(transfer, posting, owed, batch.on)
        if settled is not None:
            for lot, points, _ in settled[1].moves:
                book.lots[lot] = book.lots.get(lot, 0) + points
            yield settled
    if wallet.expiry.kind == "inactivity" and transfer.movement in rules.LIVELY:
        onto, moving = rules.extension(book, wallet, transfer.on_date)
        if moving:
            extended = _consequence(
                transfer, Movement.EXTEND, "extend", {"until": onto.expires_on.isoformat()}, lot=onto, lots=moving
            )
            yield extended, rules.apply(book, extended, wallet, today=batch.on)


def _told(done: _Done, batch: _Batch) -> Iterator[tuple[UUID, int, Lot]]:
    """Lots whose end is near when their points become usable, or that live on as nobody had announced their end."""
    for transfer, posting in done:
        is_spared = transfer.reason.code == UNANNOUNCED
        if is_spared or transfer.movement is Movement.ACTIVATE:
            near = batch.on + timedelta(days=batch.wallets[transfer.wallet_id].expiry.notice_days)
            for lot, points, _ in posting.moves:
                if points > 0 and (is_spared or batch.on <= lot.expires_on <= near):
                    yield transfer.member_id, transfer.wallet_id, lot


def _settle_bookless(conn: Conn, books: Mapping[_Whose, rules.Book], batch: _Batch, done: _Done) -> None:
    """Pay back debts from points that arrived for members whose lots nobody had to look at."""
    arrived = [(t, p) for t, p in done if t.movement in rules.ARRIVALS and (t.member_id, t.wallet_id) not in books]
    if not arrived:
        return
    rows = conn.execute(SQL["select_debts"], {"member_ids": list({t.member_id for t, _ in arrived})}, binary=True)
    owed: dict[_Whose, int] = {(row[0], row[1]): row[2] for row in rows}
    if not owed:
        return
    for transfer, posting in arrived:
        whose = transfer.member_id, transfer.wallet_id
        if owed.get(whose, 0) > 0:
            settled = _settled(transfer, posting, owed[whose], batch.on)
            if settled is not None:
                owed[whose] -= settled[0].points
                done.append(settled)


def _settled(transfer: Transfer, posting: Posting, owed: int, today: date) -> tuple[Transfer, Posting] | None:
    usable = [(lot, points) for lot, points, _ in posting.moves if points > 0 and lot.is_active(today)]
    moves = rules.settlement(owed, usable)
    if not moves:
        return None
    paid = sum(points for lot, points, _ in moves if lot == DEBT)
    settled = _consequence(transfer, Movement.SETTLE, "debt.settled", {"points": paid}, points=paid)
    return settled, Posting(transfer_id=settled.transfer_id, outcome=Outcome.POSTED, moves=moves)


def _consequence(
    cause: Transfer,
    movement: Movement,
    code: str,
    about: Mapping[str, Any],
    *,
    points: int = 0,
    lot: Lot = DEBT,
    lots: tuple[tuple[Lot, int], ...] = (),
) -> Transfer:
    return Transfer(
        member_id=cause.member_id,
        transfer_id=ids.key_of(movement.name.lower(), cause.transfer_id),
        movement=movement,
        points=points,
        occurred_at=cause.occurred_at,
        on_date=cause.on_date,
        reason=Reason(code, about),
        wallet_id=cause.wallet_id,
        lot=lot,
        lots=lots,
        subject_id=cause.subject_id,
    )


def _posted(conn: Conn, transfers: Sequence[Transfer]) -> dict[UUID, Posting]:
    """What transfers of these ids and days moved before."""
    days = [t.on_date for t in transfers]
    return _moves(conn, [(t.member_id, t.transfer_id) for t in transfers], min(days), max(days))


def _moves(conn: Conn, wanted: Sequence[tuple[UUID, UUID]], from_on: date, to_on: date) -> dict[UUID, Posting]:
    rows = conn.execute(
        SQL["select_posted"],
        {
            "member_id": [member_id for member_id, _ in wanted],
            "transfer_id": [transfer_id for _, transfer_id in wanted],
            "from_on": from_on,
            "to_on": to_on,
        },
        binary=True,
    ).fetchall()
    moves: dict[UUID, list[tuple[Lot, int, Contra]]] = defaultdict(list)
    for transfer_id, expires_on, active_on, points, contra in rows:
        moves[transfer_id].append((Lot(expires_on, active_on), points, Contra(contra)))
    return {
        transfer_id: Posting(transfer_id=transfer_id, outcome=Outcome.DUPLICATE, moves=tuple(found))
        for transfer_id, found in moves.items()
    }


def _books(conn: Conn, wanted: set[_Whose]) -> dict[_Whose, rules.Book]:
    found = lots_of(conn, list({member_id for member_id, _ in wanted}))
    return {whose: rules.Book(dict(found.get(whose, ()))) for whose in wanted}


def _write(conn: Conn, done: _Done, batch: _Batch) -> None:
    """Append the entries and move the lots."""
    rows: list[tuple[Any, ...]] = []
    changes: dict[tuple[int, int, Lot], list[Any]] = {}
    for transfer, posting in done:
        member_id, wallet_id = transfer.member_id, transfer.wallet_id
        reason: str | None = _reason(transfer, posting)
        for part, (lot, points, contra) in enumerate(posting.moves):
            rows.append(
                (
                    member_id, transfer.transfer_id, part, wallet_id, transfer.movement, contra, points,
                    lot.active_on, lot.expires_on, transfer.occurred_at, transfer.on_date, transfer.subject_id, reason,
                )
            )  # fmt: skip
            reason = None
            whose = (member_id.int, wallet_id, lot)
            if whose in changes:
                changes[whose][-1] += points
            else:
                changes[whose] = [member_id, wallet_id, lot, points]
    if not rows:
        return
    columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
    columns["entry_id"] = tuple(ids.texts(len(rows)))
    columns["recorded_at"] = (batch.recorded_at,) * len(rows)
    copying.copy(conn, "ledger.entry", columns)
    moved = [change for change in changes.values() if change[-1]]
    grown = [change for change in moved if change[-1] > 0 or change[2] == DEBT]  # a debt may not be there yet
    if grown:
        conn.execute(SQL["grow_lots"], _grown(grown, batch))
    shrunk = [change for change in moved if change[-1] < 0 and change[2] != DEBT]
    if shrunk:
        found = conn.execute(SQL["shrink_lots"], _lot_columns(shrunk)).rowcount
        assert found == len(shrunk), "a lot that points were taken from is not there"


def _grown(changes: Sequence[Sequence[Any]], batch: _Batch) -> dict[str, Any]:
    """The lots that grow. One that ends within the days of notice, or is over, is announced by what made it."""
    columns = _lot_columns(changes)
    near = {
        wallet_id: batch.on + timedelta(days=batch.wallets[wallet_id].expiry.notice_days)
        for wallet_id in set(columns["wallet_id"])
    }
    ends = zip(columns["wallet_id"], columns["expires_on"], strict=True)
    announced_on = [batch.on if on <= near[wallet_id] else None for wallet_id, on in ends]
    return {**columns, "announced_on": announced_on, "today": batch.on}


def _lot_columns(changes: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    return {
        "member_id": [change[0] for change in changes],
        "wallet_id": [change[1] for change in changes],
        "expires_on": [change[2].expires_on for change in changes],
        "active_on": [change[2].active_on for change in changes],
        "points": [change[3] for change in changes],
    }


_COLUMNS = (
    "member_id", "transfer_id", "part", "wallet_id", "kind", "contra", "points", "active_on", "expires_on",
    "occurred_at", "on_date", "subject_id", "reason",
)  # fmt: skip
_encode = msgspec.json.encode


def _reason(transfer: Transfer, posting: Posting) -> str:
    about: dict[str, Any] = {**transfer.reason.params, "code": transfer.reason.code}
    if posting.owed_points:
        about["owed"] = posting.owed_points
    if posting.forgiven_points:
        about["forgiven"] = posting.forgiven_points
    return _encode(about).decode()
