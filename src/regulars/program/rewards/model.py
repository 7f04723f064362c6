"""Rewards: what points buy, and what became of each redemption."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from regulars.kit.errors import Kind, Refusal

QUANTITY_MAX = 100
LOW_UNITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """An item of the catalogue. `units_left` None is unlimited; `rank_min` is the lowest tier rank that may have it;
    a member may redeem it `member_limit` times (in `limit_days` days, or ever)."""

    program_id: int
    reward_id: UUID
    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    category: str
    type: str
    price_points: int
    cost_minor: int
    rank_min: int = 0
    member_limit: int | None = None
    limit_days: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_live: bool = True
    created_at: datetime | None = None
    units_left: int | None = None

    @property
    def is_low(self) -> bool:
        """Whether it is offered and nearly or wholly gone."""
        return self.is_live and self.units_left is not None and self.units_left <= LOW_UNITS


class State(IntEnum):
    """Where a redemption stands. The number is stored."""

    ISSUED = 1
    FULFILLED = 2
    UNDONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Points spent on a reward. `code` is what the member shows; `external_id` names it for ever to the shop."""

    member_id: UUID
    redemption_id: UUID
    program_id: int
    reward_id: UUID
    external_id: str
    quantity: int
    points: int
    cost_minor: int
    state: State
    code: str
    redeemed_at: datetime
    on_date: date
    answer: Mapping[str, Any] | None = None


class RewardNotFound(Refusal):
    """There is no such reward."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class RewardNotAvailable(Refusal):
    """Not now, or not for this member. Facts: reason (not-live, not-started, ended, tier)."""

    kind = Kind.CONFLICT
    code = "reward-not-available"


class RewardSoldOut(Refusal):
    """No unit is left."""

    kind = Kind.CONFLICT
    code = "reward-sold-out"


class RedemptionLimitReached(Refusal):
    """The member has had as many as one may. Facts: limit, resets_at."""

    kind = Kind.CONFLICT
    code = "redemption-limit-reached"


class PriceChanged(Refusal):
    """The price rose since it was shown. Facts: old, new."""

    kind = Kind.CONFLICT
    code = "price-changed"


class RedemptionQuantityOutOfRange(Refusal):
    """A redemption is of 1 to 100 units."""

    code = "quantity-out-of-range"


class AlreadyFulfilled(Refusal):
    """It was handed out: it cannot be undone."""

    kind = Kind.CONFLICT
    code = "already-fulfilled"


class AlreadyUndone(Refusal):
    """It was undone: it cannot be handed out."""

    kind = Kind.CONFLICT
    code = "already-decided"


class RedemptionNotFound(Refusal):
    """There is no such redemption."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class RewardInvalid(Refusal):
    """A reward's fields make no sense together."""
