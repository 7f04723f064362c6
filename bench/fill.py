"""Whether posting keeps its speed as the ledger grows: the rate at a small size and at a large one, in turn.

Two databases are filled by SQL, month by month as time would have filled them. 100,000,000 entries, the size the
project promises, need about 48 GB of disk in TMPDIR and an hour or two; they are only made when asked for by number:

    python -m bench fill --entries 100000000
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import date

from bench import supply
from bench.telling import tell, tell_ratio
from regulars.kit import clock, db
from regulars.records import ledger

MEMBERS = 1_000_000
MONTHS = 36
SMALL = 1_000_000
ENTRY_BYTES, LOT_BYTES = 370, 160
"""Disk an entry and a lot take, with their indexes; measured, rounded up."""
WAL_BYTES = 5_000_000_000

_ENTRIES = """
    insert into ledger.entry (
      member_id, entry_id, transfer_id, part, wallet_id, kind, contra, points, active_on, expires_on,
      occurred_at, recorded_at, on_date, subject_id, reason
    )
    select
      m.member_id,
      (lpad(to_hex((extract(epoch from d.on_date) * 1000)::bigint), 12, '0') || '7' || substr(d.hash, 14))::uuid,
      d.hash::uuid, 0, %(wallet_id)s, 1, 1, 1 + d.number %% 500, %(active_on)s, %(expires_on)s,
      d.on_date + interval '4 hours', d.on_date + interval '4 hours', d.on_date, d.hash::uuid,
      json_build_object('code', 'earn.order', 'order', 'o' || d.number, 'parts', '[]'::json)
    from (
      select
        n as number, md5(n || ' ' || %(month_on)s::date) as hash,
        %(month_on)s::date + (n %% 28)::integer as on_date,
        abs(hashint8(n::bigint * 1009 + extract(epoch from %(month_on)s::date)::bigint)::bigint) %% %(members)s as place
      from generate_series(1, %(count)s) as n
    ) as d
    join bench_member as m using (place)
    order by m.member_id, d.hash
"""
_LOTS = """
    insert into ledger.lot (member_id, wallet_id, expires_on, active_on, remaining)
    select e.member_id, e.wallet_id, e.expires_on, e.active_on, sum(e.points)
    from ledger.entry as e
    where e.on_date >= %(month_on)s and e.on_date < %(next_on)s and e.expires_on = %(expires_on)s
    group by e.member_id, e.wallet_id, e.expires_on, e.active_on
    order by e.member_id, e.wallet_id, e.expires_on, e.active_on
"""


def run(fresh: Callable[[], str], *, is_quick: bool, entries: int = 0) -> None:
    """Print transfers a second at `SMALL` entries and at `entries` (3 million when quick, else 10), and the ratio."""
    entries = entries or (3_000_000 if is_quick else 10_000_000)
    rounds, count, members = (5, 10, MEMBERS // 10) if is_quick else (9, 50, MEMBERS)
    _check_room([entries, SMALL], members)
    with db.connect(fresh()) as small, db.connect(fresh()) as large:
        books = [(conn, _filled(conn, size, members)) for conn, size in ((small, SMALL), (large, entries))]
        rates: list[list[float]] = [[], []]
        logged: list[list[float]] = [[], []]
        for number in range(rounds):
            for place, (conn, book) in enumerate(books):
                awards = supply.earns(book, seed=100 + number, days=3)
                supply.post(conn, book, next(supply.batches(awards, 1)))
                before = _wal(conn)
                rates[place].append(supply.rate(conn, book, list(supply.batches(awards, count))))
                logged[place].append((_wal(conn) - before) / count / supply.BATCH)
        if is_quick:
            assert ledger.check(small)["lots_wrong"] == 0
        disk = large.execute("select pg_database_size(current_database())").fetchone()
    assert disk is not None
    print(f"fill.disk {disk[0] / entries:.0f} bytes an entry")
    for size, speeds, sizes in zip((SMALL, entries), rates, logged, strict=True):
        tell(f"fill.at-{size}.wal", sizes, "bytes/transfer")
        tell(f"fill.at-{size}", speeds, "transfers/s")
    tell_ratio("fill", rates[1], rates[0])


def _filled(conn: db.Conn, entries: int, members: int) -> supply.Book:
    """A book with so many entries, spread evenly over the months before today's and over its members."""
    book = supply.book(conn, members=members)
    conn.execute("set statement_timeout = 0")
    conn.execute("set work_mem = '256MB'")
    conn.execute("create temp table bench_member (place bigint primary key, member_id uuid)")
    with conn.cursor().copy("copy bench_member from stdin") as copy:
        for place, member_id in enumerate(book.member_ids):
            copy.write_row((place, member_id))
    conn.execute("analyze bench_member")
    months = [clock.add_months(book.today.replace(day=1), -back) for back in range(MONTHS - 1, -1, -1)]
    ledger.cover_months(conn, from_on=months[0], to_on=book.today)
    conn.commit()
    for number, month_on in enumerate(months):
        _fill_month(conn, book, month_on, entries * (number + 1) // MONTHS - entries * number // MONTHS)
    conn.autocommit = True
    conn.execute("vacuum analyze ledger.entry, ledger.lot")
    conn.execute("checkpoint")
    conn.autocommit = False
    return book


def _fill_month(conn: db.Conn, book: supply.Book, month_on: date, count: int) -> None:
    next_on = clock.add_months(month_on, 1)
    given = {
        "wallet_id": book.wallet.wallet_id,
        "month_on": month_on,
        "next_on": next_on,
        "active_on": ledger.Lot().active_on,
        "expires_on": ledger.expires_on(ledger.Expiry(kind="month_end", count=MONTHS), month_on),
        "members": len(book.member_ids),
        "count": count,
    }
    conn.execute(_ENTRIES, given)
    conn.execute(_LOTS, given)
    conn.commit()


def _wal(conn: db.Conn) -> int:
    """Bytes of log written so far; whole pages are logged when they are first touched after a checkpoint."""
    row = conn.execute("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint").fetchone()
    conn.commit()
    assert row is not None
    return int(row[0])


def _check_room(sizes: Sequence[int], members: int) -> None:
    """Say what is needed, and stop when it is not there."""
    lots = sum(min(entries, members * MONTHS) for entries in sizes)
    needed = sum(sizes) * ENTRY_BYTES + lots * LOT_BYTES + WAL_BYTES
    free = shutil.disk_usage(tempfile.gettempdir()).free
    print(f"fill: needs {needed / 1e9:.0f} GB of disk in {tempfile.gettempdir()}, {free / 1e9:.0f} GB are free")
    if needed > free:
        raise SystemExit("fill: not enough disk; name another place in TMPDIR")
