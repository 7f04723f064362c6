"""Lanes: processes that carry history into the books side by side; a member's documents share a lane, in order."""

from .model import Document, Goods, Purchase, Redemption, Rejected, Report, Returned
from .pool import LaneEnded, Lanes, fed_fast, lanes_for

__all__ = [
    "Document",
    "Goods",
    "LaneEnded",
    "Lanes",
    "Purchase",
    "Redemption",
    "Rejected",
    "Report",
    "Returned",
    "fed_fast",
    "lanes_for",
]
