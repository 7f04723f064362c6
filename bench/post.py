"""`ledger.post` alone, 1,000 awards a batch, against bare COPY of the same rows and against other ledgers."""

from collections.abc import Callable
from contextlib import ExitStack

from bench import supply
from bench.rivals import copying, hordak, pgledger
from bench.telling import tell, tell_ratio, tell_skipped
from regulars.kit import db

CLIENTS = (1, 4, 16)
"""How many clients a peer is tried with; it runs with the best."""
PEER_SECONDS = 1.0

Peer = Callable[[], float]


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print transfers a second of `post`, of the COPY of its rows and of the peers, and the ratios."""
    rounds, count, members, before = (5, 15, 100_000, 100) if is_quick else (7, 30, 1_000_000, 1_000)
    with ExitStack() as stack:
        conn, other = (stack.enter_context(db.connect(fresh())) for _ in range(2))
        book = supply.book(conn, members=members)
        supply.cover_year(other, book.today)
        awards, opened = supply.earns(book, seed=1), copying.Opened()
        for batch in supply.batches(awards, before):
            opened.by(batch)
            supply.post(conn, book, batch)
        copying.twin(conn, other)
        peers = _peers(fresh, stack)
        posted, copied = [], []
        theirs: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(rounds):
            batches = list(supply.batches(awards, count))
            posted.append(supply.rate(conn, book, batches))
            rows = list(copying.written(conn, batches, opened))
            copied.append(copying.rate(other, rows, transfers=count * supply.BATCH))
            for name, peer in peers.items():
                theirs[name].append(peer())
    tell("post.copy-same-rows", copied, "transfers/s")
    for name, rates in theirs.items():
        tell(f"post.{name}", rates, "transfers/s")
    tell("post.batch-1000", posted, "transfers/s")
    for name, rates in theirs.items():
        tell_ratio(f"post.{name.split('.')[0]}", posted, rates)
    tell_ratio("post.copy", posted, copied)


def _peers(fresh: Callable[[], str], stack: ExitStack) -> dict[str, Peer]:
    """The peers that can run here, each with its best number of clients, by a name that tells it."""
    found: dict[str, Peer] = {}
    if paths := pgledger.paths():
        ledger = stack.enter_context(pgledger.Pgledger(fresh(), paths))
        clients = _best(ledger.rate)
        found[f"pgledger.{clients}-clients"] = lambda: ledger.rate(clients, PEER_SECONDS)
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
