"""Prove that everything stored agrees with itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.kit.db import Conn
from regulars.records import activities, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Counts and sums, and what is wrong: every value in `wrong` is zero when the books are sound."""

    counts: Mapping[str, int]
    wrong: Mapping[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.wrong.values())


def verify_books(conn: Conn) -> Verdict:
    """Compare entries, lots, holds, awards and announced ends in one snapshot. Reads everything; writes nothing."""
    books = ledger.check(conn)
    counts = {name: books[name] for name in ("entries", "entry_points", "lots", "lot_points")}
    odd = ("lots_wrong", "lots_negative", "transfers_wrong", "gifts_wrong", "holds_wrong", "expired_unannounced")
    wrong = {name: books[name] for name in odd}
    wrong["sums_differ"] = abs(books["entry_points"] - books["lot_points"])
    wrong["awards_wrong"] = activities.odd_awards(conn)
    return Verdict(counts=counts, wrong=wrong)
