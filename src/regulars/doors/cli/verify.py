"""`regulars verify`: prove the books."""

import typer

from regulars import flows
from regulars.doors import schema
from regulars.doors.cli import database
from regulars.kit import db, settings
from regulars.records import ledger, programs

_NAMED_MAX = 5
"""So many wrong lots are named; `regulars replay` shows the rest of their members."""


def command() -> None:
    """Compare every entry, lot, hold and award; exit 1 and name what differs when the books are not sound."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.execute("set local statement_timeout = 0")
        schema.check(conn)
        verdict = flows.verify_books(conn)
        suspects = ledger.wrong_lots(conn, limit=_NAMED_MAX) if verdict.wrong["lots_wrong"] else []
        codes = {program.program_id: program.code for program in programs.all_of(conn)}
    for name, count in verdict.counts.items():
        typer.echo(f"{name:<16} {count:>18,}")
    for name, count in verdict.wrong.items():
        typer.echo(f"{name:<16} {count:>18,}  {'ok' if count == 0 else 'WRONG'}")
    for account_id, program_id, wallet, one in suspects:
        typer.echo(
            f"lot {one.lot.active_on} to {one.lot.expires_on}: {one.replayed_points:,} by the journal, "
            f"{one.stored_points:,} stored; look at it with: "
            f"regulars replay --program {codes[program_id]} --wallet {wallet} --member {account_id}"
        )
    typer.echo("the books are sound" if verdict.is_sound else "the books are NOT sound")
    raise typer.Exit(0 if verdict.is_sound else 1)
