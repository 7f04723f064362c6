"""The processes `regulars run` looks after: started on a leash, restarted when they die, ended in order."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regulars.doors.cli.exits import CONFIG, NotSetUp, Unavailable

QUICK_SECONDS = 10.0
QUICK_DEATHS_MAX = 5
_PAUSE_SECONDS_MAX = 8.0
STOP_SECONDS_MAX = 15.0


@dataclass(slots=True, kw_only=True)
class Child:
    """One process of ours. It has a session of its own, so that Ctrl-C reaches only the parent."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    quick_deaths: int = field(default=0, init=False)
    started_at: float = field(default=0.0, init=False)
    due_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it, with its standard input as the leash."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "regulars", *self.arguments],
            env=self.environ,
            stdin=subprocess.PIPE,
            pass_fds=self.pass_fds,
            start_new_session=True,
        )

    def look_after(self) -> None:
        """Restart it when it died; each quick death doubles the pause before the next start.

        Raises:
            NotSetUp: it said that starting it again does not help.
        Unavailable: it died `QUICK_DEATHS_MAX` times, each within `QUICK_SECONDS` of its start.
        """
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._let_go()
        is_quick = now - self.started_at < QUICK_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if is_quick else 1
        if code == CONFIG:
            raise NotSetUp(f"{self.name} cannot start; see above")
        if self.quick_deaths >= QUICK_DEATHS_MAX:
            raise Unavailable(f"{self.name} ended {self.quick_deaths} times at once (exit {code}); see above")
        self.due_at = now + min(0.25 * 2**self.quick_deaths, _PAUSE_SECONDS_MAX)
        sys.stderr.write(f"regulars: {self.name} ended (exit {code}) and is started again\n")

    def stop(self) -> None:
        """End it: SIGTERM, and after `STOP_SECONDS_MAX` SIGKILL."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
