"""Programs: name, currency, time zone, language, terms and their versions."""

from .model import Program, ProgramInvalid, ProgramUnknown
from .store import add, all_of, change, get, publish_terms, terms

__all__ = [
    "Program",
    "ProgramInvalid",
    "ProgramUnknown",
    "add",
    "all_of",
    "change",
    "get",
    "publish_terms",
    "terms",
]
