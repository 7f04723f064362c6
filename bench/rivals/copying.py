"""Bare COPY: the least a database must do to hold the rows that `post` wrote, in the same tables and indexes."""

import time
from collections.abc import Iterator, Mapping, Sequence

from psycopg import Copy

from regulars.kit import db
from regulars.records import ledger

_ENTRIES = """
    copy (
      select e.*
      from ledger.entry as e
      join unnest(%(member_ids)s::uuid[], %(transfer_ids)s::uuid[]) as t (member_id, transfer_id)
        using (member_id, transfer_id)
      order by e.member_id, e.transfer_id, e.part
    ) to stdout (format binary)
"""
_LOTS = """
    copy (
      select l.*
      from ledger.lot as l
      join unnest(%(member_ids)s::uuid[], %(expires_on)s::date[], %(active_on)s::date[])
        as t (member_id, expires_on, active_on) using (member_id, expires_on, active_on)
      order by l.member_id, l.wallet_id, l.expires_on, l.active_on
    ) to stdout (format binary)
"""

Rows = tuple[bytes, bytes]
"""A batch as two streams in COPY's binary form: its entries, and the lots it opened."""


class Opened:
    """Which lots are there, so that the first batch that needs one is known."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def by(self, batch: Sequence[ledger.Transfer]) -> list[ledger.Transfer]:
        """The first award of each lot that nobody had opened before."""
        first = {(award.member_id, award.lot): award for award in batch}
        new = [award for key, award in first.items() if key not in self._seen]
        self._seen |= first.keys()
        return new


def written(conn: db.Conn, batches: Sequence[Sequence[ledger.Transfer]], opened: Opened) -> Iterator[Rows]:
    """What `post` wrote, a batch apiece. A lot that only grew is left out: COPY cannot update, and is let off."""
    for batch in batches:
        new = opened.by(batch)
        entries = {"member_ids": [t.member_id for t in batch], "transfer_ids": [t.transfer_id for t in batch]}
        lots = {
            "member_ids": [t.member_id for t in new],
            "expires_on": [t.lot.expires_on for t in new],
            "active_on": [t.lot.active_on for t in new],
        }
        yield _read(conn, _ENTRIES, entries), _read(conn, _LOTS, lots)
    conn.commit()


def rate(conn: db.Conn, batches: Sequence[Rows], *, transfers: int) -> float:
    """Transfers a second when their rows are only copied in, each batch its own durable transaction."""
    started = time.perf_counter()
    for entries, lots in batches:
        _write(conn, "copy ledger.entry from stdin (format binary)", entries)
        _write(conn, "copy ledger.lot from stdin (format binary)", lots)
        conn.commit()
    return transfers / (time.perf_counter() - started)


def twin(conn: db.Conn, other: db.Conn) -> None:
    """Fill the tables of `other` with what `conn` has, so that both begin at the same size."""
    for table in ("ledger.entry", "ledger.lot"):
        with (
            conn.cursor().copy(f"copy (select * from {table}) to stdout (format binary)") as source,
            other.cursor().copy(f"copy {table} from stdin (format binary)") as target,
        ):
            _pass_on(source, target)
    conn.commit()
    other.commit()


def _pass_on(source: Copy, target: Copy) -> None:
    for block in source:
        target.write(block)


def _read(conn: db.Conn, statement: str, params: Mapping[str, object]) -> bytes:
    with conn.cursor().copy(statement, params) as copy:
        return b"".join(bytes(block) for block in copy)


def _write(conn: db.Conn, statement: str, rows: bytes) -> None:
    with conn.cursor().copy(statement) as copy:
        copy.write(rows)
