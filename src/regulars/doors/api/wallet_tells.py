"""What callers read of wallets: their settings, and what moved in them."""

from typing import Literal

from .tells import BalanceTold, Tells


class MovedTold(Tells):
    """How many points of a wallet."""

    wallet: str
    points: int


class ActivatedTold(Tells):
    """What became usable with the completion of an order."""

    order_id: str
    status: Literal["recorded", "waiting-for-purchase"]
    wallets: list[MovedTold]
    member_id: str = ""


class LoadTold(Tells):
    """Money that was paid in."""

    reference: str
    member_id: str
    wallet: str
    amount_minor: int
    balance: BalanceTold


class ExpiryTold(Tells):
    """When points end."""

    kind: Literal["never", "days", "month_end", "year_end", "date", "inactivity"]
    count: int
    month_day: str
    carry_percent: int
    carry_max: int | None
    grace_days: int
    notice_days: int


class GivingTold(Tells):
    """What members may give to each other."""

    transfer_max: int
    day_max: int
    member_days_min: int


class WalletSettingsTold(Tells):
    """A wallet with all its settings."""

    code: str
    kind: Literal["points", "status", "cashback", "gift_card"]
    unit: dict[str, str]
    expiry: ExpiryTold
    pending_days: int | None
    waits_for_event: bool
    debt_policy: Literal["debt", "forgive", "review"]
    debt_max_points: int | None
    giving: GivingTold | None
    point_value_micros: int


class WalletsTold(Tells):
    """The program's wallets, first one first."""

    wallets: list[WalletSettingsTold]
