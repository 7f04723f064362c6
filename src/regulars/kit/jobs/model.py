"""What a job is, and how patiently it is worked on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One try at one job; `attempt` counts from 1."""

    id: int
    name: str
    payload: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadJob:
    """A job that failed its last try, with the last cause."""

    id: int
    name: str
    payload: Mapping[str, Any]
    attempts: int
    died_at: datetime
    cause: str


Task: TypeAlias = Callable[[Job], None]
"""Does a job. Returning means done; raising means try again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many jobs at once, how long a silent worker keeps its jobs, how failures are spaced.

    A worker renews its lease at half of `lease`, which must therefore be longer than the longest stall of
    a machine. `poll` bounds the wait when a wake-up from the database is lost.
    """

    threads_max: int = 8
    tries_max: int = 5
    retry_first: timedelta = timedelta(seconds=5)
    retry_factor: float = 4.0
    lease: timedelta = timedelta(seconds=20)
    poll: timedelta = timedelta(seconds=5)
