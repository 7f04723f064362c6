"""Work for later: put down in the caller's own transaction, done by a worker at least once."""

from regulars.kit.jobs.model import DeadJob, Job, Pace, Task
from regulars.kit.jobs.queue import counts, dead, enqueue, forget, revive, schema_sql
from regulars.kit.jobs.work import serve, work

__all__ = [
    "DeadJob",
    "Job",
    "Pace",
    "Task",
    "counts",
    "dead",
    "enqueue",
    "forget",
    "revive",
    "schema_sql",
    "serve",
    "work",
]
