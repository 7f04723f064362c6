"""Points given to a good cause; the code is the receipt. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Donation:
    """Points given to a good cause; the code is the receipt."""

    NAME: Mapping[str, str] = {"en": "Donation", "zh": "公益捐赠"}
    IS_INSTANT = True
    GRANT = Grant.NOTHING
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix DN."""
        return token(redemption_id, "DN")


TYPE = Donation()
