"""A coupon of a pool, personal to the member; the basket takes it like any other. Source: capability C10."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Coupon:
    """A coupon of a pool, personal to the member; the basket takes it like any other."""

    NAME: Mapping[str, str] = {"en": "Coupon", "zh": "优惠券"}
    IS_INSTANT = True
    GRANT = Grant.COUPON
    PARAMS: tuple[str, ...] = ("pool",)

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix CP; the coupon's own takes its place."""
        return token(redemption_id, "CP")


TYPE = Coupon()
