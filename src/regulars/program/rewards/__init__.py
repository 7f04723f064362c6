"""Rewards: the catalogue, its guarded stock, and redemptions until they are handed out or undone."""

from .model import (
    AlreadyFulfilled,
    AlreadyUndone,
    PriceChanged,
    Redemption,
    RedemptionLimitReached,
    RedemptionNotFound,
    RedemptionQuantityOutOfRange,
    Reward,
    RewardInvalid,
    RewardNotAvailable,
    RewardNotFound,
    RewardSoldOut,
    State,
)
from .rules import check, check_limit, check_open, check_price, check_quantity
from .store import add, catalogue, claim, decide, find, get, put_back, redemptions, save, taken, usage
from .types import TYPES, RewardType

__all__ = [
    "TYPES",
    "AlreadyFulfilled",
    "AlreadyUndone",
    "PriceChanged",
    "Redemption",
    "RedemptionLimitReached",
    "RedemptionNotFound",
    "RedemptionQuantityOutOfRange",
    "Reward",
    "RewardInvalid",
    "RewardNotAvailable",
    "RewardNotFound",
    "RewardSoldOut",
    "RewardType",
    "State",
    "add",
    "catalogue",
    "check",
    "check_limit",
    "check_open",
    "check_price",
    "check_quantity",
    "claim",
    "decide",
    "find",
    "get",
    "put_back",
    "redemptions",
    "save",
    "taken",
    "usage",
]
