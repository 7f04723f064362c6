"""pgledger: a ledger in SQL functions, one transfer a call, driven by pgbench. Its SQL is not ours to pass on.

Point `PGLEDGER_SQL` at its files, in the order they are to be run, a colon between them: the `uuid_to_ulid` function it
stands on, then `pgledger.sql`. Source: github.com/pgr0ss/pgledger, github.com/scoville/pgsql-ulid.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from regulars.kit.embedded.binaries import find_binaries

ACCOUNTS = 100_000
_SCRIPT = f"""
\\set a random(1, {ACCOUNTS // 2})
\\set b random({ACCOUNTS // 2 + 1}, {ACCOUNTS})
select pgledger_create_transfer('a' || :a, 'a' || :b, 1);
"""
_FILL = """
    insert into pgledger_accounts (
      id, name, currency, allow_negative_balance, allow_positive_balance, created_at, updated_at
    )
    select 'a' || n, 'account', 'PTS', true, true, now(), now() from generate_series(1, %s) as n
"""


class Pgledger:
    """Transfers between pairs of accounts drawn at random, so that no account is hot."""

    def __init__(self, dsn: str, paths: list[Path]) -> None:
        self._given = conninfo_to_dict(dsn)
        with psycopg.connect(dsn) as conn:
            for path in paths:
                conn.execute(path.read_bytes())
            conn.execute(_FILL, (ACCOUNTS,))
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute("vacuum analyze pgledger_accounts")
        self._folder = tempfile.TemporaryDirectory(prefix="regulars-bench-")
        self._script = Path(self._folder.name) / "transfer.sql"
        self._script.write_text(_SCRIPT)

    def __enter__(self) -> "Pgledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def rate(self, clients: int, seconds: float) -> float:
        """Transfers a second of so many clients, connections made beforehand."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        environ = {**os.environ, **{names[key]: str(value) for key, value in self._given.items() if key in names}}
        said = subprocess.run(
            [
                *(find_binaries() / "pgbench", "--no-vacuum", "--protocol=prepared", f"--file={self._script}"),
                *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={max(1, round(seconds))}"),
            ],
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = re.search(r"tps = ([\d.]+)", said)
        assert found is not None, said
        assert "number of failed transactions: 0" in said, said
        return float(found[1])


def paths() -> list[Path]:
    """Where its SQL lies; empty when nobody said."""
    return [Path(one).expanduser() for one in os.environ.get("PGLEDGER_SQL", "").split(":") if one]
