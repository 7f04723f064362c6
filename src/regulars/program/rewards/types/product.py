"""A thing that is handed over or sent; it waits in the queue until it was. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Product:
    """A thing that is handed over or sent; it waits in the queue until it was."""

    NAME: Mapping[str, str] = {"en": "Product", "zh": "礼品"}
    IS_INSTANT = False
    GRANT = Grant.NOTHING
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix PR."""
        return token(redemption_id, "PR")


TYPE = Product()
