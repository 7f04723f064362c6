"""`regulars verify`: prove the books, or the audit log."""

from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from regulars import flows
from regulars.doors import schema
from regulars.doors.cli import database
from regulars.kit import crypto, db, settings
from regulars.kit.settings import Settings
from regulars.records import audit, ledger, programs

_NAMED_MAX = 5
"""So many wrong lots are named; `regulars replay` shows the rest of their members."""


def command(
    of_audit: Annotated[bool, typer.Option("--audit", help="Prove the audit log instead of the books.")] = False,
    heads: Annotated[
        Path | None, typer.Option(help="File of signed heads; the one of the worker when left out.")
    ] = None,
) -> None:
    """Compare every entry, lot, hold and award; exit 1 and name what differs when the books are not sound."""
    if of_audit:
        _prove_audit(settings.read(), heads)
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


def _prove_audit(found: Settings, heads: Path | None) -> NoReturn:
    """Walk the chain and hold it against the signed heads; exit 1 when it was tampered with."""
    place = heads or found.heads_file
    try:
        kept = [msgspec.json.decode(line, type=audit.Head) for line in place.read_bytes().splitlines() if line]
    except FileNotFoundError:
        kept = []
    except msgspec.DecodeError as broken:
        raise typer.BadParameter(f"{place} is no file of signed heads: {broken}") from None
    with database.given(found) as dsn, db.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.execute("set local statement_timeout = 0")
        schema.check(conn)
        verdict = audit.prove(conn, kept, key=crypto.signer(found.home).public)
    typer.echo(f"sealed  {verdict.sealed:>12,}")
    typer.echo(f"waiting {verdict.waiting:>12,}")
    typer.echo(f"heads   {verdict.heads:>12,}  {place}")
    if verdict.broken_at is not None:
        typer.echo(f"number {verdict.broken_at:,} does not fit: it or one before it was changed, taken out or put in")
    if verdict.loose:
        typer.echo(f"{verdict.loose:,} notes stand outside the chain")
    for number in verdict.heads_wrong:
        typer.echo(f"the signed head of number {number:,} is not what this chain comes to: it was cut or made anew")
    typer.echo("the audit log is sound" if verdict.is_sound else "the audit log is NOT sound")
    raise typer.Exit(0 if verdict.is_sound else 1)
