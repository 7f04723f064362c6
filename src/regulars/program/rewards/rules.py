"""Pure decisions about redeeming."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from .model import QUANTITY_MAX, STORES_MAX, Category, Grant, Move, Reward, State
from .pricing import check_pricing
from .refusals import (
    AlreadyFulfilled,
    AlreadyUndone,
    RedemptionLimitReached,
    RedemptionQuantityOutOfRange,
    RewardInvalid,
    RewardNotAvailable,
)
from .types import TYPES

_NOT_OPEN = {
    "not-live": "This reward is not offered at present.",
    "not-started": "This reward is not offered yet.",
    "ended": "This reward is no longer offered.",
    "tier": "This reward is for members of a higher tier.",
    "store": "This reward is not offered in this store.",
}


def check_open(reward: Reward, *, rank: int, at: datetime, store: str = "") -> None:
    """Refuse a reward that is not live, outside its time, above the member's tier, or of other stores.

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
    elif reward.stores and store not in reward.stores:
        reason = "store"
    if reason:
        raise RewardNotAvailable(_NOT_OPEN[reason], facts={"reason": reason})


def check_quantity(quantity: int) -> None:
    """Refuse a quantity below 1 or above 100.

    Raises:
        RedemptionQuantityOutOfRange: as said.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise RedemptionQuantityOutOfRange(f"A redemption is of 1 to {QUANTITY_MAX} units.")


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


_MOVES: Mapping[Move, tuple[tuple[State, ...], State]] = {
    Move.PREPARE: ((State.ISSUED,), State.PREPARING),
    Move.SHIP: ((State.ISSUED, State.PREPARING), State.SHIPPED),
    Move.DELIVER: ((State.ISSUED, State.PREPARING, State.SHIPPED), State.FULFILLED),
    Move.COLLECT: ((State.ISSUED, State.PREPARING), State.FULFILLED),
    Move.HAND_OUT: ((State.ISSUED, State.PREPARING, State.SHIPPED), State.FULFILLED),
    Move.UNDO: ((State.ISSUED, State.PREPARING), State.UNDONE),
}
"""By move: the states it starts from, and where it arrives."""


def after(state: State, move: Move, *, force: bool = False) -> State | None:
    """Where a move leads from a state; None when it is there already. `force` undoes what was sent or handed out.

    Raises:
        AlreadyFulfilled: it was sent or handed out.
        AlreadyUndone: it was undone.
    """
    starts, arrives = _MOVES[move]
    if state is arrives:
        return None
    if state in starts or (move is Move.UNDO and force):
        return arrives
    if state is State.UNDONE:
        raise AlreadyUndone("This redemption was undone; it cannot be handed out.")
    raise AlreadyFulfilled(
        "This reward was handed out; only a person can undo it."
        if move is Move.UNDO
        else "This reward was sent or handed out before."
    )


def moves_from(state: State) -> tuple[Move, ...]:
    """What can be done with a redemption in this state, in the order of its way."""
    return tuple(move for move, (starts, _) in _MOVES.items() if state in starts)


def check(reward: Reward) -> None:
    """Refuse a reward whose fields make no sense.

    Raises:
        RewardInvalid: unknown type, no price, no name, an end before the start, parameters of its type missing.
    """
    if reward.type not in TYPES:
        raise RewardInvalid(f"There is no reward type {reward.type!r}; there are {', '.join(TYPES)}.")
    check_pricing(reward)
    if not any(reward.name.values()):
        raise RewardInvalid("A reward needs a name.")
    if reward.starts_at and reward.ends_at and reward.ends_at <= reward.starts_at:
        raise RewardInvalid("A reward cannot end before it starts.")
    if len(reward.stores) > STORES_MAX or not all(1 <= len(store) <= 100 for store in reward.stores):
        raise RewardInvalid(f"A reward names up to {STORES_MAX} stores of up to 100 characters each.")
    _check_params(reward)


def _check_params(reward: Reward) -> None:
    kind = TYPES[reward.type]
    if set(reward.params) != set(kind.PARAMS):
        raise RewardInvalid(f"A reward of this type says: {', '.join(kind.PARAMS) or 'nothing more'}.")
    amount, winners = reward.params.get("amount_minor"), reward.params.get("winners")
    if "amount_minor" in kind.PARAMS and not (type(amount) is int and 1 <= amount <= 10_000_000):
        raise RewardInvalid("What is paid into the wallet is from 1 to 10,000,000 minor units.")
    if "winners" in kind.PARAMS and not (type(winners) is int and 1 <= winners <= 1000):
        raise RewardInvalid("A draw has from 1 to 1,000 winners.")
    if "pool" in kind.PARAMS and not isinstance(reward.params["pool"], str):
        raise RewardInvalid("Coupons are of a pool, by its code.")
    if "experience" in kind.PARAMS and not isinstance(reward.params["experience"], str):
        raise RewardInvalid("A ticket is of an experience, by its code.")
    if kind.GRANT is Grant.ENTRY and reward.ends_at is None:
        raise RewardInvalid("A sweepstake needs an end: the draw is made after it.")


_CATEGORY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def check_category(category: Category) -> None:
    """Refuse a category without a name or a usable code.

    Raises:
        RewardInvalid: as said.
    """
    if not _CATEGORY.fullmatch(category.code):
        raise RewardInvalid("A category's code is up to 40 small letters, digits, - and _.")
    if not any(category.name.values()) or any(len(name) > 80 for name in category.name.values()):
        raise RewardInvalid("A category needs a name of up to 80 characters.")
    if not -1000 <= category.place <= 1000:
        raise RewardInvalid("A category's place is from -1000 to 1000.")
