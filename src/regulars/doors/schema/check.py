"""Does the database have the tables this program was written for? Answered without Django, in one query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import psycopg

from regulars.kit.db import Conn

LABEL = "regulars_schema"
"""The name under which Django keeps book of what has run."""
STEPS: Sequence[str] = sorted(
    path.name.removesuffix(".py")
    for path in files("regulars.doors.schema").joinpath("migrations").iterdir()
    if re.fullmatch(r"\d{4}_\w+\.py", path.name)
)
"""The migrations this program carries, oldest first; each name starts with its number."""


class SchemaMismatch(Exception):
    """The database is older or newer than this program, which therefore does not start (exit 78)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The database's step, and the step this program needs. 0 is an empty database."""

    installed: int
    needed: int

    @property
    def is_newer(self) -> bool:
        """The database belongs to a newer program: nothing here may touch it."""
        return self.installed > self.needed

    @property
    def sentence(self) -> str:
        """What to do about it, in one line; empty when they are the same."""
        if self.is_newer:
            return f"schema {self.installed} > {self.needed}: install the newer regulars this data is of"
        if self.installed < self.needed:
            return f"schema {self.installed} < {self.needed}: run regulars migrate"
        return ""


def number(step: str) -> int:
    """0042_add_coupons is 42."""
    return int(step[:4])


def fit(conn: Conn) -> Fit:
    """How far the database's schema has come, and how far this program needs it."""
    installed = 0
    try:
        with conn.transaction():
            names = conn.execute("select name from people.django_migrations where app = %s", [LABEL]).fetchall()
            installed = max((number(name) for (name,) in names), default=0)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        pass  # Nothing has run here yet.
    return Fit(installed=installed, needed=number(STEPS[-1]))


def check(conn: Conn) -> None:
    """Nothing, when the database fits.

    Raises:
        SchemaMismatch: it is older or newer than this program.
    """
    if sentence := fit(conn).sentence:
        raise SchemaMismatch(sentence)
