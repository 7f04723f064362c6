"""Burns, 1,000 a batch: each takes the points that end first; one in twenty asks for more than there is."""

from collections.abc import Callable

from bench import supply
from bench.telling import tell, tell_ratio
from regulars.kit import db
from regulars.records import ledger

LOTS = 10
"""Awards a member has had before; each is a lot unless two fell into one month."""


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print burns a second, and awards a second on the same tables beside it."""
    rounds, count, members = (5, 15, 20_000) if is_quick else (7, 30, 100_000)
    with db.connect(fresh()) as conn:
        book = supply.book(conn, members=members)
        awards = supply.earns(book, seed=3)
        for batch in supply.batches(awards, members * LOTS // supply.BATCH):
            supply.post(conn, book, batch)
        wishes = supply.burns(book, seed=4)
        first = supply.post(conn, book, next(supply.batches(wishes, 1)))
        refused = sum(posting.outcome is ledger.Outcome.INSUFFICIENT for posting in first)
        assert 20 <= refused <= 80
        burned, earned = [], []
        for _ in range(rounds):
            burned.append(supply.rate(conn, book, list(supply.batches(wishes, count))))
            earned.append(supply.rate(conn, book, list(supply.batches(awards, count))))
        assert ledger.check(conn)["lots_wrong"] == 0
    tell("burn.batch-1000", burned, "transfers/s")
    tell("burn.earn-beside-it", earned, "transfers/s")
    tell_ratio("burn.earn", burned, earned)
