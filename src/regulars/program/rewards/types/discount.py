"""Money off at the till, by a code that works at once. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Discount:
    """Money off at the till, by a code that works at once."""

    NAME: Mapping[str, str] = {"en": "Discount code", "zh": "优惠码"}
    IS_INSTANT = True
    GRANT = Grant.NOTHING
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix DC."""
        return token(redemption_id, "DC")


TYPE = Discount()
