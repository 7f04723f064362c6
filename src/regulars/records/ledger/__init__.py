"""The ledger: every movement of points, the lots they make, and the proof that both agree.

`post` is the only way points move. Balances are sums of lots; lots are sums of entries; `check` proves it.
"""

from . import adjustments, holds
from .calendar import activated, alive, award_lot, expires_on, in_grace
from .closing import closings
from .handing import GIFT, given_points, handover, move_hold, settling
from .model import (
    DEBT,
    WAITING,
    Balance,
    Contra,
    DayTotal,
    Entry,
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
from .replaying import Difference, Replayed, Step, differences, replay
from .rules import balance
from .sentences import NONE, TITLES, Sentence, none_sentence, part_sentence, sentence, title
from .statement import entries, lines
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
    wrong_lots,
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
    "Difference",
    "Entry",
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
    "Replayed",
    "Sentence",
    "Step",
    "Transfer",
    "Wallet",
    "WalletInvalid",
    "WalletKind",
    "WalletNotSpendable",
    "WalletUnknown",
    "activated",
    "adjustments",
    "alive",
    "all_balances",
    "award_lot",
    "balance",
    "balances",
    "check",
    "closings",
    "cover_ahead",
    "cover_months",
    "day_totals",
    "differences",
    "due_lots",
    "ending",
    "entries",
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
    "replay",
    "save_wallet",
    "sentence",
    "settling",
    "subject_moves",
    "title",
    "wallets",
    "wrong_lots",
]
