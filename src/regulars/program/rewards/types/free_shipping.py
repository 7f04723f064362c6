"""Delivery at no charge, by a code that works at once. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class FreeShipping:
    """Delivery at no charge, by a code that works at once."""

    NAME: Mapping[str, str] = {"en": "Free shipping", "zh": "包邮券"}
    IS_INSTANT = True
    GRANT = Grant.NOTHING
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix FS."""
        return token(redemption_id, "FS")


TYPE = FreeShipping()
