"""`regulars doctor`: is everything here as it must be?"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import typer

from regulars.doors import schema
from regulars.doors.cli import database
from regulars.kit import db, jobs, settings
from regulars.kit.settings import Settings

_DISK_BYTES_MIN = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at."""

    name: str
    is_good: bool
    found: str


def command() -> None:
    """Look at data folder, database, schema and jobs; exit 1 when something is wrong."""
    found = settings.read()
    is_good = True
    for check in _checks(found):
        typer.echo(f"{'ok  ' if check.is_good else 'BAD '} {check.name:<10} {check.found}")
        is_good = is_good and check.is_good
    raise typer.Exit(0 if is_good else 1)


def _checks(found: Settings) -> Iterator[Check]:
    yield from _folder(found)
    with database.given(found) as dsn, db.connect(dsn, autocommit=True) as conn:
        yield from _database(conn)


def _folder(found: Settings) -> Iterator[Check]:
    place = found.home.resolve()
    place.mkdir(parents=True, exist_ok=True)
    yield Check(name="folder", is_good=os.access(place, os.W_OK), found=str(place))
    free = shutil.disk_usage(place).free
    yield Check(name="disk", is_good=free >= _DISK_BYTES_MIN, found=f"{free >> 20} MiB free")


def _database(conn: db.Conn) -> Iterator[Check]:
    version = conn.info.server_version
    yield Check(name="postgresql", is_good=version >= 150000, found=f"{version // 10000}.{version % 10000}")
    for name in ("fsync", "synchronous_commit"):
        row = conn.execute("select current_setting(%s)", [name]).fetchone()
        value = row[0] if row else ""
        yield Check(name=name, is_good=value != "off", found=value)
    fit = schema.fit(conn)
    yield Check(name="schema", is_good=not fit.sentence, found=fit.sentence or f"{fit.installed}")
    if not fit.sentence:
        by_state = jobs.counts(conn)
        dead = sum(number for (_, state), number in by_state.items() if state == "failed")
        waiting = sum(number for (_, state), number in by_state.items() if state == "queued")
        yield Check(name="jobs", is_good=dead == 0, found=f"{waiting} waiting, {dead} dead")
