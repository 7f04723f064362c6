"""`regulars serve-web`: the web process alone, for `run` and for process managers."""

import socket
from typing import Annotated

import typer

from regulars.doors import schema, web
from regulars.doors.cli import database, leash, port
from regulars.doors.cli.exits import NotSetUp
from regulars.kit import db, logs, settings


def command(
    fd: Annotated[int, typer.Option(help="A socket that already listens.")] = -1,
    leashed: Annotated[bool, typer.Option(help="Stop when standard input ends.")] = False,
) -> None:
    """Serve API and console on REGULARS_HOST:REGULARS_PORT, from the database REGULARS_DATABASE_URL."""
    found = settings.read()
    logs.set_up(found.log)
    if leashed:
        leash.hold()
    if not found.database_url:
        raise settings.SettingInvalid("serve-web needs REGULARS_DATABASE_URL (or use: regulars run)")
    with database.given(found) as dsn, db.connect(dsn, autocommit=True) as conn:
        schema.check(conn)
    listening = socket.socket(fileno=fd) if fd >= 0 else port.listen(found.host, found.port)
    try:
        app = web.app(found, dsn)
    except FileNotFoundError as missing:
        raise NotSetUp(str(missing)) from missing
    web.serve(app, listening)
