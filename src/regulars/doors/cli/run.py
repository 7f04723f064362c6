"""`regulars run`: database, web and worker behind one command, until Ctrl-C."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack

import typer

from regulars.doors.cli import database, home, port
from regulars.doors.cli.address import address, public_address
from regulars.doors.cli.children import Child
from regulars.doors.cli.commands import COMMANDS
from regulars.doors.cli.exits import Unavailable, first_line
from regulars.doors.cli.signals import StopAsked
from regulars.kit import settings
from regulars.kit.embedded import ServerDidNotStart
from regulars.kit.settings import Settings

OPERATOR = "admin"
_READY_SECONDS_MAX = 60.0
_LOOK_SECONDS = 1.0


def command() -> None:
    """Start everything on this machine: database, web, worker. Ctrl-C ends it; the data stays."""
    stop = StopAsked()
    found = settings.read()
    with ExitStack() as stack:
        stack.enter_context(home.occupied(found.home, address(found)))
        listening = stack.enter_context(port.listen(found.host, found.port))
        dsn = stack.enter_context(database.given(found, is_stopped=stop))
        environ = environ_of(found, dsn)
        _finish(["migrate"], environ, stop)
        if (found.home / "erasures.jsonl").exists():
            _finish(["privacy", "replay"], environ, stop)
        if not stop():
            _live(found, environ, listening.fileno(), stop)
    raise typer.Exit(stop.exit_code)


def environ_of(found: Settings, dsn: str) -> dict[str, str]:
    """What the children need to know: our own environment, and the database that is really used."""
    return {
        **os.environ,
        "REGULARS_DATABASE_URL": database.as_url(dsn),
        "REGULARS_HOME": str(found.home.resolve()),
    }


def after_ready(found: Settings) -> list[Sequence[str]]:
    """Commands started once, when the web answers, left to end by themselves: the demo shop loads here."""
    return [["demo", "--into-running"]] if found.demo and "demo" in COMMANDS else []


def _live(found: Settings, environ: dict[str, str], fd: int, stop: StopAsked) -> None:
    """From the first process to the last: start, say so, look after them, end them in order."""
    web = Child(name="web", arguments=["serve-web", "--leashed", "--fd", str(fd)], environ=environ, pass_fds=[fd])
    worker = Child(name="worker", arguments=["serve-worker", "--leashed"], environ=environ)
    once = [Child(name=line[0], arguments=line, environ=environ) for line in after_ready(found)]
    with ExitStack() as ending:
        for child in (worker, web, *once):  # Ended in the opposite order.
            ending.callback(child.stop)
        web.start()
        worker.start()
        link = _login_link(environ, stop)
        if _is_ready(found, [web, worker], stop):
            _welcome(found, link)
            for child in once:
                child.start()
        told = ""
        while not stop.wait(_LOOK_SECONDS):
            told = _revive(found, told)
            web.look_after()
            worker.look_after()


def _revive(found: Settings, told: str) -> str:
    """Start our database again if it died, however often it takes: a full disk ends with nobody but its operator.

    `told` is what was told last; answers what is in the way now, empty when nothing is.
    """
    try:
        database.revive(found)
    except ServerDidNotStart as refused:
        line = first_line(refused)
        if line != told:
            typer.echo(f"regulars: the database is tried again until it starts. {refused}", err=True)
        return line
    if told:
        typer.echo("regulars: the database is back", err=True)
    return ""


def _is_ready(found: Settings, children: Sequence[Child], stop: StopAsked) -> bool:
    """Whether /readyz answered 200; False when somebody asked to stop first.

    Raises:
        Unavailable: it did not in `_READY_SECONDS_MAX`, or a child keeps ending.
    """
    pause = 0.1
    for _ in range(int(_READY_SECONDS_MAX / pause)):
        if stop.wait(pause):
            return False
        for child in children:
            child.look_after()
        try:
            with urllib.request.urlopen(f"{address(_local(found))}/readyz", timeout=3) as answer:  # noqa: S310
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            continue
    raise Unavailable(f"the web server did not become ready within {_READY_SECONDS_MAX:.0f} s")


def _local(found: Settings) -> Settings:
    """An address this machine can call when the server listens on all of them."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    return Settings(host=everywhere.get(found.host, found.host), port=found.port)


def _login_link(environ: dict[str, str], stop: StopAsked) -> str:
    """A link that logs the operator in once."""
    return _finish(["login", OPERATOR], environ, stop).strip()


def _finish(arguments: Sequence[str], environ: dict[str, str], stop: StopAsked) -> str:
    """Run a command of ours to its end, in its own process, and return what it printed.

    Raises:
        Unavailable: it failed; it has said why on standard error.
    """
    line = [sys.executable, "-m", "regulars", *arguments]
    with subprocess.Popen(
        line, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        printed, _ = process.communicate()
    if process.returncode and not stop():
        raise Unavailable(f"`regulars {' '.join(arguments)}` failed (exit {process.returncode})")
    return printed


def _welcome(found: Settings, link: str) -> None:
    here = public_address(found)
    lines = [
        "",
        "  regulars is running.  regulars 已启动。",
        f"  Console 控制台    {link}  (logs you in once 一次性登录)",
        f"  API             {here}/docs",
        f"  Data 数据        {found.home.resolve()}",
        "  Stop 停止        Ctrl-C",
        "",
        f"ready: {address(found)}",
    ]
    try:
        typer.echo("\n".join(lines))
    except UnicodeEncodeError:  # A terminal that knows no Chinese.
        typer.echo("\n".join(line.encode("ascii", "ignore").decode() for line in lines))
    sys.stdout.flush()
