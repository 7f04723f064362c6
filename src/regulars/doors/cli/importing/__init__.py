"""Past purchases from a file: read, understand, order by time, record, report what was not taken."""

from regulars.doors.cli.language import language_of

from .mapping import load, merged, names
from .model import FIELDS, ImportRefused, Mapping, WrongCall
from .run import Request, Summary, import_purchases, resume_command, shown
from .staging import workshop
from .words import say

__all__ = [
    "FIELDS",
    "ImportRefused",
    "Mapping",
    "Request",
    "Summary",
    "WrongCall",
    "import_purchases",
    "language_of",
    "load",
    "merged",
    "names",
    "resume_command",
    "say",
    "shown",
    "workshop",
]
