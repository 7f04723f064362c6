"""Lanes: processes that carry history into the books side by side; a member's documents share a lane, in order."""

from .model import Document, Goods, Purchase, Redemption, Rejected, Report, Returned
from .pool import Feed, LaneEnded, fed_fast, lanes_for, opened

__all__ = [
    "Document",
    "Feed",
    "Goods",
    "LaneEnded",
    "Purchase",
    "Redemption",
    "Rejected",
    "Report",
    "Returned",
    "fed_fast",
    "lanes_for",
    "opened",
]
