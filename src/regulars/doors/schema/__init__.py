"""The database's shape: bring it up to date, and tell whether it fits this program."""

from regulars.doors.schema.check import Fit, SchemaMismatch, check, fit
from regulars.doors.schema.runner import databases, migrate, pending

__all__ = ["Fit", "SchemaMismatch", "check", "databases", "fit", "migrate", "pending"]
