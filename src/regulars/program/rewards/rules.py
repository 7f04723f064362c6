"""Pure decisions about redeeming."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from .model import (
    QUANTITY_MAX,
    PriceChanged,
    RedemptionLimitReached,
    RedemptionQuantityOutOfRange,
    Reward,
    RewardInvalid,
    RewardNotAvailable,
)
from .types import TYPES


def check_open(reward: Reward, *, rank: int, at: datetime) -> None:
    """Refuse a reward that is not live, outside its time, or above the member's tier.

    Raises:
        RewardNotAvailable: with the reason among its facts.
    """
    reason = None
    if not reward.is_live:
        reason = "not-live"
    elif reward.starts_at is not None and at < reward.starts_at:
        reason = "not-started"
    elif reward.ends_at is not None and at >= reward.ends_at:
        reason = "ended"
    elif rank < reward.rank_min:
        reason = "tier"
    if reason:
        words = {
            "not-live": "This reward is not offered at present.",
            "not-started": "This reward is not offered yet.",
            "ended": "This reward is no longer offered.",
            "tier": "This reward is for members of a higher tier.",
        }
        raise RewardNotAvailable(words[reason], facts={"reason": reason})


def check_quantity(quantity: int) -> None:
    """Refuse a quantity below 1 or above 100.

    Raises:
        RedemptionQuantityOutOfRange: as said.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise RedemptionQuantityOutOfRange(f"A redemption is of 1 to {QUANTITY_MAX} units.")


def check_price(reward: Reward, expected_points: int | None) -> None:
    """Refuse when the member saw a lower price than the present one.

    Raises:
        PriceChanged: with both prices among its facts.
    """
    if expected_points is not None and reward.price_points > expected_points:
        raise PriceChanged(
            f"The price is now {reward.price_points} points.",
            facts={"old": expected_points, "new": reward.price_points},
        )


def check_limit(reward: Reward, taken: Sequence[tuple[datetime, int]], quantity: int) -> None:
    """Refuse more than a member may have; `taken` is when and how many they had in the limit's window.

    Raises:
        RedemptionLimitReached: with the limit and when the next one is possible.
    """
    if reward.member_limit is None or sum(count for _, count in taken) + quantity <= reward.member_limit:
        return
    resets_at = None
    if reward.limit_days is not None and taken:
        resets_at = (min(when for when, _ in taken) + timedelta(days=reward.limit_days)).isoformat(timespec="seconds")
    raise RedemptionLimitReached(
        f"A member may have this reward {reward.member_limit} times.",
        facts={"limit": reward.member_limit, "resets_at": resets_at},
    )


def check(reward: Reward) -> None:
    """Refuse a reward whose fields make no sense.

    Raises:
        RewardInvalid: unknown type, no price, no name, an end before the start.
    """
    if reward.type not in TYPES:
        raise RewardInvalid(f"There is no reward type {reward.type!r}; there are {', '.join(TYPES)}.")
    if not 1 <= reward.price_points <= 10**9:
        raise RewardInvalid("A reward costs from 1 to a thousand million points.")
    if not any(reward.name.values()):
        raise RewardInvalid("A reward needs a name.")
    if reward.starts_at and reward.ends_at and reward.ends_at <= reward.starts_at:
        raise RewardInvalid("A reward cannot end before it starts.")
