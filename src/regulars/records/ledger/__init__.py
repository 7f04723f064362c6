"""The ledger: every movement of points, the lots they make, and the proof that both agree.

`post` is the only way points move. Balances are sums of lots; lots are sums of entries; `check` proves it.
"""

from . import holds
from .model import (
    DEBT,
    Balance,
    Contra,
    DayTotal,
    Expiry,
    Hold,
    HoldState,
    InsufficientPoints,
    Line,
    Lot,
    Movement,
    Outcome,
    Posting,
    Reason,
    Transfer,
    Wallet,
)
from .overview import day_totals, ending, journal, outstanding, owing
from .rules import award_lot, expires_on, in_grace
from .sentences import NONE, TITLES, Sentence, none_sentence, part_sentence, sentence
from .store import (
    balances,
    check,
    ended_lots,
    forget_spent_lots,
    lines,
    lots_of,
    post,
    save_wallet,
    subject_moves,
    wallets,
)

__all__ = [
    "DEBT",
    "NONE",
    "TITLES",
    "Balance",
    "Contra",
    "DayTotal",
    "Expiry",
    "Hold",
    "HoldState",
    "InsufficientPoints",
    "Line",
    "Lot",
    "Movement",
    "Outcome",
    "Posting",
    "Reason",
    "Sentence",
    "Transfer",
    "Wallet",
    "award_lot",
    "balances",
    "check",
    "day_totals",
    "ended_lots",
    "ending",
    "expires_on",
    "forget_spent_lots",
    "holds",
    "in_grace",
    "journal",
    "lines",
    "lots_of",
    "none_sentence",
    "outstanding",
    "owing",
    "part_sentence",
    "post",
    "save_wallet",
    "sentence",
    "subject_moves",
    "wallets",
]
