"""The ledger: every movement of points, the lots they make, and the proof that both agree.

`post` is the only way points move. Balances are sums of lots; lots are sums of entries; `check` proves it.
"""

from . import holds
from .announcing import Notice, announce, announced, note_announced, notices, unannounced
from .calendar import activated, alive, award_lot, expires_on, in_grace
from .closing import UNANNOUNCED, closings
from .model import (
    DEBT,
    WAITING,
    Balance,
    Contra,
    DayTotal,
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
    WalletNotLoadable,
    WalletNotSpendable,
    WalletUnknown,
)
from .months import cover_ahead, cover_months
from .overview import day_totals, ending, journal, outstanding, owing
from .posting import post
from .sentences import NONE, TITLES, Sentence, none_sentence, part_sentence, sentence
from .statement import lines
from .store import (
    WALLETS_MAX,
    balances,
    check,
    due_lots,
    forget_spent_lots,
    lots_of,
    save_wallet,
    spent_on,
    subject_moves,
    wallets,
)
from .wallets import EXPIRY_KINDS, MONEY_KINDS, Expiry, Giving, Wallet, WalletInvalid, WalletKind

__all__ = [
    "DEBT",
    "EXPIRY_KINDS",
    "MONEY_KINDS",
    "NONE",
    "TITLES",
    "UNANNOUNCED",
    "WAITING",
    "WALLETS_MAX",
    "Balance",
    "Contra",
    "DayTotal",
    "Expiry",
    "Giving",
    "Hold",
    "HoldState",
    "InsufficientPoints",
    "Line",
    "Lot",
    "Movement",
    "Notice",
    "Outcome",
    "Posting",
    "Reason",
    "Sentence",
    "Transfer",
    "Wallet",
    "WalletInvalid",
    "WalletKind",
    "WalletNotLoadable",
    "WalletNotSpendable",
    "WalletUnknown",
    "activated",
    "alive",
    "announce",
    "announced",
    "award_lot",
    "balances",
    "check",
    "closings",
    "cover_ahead",
    "cover_months",
    "day_totals",
    "due_lots",
    "ending",
    "expires_on",
    "forget_spent_lots",
    "holds",
    "in_grace",
    "journal",
    "lines",
    "lots_of",
    "none_sentence",
    "note_announced",
    "notices",
    "outstanding",
    "owing",
    "part_sentence",
    "post",
    "save_wallet",
    "sentence",
    "spent_on",
    "subject_moves",
    "unannounced",
    "wallets",
]
