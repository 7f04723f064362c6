"""The database's shape: bring it up to date, tell whether it fits this program, spread it over machines."""

from regulars.doors.schema.check import Fit, SchemaMismatch, check, fit
from regulars.doors.schema.runner import databases, migrate, pending
from regulars.doors.schema.spread import PlacedOtherwise, Plan, has_citus, plan, spread

__all__ = [
    "Fit",
    "PlacedOtherwise",
    "Plan",
    "SchemaMismatch",
    "check",
    "databases",
    "fit",
    "has_citus",
    "migrate",
    "pending",
    "plan",
    "spread",
]
