"""django-hordak: double entry over Django's ORM, one transfer a transaction, in an environment of its own.

The environment is made in `.bench/` when first needed. Source: django-hordak.readthedocs.io.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from psycopg.conninfo import conninfo_to_dict

PINNED = ("django-hordak==2.0.0", "django==5.2.19", "psycopg[binary]==3.3.9")
_FOLDER = Path(__file__).parents[2] / ".bench" / "hordak-2.0.0"
_SCRIPT = Path(__file__).parent / "hordak_script.py"


class NotInstallable(Exception):
    """Its environment could not be made; the message says why."""


class Hordak:
    """Processes that each transfer from the one issuance account to members drawn at random, as a context."""

    def __init__(self, dsn: str, clients: int) -> None:
        self._python = _python()
        self._environ = {**os.environ, "HORDAK_DSN": _flat(dsn), "PYTHONDONTWRITEBYTECODE": "1"}
        self._hands = [self._start("work") for _ in range(clients)]
        for hand in self._hands:
            self._expect(hand)

    @classmethod
    def prepare(cls, dsn: str) -> None:
        """Make its tables and accounts."""
        ground = cls(dsn, 0)
        with ground._start("prepare") as preparing:
            ground._expect(preparing)

    def rate(self, clients: int, seconds: float) -> float:
        """Transfers a second of so many of the processes."""
        hands = self._hands[:clients]
        for hand in hands:
            assert hand.stdin is not None
            hand.stdin.write(f"{seconds}\n")
            hand.stdin.flush()
        return sum(float(self._expect(hand)) for hand in hands)

    def _start(self, word: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._python, "-P", str(_SCRIPT), word],
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _expect(self, hand: subprocess.Popen[str]) -> str:
        assert hand.stdout is not None
        said = hand.stdout.readline()
        assert said, "django-hordak's process ended"
        return said

    def __enter__(self) -> "Hordak":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            assert hand.stdin is not None
            hand.stdin.close()
        for hand in self._hands:
            hand.wait(10)
            assert hand.stdout is not None
            hand.stdout.close()


def _python() -> str:
    """The Python of its environment.

    Raises:
        NotInstallable: it cannot be made here.
    """
    python = _FOLDER / "bin" / "python"
    ready = _FOLDER / ".ready"
    if not ready.exists():
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(_FOLDER)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED],
        ):
            said = subprocess.run(command, check=False, capture_output=True, text=True)
            if said.returncode != 0:
                raise NotInstallable(said.stderr.strip().splitlines()[-1] if said.stderr.strip() else "pip failed")
        ready.touch()
    return str(python)


def _flat(dsn: str) -> str:
    """The parts Django wants, a line each: host, port, user, password, database."""
    given = conninfo_to_dict(dsn)
    return "\n".join(str(given.get(key, "")) for key in ("host", "port", "user", "password", "dbname"))
