"""Money of the shop, paid into the member's stored value at once. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class GiftCard:
    """Money of the shop, paid into the member's stored value at once."""

    NAME: Mapping[str, str] = {"en": "Gift card", "zh": "储值卡"}
    IS_INSTANT = True
    GRANT = Grant.STORED_VALUE
    PARAMS: tuple[str, ...] = ("wallet", "amount_minor")

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix GC."""
        return token(redemption_id, "GC")


TYPE = GiftCard()
