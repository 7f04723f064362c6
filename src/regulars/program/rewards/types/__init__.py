"""Types of reward: one file each, all in this dict. A type says how a redemption is handed out.

To add one: write the file, add it to `TYPES`; tests/contracts/test_reward_types.py holds it to the Protocol.
"""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from . import discount, product, service


class RewardType(Protocol):
    """What a file in this folder offers."""

    NAME: Mapping[str, str]
    """By language, for the console."""
    IS_INSTANT: bool
    """True: nothing is left to hand out. False: it waits in the fulfilment queue."""

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """What the member shows; the same redemption always has the same code."""
        ...


TYPES: Mapping[str, RewardType] = {
    "discount": discount.TYPE,
    "product": product.TYPE,
    "service": service.TYPE,
}
