"""A service such as a free delivery upgrade; it waits until it was rendered. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Service:
    """A service such as a free delivery upgrade; it waits until it was rendered."""

    NAME: Mapping[str, str] = {"en": "Service", "zh": "服务"}
    IS_INSTANT = False
    GRANT = Grant.NOTHING
    PARAMS: tuple[str, ...] = ()

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix SV."""
        return token(redemption_id, "SV")


TYPE = Service()
