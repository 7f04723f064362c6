"""Outbox: what happened, noted in the transaction of its effect, for whoever acts on it afterwards."""

from .model import TYPES, Change, CursorExpired, Noted, Page
from .store import add, forget, latest, read

__all__ = [
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
