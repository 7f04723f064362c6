"""Wallets: what is counted, when it can be used, when it ends, and what happens below zero."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from regulars.kit import money
from regulars.kit.errors import Refusal


class WalletKind(StrEnum):
    """What a wallet counts: points to spend, points that only count for tiers, money back, or money paid in."""

    POINTS = "points"
    STATUS = "status"
    CASHBACK = "cashback"
    GIFT_CARD = "gift_card"


MONEY_KINDS = frozenset({WalletKind.CASHBACK, WalletKind.GIFT_CARD})
"""Wallets whose unit is the minor unit of the program's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """When points end.

    `never`; `days`: `count` days after the day they were earned; `month_end`: with the month `count` months later;
    `year_end`: with the year `count` years later; `date`: with the coming `month_day` (MM-DD), `count` years later;
    `inactivity`: `count` days after the member last earned or spent. On the day points end, `carry_percent` of them
    (at most `carry_max`) go on for another year. Members are told of an end `notice_days` before it. Points whose lot
    is over when they are given back, and points of whose end nobody was told, get `grace_days`.
    """

    kind: str = "month_end"
    count: int = 12
    grace_days: int = 30
    month_day: str = "12-31"
    carry_percent: int = 0
    carry_max: int | None = None
    notice_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """What members may give to each other: points at once and in a day, and how old their membership must be."""

    transfer_max: int = 5_000
    day_max: int = 10_000
    member_days_min: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """One balance of one unit.

    `point_value_micros`: what a point costs the shop, in millionths of a currency unit; a wallet of money is worth
    what it holds, to the minor unit, whatever stands there. `pending_days`: how long
    earned points wait, None is the program's return window; `waits_for_event`: until the shop says so instead.
    A return may leave a member owing up to `debt_max_points` (None: any number); what is beyond is written off, and
    with `debt_policy` "forgive" all of it. `giving` None: points cannot be given away.
    """

    program_id: int
    wallet_id: int
    code: str
    unit: Mapping[str, str]
    expiry: Expiry
    kind: WalletKind = WalletKind.POINTS
    pending_days: int | None = None
    waits_for_event: bool = False
    debt_policy: str = "debt"
    debt_max_points: int | None = None
    giving: Giving | None = field(default=None)
    point_value_micros: int = 10_000

    @property
    def is_spendable(self) -> bool:
        """Whether its points buy anything; status points only count."""
        return self.kind is not WalletKind.STATUS

    @property
    def is_money(self) -> bool:
        """Whether its points are minor units of the program's currency."""
        return self.kind in MONEY_KINDS

    def worth_minor(self, points: int, currency: str) -> int:
        """What so many points cost the shop, in minor units, rounded down. Money is worth itself."""
        if self.is_money:
            return points
        unit: int = 10 ** money.exponent(currency)
        return points * self.point_value_micros * unit // 1_000_000

    def decimals(self, currency: str) -> int:
        """With how many decimals its amounts are shown: those of the currency for money, else none."""
        return money.exponent(currency) if self.is_money else 0


class WalletInvalid(Refusal):
    """A wallet whose settings contradict each other."""


EXPIRY_KINDS = ("never", "days", "month_end", "year_end", "date", "inactivity")
_CALENDAR = frozenset({"year_end", "date"})
COUNT_MAX = 3650
VALUE_MICROS_MAX = 1_000_000_000
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_UNIT_MAX = 40


def check(wallet: Wallet) -> None:
    """Refuse settings that cannot work.

    Raises:
        WalletInvalid: as said in its words.
    """
    _check_names(wallet)
    _check_expiry(wallet.expiry)
    if wallet.debt_policy not in {"debt", "forgive", "review"}:
        raise WalletInvalid("A return of spent points leaves a debt, is forgiven, or is reviewed.")
    if wallet.debt_max_points is not None and wallet.debt_max_points < 0:
        raise WalletInvalid("The most a member can owe is 0 or more.")
    if wallet.pending_days is not None and not 0 <= wallet.pending_days <= 365:
        raise WalletInvalid("Earned points wait from 0 to 365 days.")
    if wallet.giving and not 1 <= wallet.giving.transfer_max <= wallet.giving.day_max:
        raise WalletInvalid("What may be given at once is at least 1 and at most what may be given in a day.")
    if not 0 <= wallet.point_value_micros <= VALUE_MICROS_MAX:
        raise WalletInvalid("A point costs the shop from 0 to 1,000 units of the currency.")


def _check_names(wallet: Wallet) -> None:
    if not _CODE.fullmatch(wallet.code):
        raise WalletInvalid("A wallet's code is up to 40 small letters, digits, - and _.")
    if not wallet.unit or any(
        language not in {"en", "zh"} or not 1 <= len(name) <= _UNIT_MAX or not name.isprintable()
        for language, name in wallet.unit.items()
    ):
        raise WalletInvalid(f"Say what is counted, in English (en) or Chinese (zh): 1 to {_UNIT_MAX} characters.")


def _check_expiry(expiry: Expiry) -> None:
    if expiry.kind not in EXPIRY_KINDS:
        raise WalletInvalid(f"Points end in one of these ways: {', '.join(EXPIRY_KINDS)}.")
    if expiry.kind != "never" and not (0 if expiry.kind in _CALENDAR else 1) <= expiry.count <= COUNT_MAX:
        raise WalletInvalid(f"Say after how long points end: up to {COUNT_MAX}.")
    if not 0 <= expiry.grace_days <= 366:
        raise WalletInvalid("Days of grace are from 0 to 366.")
    if not 1 <= expiry.notice_days <= 366:
        raise WalletInvalid("Members are told of an end from 1 to 366 days before it.")
    if not _is_month_day(expiry.month_day):
        raise WalletInvalid("The day on which points end is written MM-DD, as in 03-31.")
    if not 0 <= expiry.carry_percent <= 100 or (expiry.carry_max is not None and expiry.carry_max < 1):
        raise WalletInvalid("From 0 to 100 percent can be carried over, and at least 1 where there is a most.")
    if expiry.carry_percent and expiry.kind not in _CALENDAR:
        raise WalletInvalid("Points are carried over only where they end on a day of the calendar.")


def _is_month_day(text: str) -> bool:
    month, _, day = text.partition("-")
    lengths = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (
        len(text) == 5
        and month.isdigit()
        and day.isdigit()
        and 1 <= int(month) <= 12
        and 1 <= int(day) <= lengths[int(month) - 1]
    )
