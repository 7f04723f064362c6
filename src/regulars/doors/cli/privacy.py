"""`regulars privacy`: what is kept of members and why, and who was forgotten."""

from typing import Annotated

import typer

from regulars import flows
from regulars.doors.cli import database
from regulars.doors.cli.exits import Unavailable
from regulars.doors.worker.keep_erasures import bring_together
from regulars.kit import clock, db, settings
from regulars.records import programs

app = typer.Typer(help="What is kept of members and why; who was forgotten.", no_args_is_help=True)
Program = Annotated[str, typer.Option(help="The program's code; the first one when left out.")]


def plan_of(conn: db.Conn, code: str) -> flows.Plan:
    """The plan of a program.

    Raises:
        Unavailable: there is no such program.
    """
    found = [one for one in programs.all_of(conn) if code in {"", one.code}]
    if not found:
        raise Unavailable("there is no such program yet: open the console, or run `regulars demo`")
    return flows.load(conn, found[0].program_id)


@app.command("report")
def report(program: Program = "") -> None:
    """Print the register: every table with a member in it, what for, how long, and what erasing does to it."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        plan = plan_of(conn, program)
        days = {one.part.table: one.keep_days for one in flows.retention(conn, plan.program.program_id, at=clock.now())}
    typer.echo("| table | purpose | class | kept | when erased | what is emptied |\n|---|---|---|---|---|---|")
    for part in flows.REGISTER:
        kept = f"{days[part.table]} days" if part.table in days else "as long as the books"
        emptied = ", ".join(part.cleared) or "–"
        typer.echo(f"| {part.table} | {part.purpose} | {part.privacy} | {kept} | {part.fate} | {emptied} |")


@app.command("retention")
def retention(program: Program = "") -> None:
    """Print what would be forgotten by age tonight; nothing is changed."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        plan = plan_of(conn, program)
        for one in flows.retention(conn, plan.program.program_id, at=clock.now()):
            typer.echo(f"{one.part.table:<24} kept {one.keep_days:>6,} days  too old {one.overdue:>9,}")


@app.command("replay")
def replay() -> None:
    """Forget again whoever stands in erasures.jsonl and is known again, as after an older backup was restored."""
    found = settings.read()
    with database.given(found) as dsn, db.connect(dsn) as conn:
        again = bring_together(conn, found.home / "erasures.jsonl")
    typer.echo(f"forgotten again: {again:,}")
