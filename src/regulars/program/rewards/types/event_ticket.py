"""A seat at an experience, with the ticket that lets the member in. Source: capabilities B4, C12."""

from collections.abc import Mapping
from uuid import UUID

from ..model import Grant
from .tokens import token


class EventTicket:
    """A seat at an experience, with the ticket that lets the member in."""

    NAME: Mapping[str, str] = {"en": "Event ticket", "zh": "活动门票"}
    IS_INSTANT = True
    GRANT = Grant.SEAT
    PARAMS: tuple[str, ...] = ("experience",)

    @staticmethod
    def code(redemption_id: UUID) -> str:
        """A code with the prefix ET; the ticket's own takes its place."""
        return token(redemption_id, "ET")


TYPE = EventTicket()
