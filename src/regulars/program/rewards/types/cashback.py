"""Money back, into the member's wallet of cashback at once. Source: capability B13."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Cashback:
    """Money back, into the member's wallet of cashback at once."""

    NAME: Mapping[str, str] = {"en": "Cashback", "zh": "返现"}
    IS_INSTANT = True
    GRANT = Grant.CASHBACK
    PARAMS: tuple[str, ...] = ("wallet", "amount_minor")

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix CB."""
        return token(redemption_id, "CB")


TYPE = Cashback()
