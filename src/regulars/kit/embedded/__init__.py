"""A PostgreSQL of our own: found among the installed packages, started on demand, gone with its last user."""

from regulars.kit.embedded.binaries import BinariesNotFound, find_binaries
from regulars.kit.embedded.cluster import MajorVersionMismatch
from regulars.kit.embedded.place import ServerDidNotStart
from regulars.kit.embedded.server import revive, server

__all__ = [
    "BinariesNotFound",
    "MajorVersionMismatch",
    "ServerDidNotStart",
    "find_binaries",
    "revive",
    "server",
]
