"""A place in a draw; each unit is one entry. Source: capability B3."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class Sweepstake:
    """A place in a draw; each unit is one entry."""

    NAME: Mapping[str, str] = {"en": "Sweepstake entry", "zh": "抽奖资格"}
    IS_INSTANT = True
    GRANT = Grant.ENTRY
    PARAMS: tuple[str, ...] = ("winners",)

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix SW."""
        return token(redemption_id, "SW")


TYPE = Sweepstake()
