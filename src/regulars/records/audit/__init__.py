"""Audit: who did what, written in the transaction of its effect, sealed into a chain that shows every tampering."""

from .model import Head, Note, Verdict
from .personal import PERSONAL
from .store import SEALED_AT_ONCE, head, note, notes, people, prove, reach, seal, waiting

__all__ = [
    "PERSONAL",
    "SEALED_AT_ONCE",
    "Head",
    "Note",
    "Verdict",
    "head",
    "note",
    "notes",
    "people",
    "prove",
    "reach",
    "seal",
    "waiting",
]
