"""Exit codes (sysexits.h) and the one line a person reads when a command cannot do its work."""

import os
import sys

import psycopg
import typer
from psycopg_pool import PoolTimeout

from regulars.doors.schema import PlacedOtherwise, SchemaMismatch
from regulars.kit.embedded import BinariesNotFound, MajorVersionMismatch, ServerDidNotStart
from regulars.kit.errors import Refusal
from regulars.kit.settings import SettingInvalid

USAGE = 64
TEMPORARY = 75
CONFIG = 78


class Unavailable(Exception):
    """Something this command needs is not there now; trying again later may help (exit 75)."""


class NotSetUp(Exception):
    """Something of this installation is missing; trying again does not help (exit 78)."""


_CODES: dict[type[Exception], int] = {
    SettingInvalid: CONFIG,
    SchemaMismatch: CONFIG,
    PlacedOtherwise: CONFIG,
    NotSetUp: CONFIG,
    BinariesNotFound: CONFIG,
    MajorVersionMismatch: CONFIG,
    ServerDidNotStart: TEMPORARY,
    Unavailable: TEMPORARY,
    psycopg.OperationalError: TEMPORARY,
    PoolTimeout: TEMPORARY,
    Refusal: 1,
    PermissionError: TEMPORARY,
}

KNOWN: tuple[type[Exception], ...] = (*_CODES, BrokenPipeError)
"""Ends that are no fault of the program: one line, no traceback."""


def told(refused: Exception) -> int:
    """Say why in one line on standard error; the exit code of its kind."""
    if isinstance(refused, BrokenPipeError):  # `| head` has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    typer.echo(f"regulars: {first_line(refused)}", err=True)
    return next(code for kind, code in _CODES.items() if isinstance(refused, kind))


def first_line(refused: Exception) -> str:
    """What an exception says, without its continuation lines."""
    return (str(refused).strip() or type(refused).__name__).splitlines()[0]
