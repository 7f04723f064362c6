"""`python -m bench [--quick] [NAME ...]`: run the benchmarks, each on fresh databases of the same server.

Its settings are the product's own: whatever makes a commit durable is on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from bench import audit, burn, conditions, decide, events, fill, guarding, intake, orders, post, segments, statement
from bench.telling import tell_machine
from regulars.doors.cli.database import as_url
from regulars.kit import embedded

BENCHES: Mapping[str, Callable[..., None]] = {
    "post": post.run,
    "burn": burn.run,
    "intake": intake.run,
    "events": events.run,
    "orders": orders.run,
    "statement": statement.run,
    "fill": fill.run,
    "conditions": conditions.run,
    "decide": decide.run,
    "segments": segments.run,
    "audit": audit.run,
    "guard": guarding.run,
}


def main() -> None:
    """Run what was asked for, or everything."""
    asked = _asked()
    benches: Mapping[str, Callable[..., None]] = {**BENCHES, "fill": partial(fill.run, entries=asked.entries)}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regulars-bench-")))
        home.chmod(0o755)
        server = stack.enter_context(embedded.server(home / "postgres"))
        for name in asked.names or BENCHES:
            tell_machine(name)
            benches[name](lambda: _fresh(server, home), is_quick=asked.quick)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="under a minute each, on smaller tables")
    parser.add_argument("--entries", type=int, default=0, help="how far `fill` fills the ledger")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in BENCHES]:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    return asked


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
