"""The console's way to the core's tables: one small pool a process, opened when first asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.conf import settings

from regulars.kit import db

_SIZE_MAX = 8
_pools: dict[str, db.Pool] = {}
_opening = Lock()


@contextmanager
def transaction() -> Iterator[db.Conn]:
    """One transaction: committed when the block ends well, else rolled back."""
    with db.transaction(_pool(settings.REGULARS_DSN)) as conn:
        yield conn


def close() -> None:
    """Close the pool; the next transaction opens a fresh one."""
    with _opening:
        for pool in _pools.values():
            pool.close()
        _pools.clear()


def _pool(dsn: str) -> db.Pool:
    with _opening:
        if dsn not in _pools:
            _pools[dsn] = db.pool(dsn, size_max=_SIZE_MAX)
        return _pools[dsn]
