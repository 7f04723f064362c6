"""A code of a partner, each given to one member once. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class PartnerCode:
    """A code of a partner, each given to one member once."""

    NAME: Mapping[str, str] = {"en": "Partner's code", "zh": "合作方券码"}
    IS_INSTANT = True
    GRANT = Grant.PARTNER_CODE
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix PC."""
        return token(redemption_id, "PC")


TYPE = PartnerCode()
