"""`regulars login`: a link that logs an operator in once, for the first day and for a lost password."""

from typing import Annotated

import typer

from regulars.doors import console
from regulars.doors.cli import database
from regulars.kit import settings


def command(username: Annotated[str, typer.Argument(help="The operator's name.")] = "admin") -> None:
    """Print the path of a log-in link; it lasts a day and works once. A new operator is made when needed."""
    found = settings.read()
    with database.given(found) as dsn:
        console.configure(found, dsn)
        console.ensure_operator(username)
        typer.echo(console.login_path(username))
