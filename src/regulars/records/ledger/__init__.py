"""The ledger: every movement of points, the lots they make, and the proof that both agree.

`post` is the only way points move. Balances are sums of lots; lots are sums of entries; `check` proves it.
"""

from . import holds
from .calendar import activated, alive, award_lot, expires_on, in_grace
from .closing import closings
from .handing import GIFT, given_points, handover, move_hold, settling
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
    WalletNotSpendable,
    WalletUnknown,
)
from .months import cover_ahead, cover_months
from .overview import day_totals, ending, journal, outstanding, owing
from .posting import post
from .sentences import NONE, TITLES, Sentence, none_sentence, part_sentence, sentence
from .statement import lines
from .store import (
    all_balances,
    balances,
    check,
    due_lots,
    forget_spent_lots,
    lots_of,
    save_wallet,
    subject_moves,
    wallets,
)
from .wallets import EXPIRY_KINDS, MONEY_KINDS, Expiry, Giving, Wallet, WalletInvalid, WalletKind

__all__ = [
    "DEBT",
    "EXPIRY_KINDS",
    "GIFT",
    "MONEY_KINDS",
    "NONE",
    "TITLES",
    "WAITING",
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
    "Outcome",
    "Posting",
    "Reason",
    "Sentence",
    "Transfer",
    "Wallet",
    "WalletInvalid",
    "WalletKind",
    "WalletNotSpendable",
    "WalletUnknown",
    "activated",
    "alive",
    "all_balances",
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
    "given_points",
    "handover",
    "holds",
    "in_grace",
    "journal",
    "lines",
    "lots_of",
    "move_hold",
    "none_sentence",
    "outstanding",
    "owing",
    "part_sentence",
    "post",
    "save_wallet",
    "sentence",
    "settling",
    "subject_moves",
    "wallets",
]
