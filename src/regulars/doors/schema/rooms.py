"""The whole schema as the rooms draw it today: what the migrations together must arrive at."""

import sys
from importlib.resources import files
from pathlib import Path

from regulars.kit import jobs

ROOMS = (
    "regulars.records.programs",
    "regulars.records.access",
    "regulars.records.outbox",
    "regulars.records.audit",
    "regulars.records.members",
    "regulars.records.privacy",
    "regulars.records.activities",
    "regulars.records.ledger",
    "regulars.audience.segments",
    "regulars.program.tiers",
    "regulars.program.earning",
    "regulars.program.rewards",
    "regulars.program.campaigns",
    "regulars.program.challenges",
    "regulars.program.coupons",
    "regulars.program.referrals",
    "regulars.program.experiences",
    "regulars.program.guard",
    "regulars.analytics.twin",
)
"""Every room with tables, each after the rooms it refers to."""


def text() -> str:
    """All tables in one script: the rooms' own, then the job queue's."""
    parts = [f"-- {room}\n{_drawing(room).strip()}\n" for room in ROOMS]
    return "\n".join([*parts, f"-- {jobs.__name__}\n{jobs.schema_sql().strip()}\n"])


def _drawing(room: str) -> str:
    parent, _, name = room.rpartition(".")
    return files(parent).joinpath(name, "schema.sql").read_text(encoding="utf-8")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
