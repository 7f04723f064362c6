"""`regulars serve-web` whose orders are not gathered: each is a transaction of its own, in one of the door's threads.

This is the API as it would be without group commit, so the only thing that is exchanged is the part that gathers.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from regulars import flows
from regulars.doors import cli
from regulars.doors.api import door
from regulars.doors.api.call import Told, told
from regulars.doors.api.connections import Connections
from regulars.doors.api.group_commit import Item, answer_to
from regulars.kit import clock

THREADS = 16
"""Twice the threads that `regulars serve-web` has for everything else."""


class Ungrouped:
    """Stands in the place of `GroupCommit`: a pool of threads, each with a connection when it needs one."""

    def __init__(self, dsn: str) -> None:
        self._connections = Connections(dsn, size_max=THREADS)
        self._threads = ThreadPoolExecutor(THREADS)

    async def record(self, item: Item) -> Told:
        """The answer to an order, once it is durable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._write, item)

    async def stop(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown()
        self._connections.close()

    def _write(self, item: Item) -> Told:
        assert item.claim is None
        with self._connections.transaction() as conn:
            plan = flows.load(conn, item.program_id)
            (recorded,) = flows.record_activities(conn, plan, [item.intake], at=clock.now())
            if isinstance(recorded, Exception):
                raise recorded
            return told(answer_to(recorded))


if __name__ == "__main__":
    door.GroupCommit = Ungrouped  # type: ignore[assignment, attr-defined]
    cli.main()
