"""`regulars audit`: seal the audit log now, and tell its signed head."""

import msgspec
import typer

from regulars.doors.cli import database
from regulars.kit import clock, crypto, db, settings
from regulars.records import audit

app = typer.Typer(help="The audit log: seal it, tell its head.", no_args_is_help=True)


@app.command("seal")
def seal() -> None:
    """Put every committed note into the chain, without waiting for the worker."""
    with database.given(settings.read()) as dsn, db.connect(dsn, autocommit=True) as conn:
        sealed, portion = 0, audit.SEALED_AT_ONCE
        while portion == audit.SEALED_AT_ONCE:
            with conn.transaction():
                portion = audit.seal(conn)
            sealed += portion
    typer.echo(f"sealed {sealed:,}")


@app.command("head")
def head() -> None:
    """Print how far the chain goes, signed: keep it on another machine."""
    found = settings.read()
    found.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database.given(found) as dsn, db.connect(dsn) as conn:
        told = audit.head(conn, crypto.signer(found.home), at=clock.now())
    typer.echo(msgspec.json.encode(told).decode())
