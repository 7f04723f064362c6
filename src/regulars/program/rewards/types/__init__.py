"""Types of reward: one file each, all in this dict. A type says what a redemption gives and how it is handed out.

To add one: write the file, add it to `TYPES`; tests/contracts/test_reward_types.py holds it to the Protocol.
"""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from ..model import Grant
from . import (
    cashback,
    coupon,
    discount,
    donation,
    event_ticket,
    free_shipping,
    gift_card,
    partner_code,
    product,
    service,
    sweepstake,
)


class RewardType(Protocol):
    """What a file in this folder offers."""

    NAME: Mapping[str, str]
    """By language, for the console."""
    IS_INSTANT: bool
    """True: nothing is left to hand out. False: it waits in the fulfilment queue."""
    GRANT: Grant
    """What a redemption gives besides its code."""
    PARAMS: tuple[str, ...]
    """What a reward says besides: `amount_minor` and `wallet` of money, `pool` of coupons, `experience` of a seat,
    `winners` of a draw."""

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """What the member shows; the same redemption always has the same code."""
        ...


TYPES: Mapping[str, RewardType] = {
    "discount": discount.TYPE,
    "product": product.TYPE,
    "service": service.TYPE,
    "free_shipping": free_shipping.TYPE,
    "coupon": coupon.TYPE,
    "event_ticket": event_ticket.TYPE,
    "gift_card": gift_card.TYPE,
    "cashback": cashback.TYPE,
    "partner_code": partner_code.TYPE,
    "sweepstake": sweepstake.TYPE,
    "donation": donation.TYPE,
}
