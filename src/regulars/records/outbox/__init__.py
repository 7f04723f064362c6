"""Outbox: what happened, noted in the transaction of its effect, for whoever acts on it afterwards."""

from .model import TYPES, Change, CursorExpired, Noted, Page
from .personal import PERSONAL
from .store import add, forget, latest, read

__all__ = [
    "PERSONAL",
    "TYPES",
    "Change",
    "CursorExpired",
    "Noted",
    "Page",
    "add",
    "forget",
    "latest",
    "read",
]
