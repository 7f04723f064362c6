"""`python -m bench [--quick] [NAME ...]`: run the benchmarks, each on a fresh database of the same server."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from bench import events, intake
from regulars.doors.cli.database import as_url
from regulars.kit import embedded

BENCHES: Mapping[str, Callable[..., None]] = {"intake": intake.run, "events": events.run}


def main() -> None:
    """Run what was asked for, or everything."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or list(BENCHES)
    is_quick = "--quick" in sys.argv
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regulars-bench-")))
        home.chmod(0o755)
        server = stack.enter_context(embedded.server(home / "postgres"))
        for name in names:
            BENCHES[name](lambda: _fresh(server, home), is_quick=is_quick)


def _fresh(server: str, home: Path) -> str:
    """A connection string of a new, migrated database with default durability."""
    name = f"b{uuid4().hex[:10]}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"create database {name}")
    dsn = make_conninfo(server, dbname=name)
    environ = {**os.environ, "REGULARS_DATABASE_URL": as_url(dsn), "REGULARS_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "regulars", "migrate"], check=True, env=environ, stdout=subprocess.DEVNULL)
    return dsn


if __name__ == "__main__":
    main()
