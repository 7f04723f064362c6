"""The ledger: every movement of points, the lots they make, and the proof that both agree.

`post` is the only way points move. Balances are sums of lots; lots are sums of entries; `check` proves it.
"""

from . import holds
from .model import (
    DEBT,
    Balance,
    Contra,
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
    ReferenceReused,
    Transfer,
    Wallet,
)
from .rules import award_lot, expires_on
from .sentences import NONE, TITLES, Sentence, none_sentence, sentence
from .store import (
    balances,
    check,
    day_totals,
    ended_lots,
    forget_spent_lots,
    journal,
    lines,
    outstanding,
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
    "ReferenceReused",
    "Sentence",
    "Transfer",
    "Wallet",
    "award_lot",
    "balances",
    "check",
    "day_totals",
    "ended_lots",
    "expires_on",
    "forget_spent_lots",
    "holds",
    "journal",
    "lines",
    "none_sentence",
    "outstanding",
    "post",
    "save_wallet",
    "sentence",
    "subject_moves",
    "wallets",
]
