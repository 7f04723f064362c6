"""`ledger.post` alone, 1,000 awards a batch, against bare COPY of the same rows and against other ledgers."""

import statistics
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from bench import supply
from bench.crew import Crew, Hand, Work
from bench.rivals import copying, hordak, pgledger
from bench.telling import tell, tell_ratio, tell_skipped
from regulars.kit import db, ids
from regulars.records import ledger

CLIENTS = (1, 4, 16)
"""How many clients a peer is tried with; it runs with the best."""
PEER_SECONDS = 1.0

Peer = Callable[[], float]


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print transfers a second of `post`, of the COPY of its rows and of the peers, and the ratios.

    COPY stands against one connection of ours. A peer runs with its best number of clients, and so do we: one or two.
    """
    rounds, count, members, before = (5, 15, 100_000, 100) if is_quick else (7, 30, 1_000_000, 1_000)
    with ExitStack() as stack:
        ours = fresh()
        conn, other = (stack.enter_context(db.connect(dsn)) for dsn in (ours, fresh()))
        book = supply.book(conn, members=members)
        supply.cover_year(other, book.today)
        awards, opened = supply.earns(book, seed=1), copying.Opened()
        for batch in supply.batches(awards, before):
            opened.by(batch)
            supply.post(conn, book, batch)
        copying.twin(conn, other)
        two = stack.enter_context(Crew(2, hire, ours, book.wallet, members // 2, before // 2, count))
        peers = _peers(fresh, stack)
        posted, pairs, copied = [], [], []
        theirs: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(rounds):
            batches = list(supply.batches(awards, count))
            posted.append(supply.rate(conn, book, batches))
            pairs.append(two.rate())
            rows = list(copying.written(conn, batches, opened))
            copied.append(copying.rate(other, rows, transfers=count * supply.BATCH))
            for name, peer in peers.items():
                theirs[name].append(peer())
    tell("post.copy-same-rows", copied, "transfers/s")
    for name, rates in theirs.items():
        tell(f"post.{name}", rates, "transfers/s")
    tell("post.batch-1000", posted, "transfers/s")
    tell("post.batch-1000.two-connections", pairs, "transfers/s")
    for name, rates in theirs.items():
        tell_ratio(f"post.{name.split('.')[0]}.one-connection", posted, rates)
        tell_ratio(f"post.{name.split('.')[0]}", max(posted, pairs, key=statistics.median), rates)
    tell_ratio("post.copy", posted, copied)


def hire(number: int, size: int, dsn: str, wallet: ledger.Wallet, members: int, before: int, count: int) -> Hand:
    """One of `size` processes; each has members of its own, who hold what `before` batches gave them."""
    conn = db.connect(dsn)
    book = supply.Book(wallet, [ids.uuid7() for _ in range(members)], datetime.now(UTC).date())
    awards = supply.earns(book, seed=1000 * size + number)
    for batch in supply.batches(awards, before):
        supply.post(conn, book, batch)

    def prepared() -> Work:
        made = list(supply.batches(awards, count))

        def work() -> int:
            for batch in made:
                supply.post(conn, book, batch)
            return count * supply.BATCH

        return work

    return prepared


def _peers(fresh: Callable[[], str], stack: ExitStack) -> dict[str, Peer]:
    """The peers that can run here, each with its best number of clients, by a name that tells it."""
    found: dict[str, Peer] = {}
    if paths := pgledger.paths():
        rival = stack.enter_context(pgledger.Pgledger(fresh(), paths))
        clients = _best(rival.rate)
        found[f"pgledger.{clients}-clients"] = lambda: rival.rate(clients, PEER_SECONDS)
    else:
        tell_skipped("post.pgledger", "point PGLEDGER_SQL at its SQL files (docs/benchmarks.md)")
    try:
        dsn = fresh()
        hordak.Hordak.prepare(dsn)
        crew = stack.enter_context(hordak.Hordak(dsn, max(CLIENTS)))
        processes = _best(crew.rate)
        found[f"hordak.{processes}-processes"] = lambda: crew.rate(processes, PEER_SECONDS)
    except hordak.NotInstallable as why:
        tell_skipped("post.hordak", str(why))
    return found


def _best(rate: Callable[[int, float], float]) -> int:
    """The number of clients with the highest rate, one short run each."""
    return max(CLIENTS, key=lambda clients: rate(clients, PEER_SECONDS))
