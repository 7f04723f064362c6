"""`regulars key`: an API key from the command line."""

from typing import Annotated

import typer

from regulars.doors.cli import database
from regulars.doors.cli.exits import Unavailable
from regulars.kit import clock, db, settings
from regulars.records import access, audit, programs


def command(
    label: Annotated[str, typer.Argument(help="What the key is for; shown in the console.")],
    admin: Annotated[bool, typer.Option(help="May do everything, not only what a till needs.")] = False,
    program: Annotated[str, typer.Option(help="The program's code; the first one when left out.")] = "",
) -> None:
    """Issue an API key and print its secret, which is told this once."""
    scopes = {access.Scope.CHECKOUT, *([access.Scope.ADMIN] if admin else [])}
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        found = [one for one in programs.all_of(conn) if program in {"", one.code}]
        if not found:
            raise Unavailable("there is no such program yet: open the console, or run `regulars demo`")
        at, program_id = clock.now(), found[0].program_id
        key, secret = access.issue(conn, program_id=program_id, label=label, scopes=scopes, at=at)
        facts = {"api_key_id": str(key.key_id)}
        audit.note(conn, program_id, "api-key-issued", by=access.COMMAND_LINE, at=at, facts=facts)
    typer.echo(secret)
