"""`regulars cluster`: when one machine is not enough."""

from typing import Annotated

import typer

from regulars.doors import schema
from regulars.doors.cli import database
from regulars.kit import db, settings

app = typer.Typer(help="Spread the tables over many machines.", no_args_is_help=True)


@app.callback()
def _cluster() -> None:
    """Spread the tables over many machines."""


@app.command()
def distribute(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the statements; change nothing.")] = False,
) -> None:
    """Give every table its place in a Citus cluster; nothing on any other PostgreSQL. Safe to repeat."""
    with database.given(settings.read()) as dsn, db.connect(dsn, autocommit=True) as conn:
        if dry_run:
            schema.check(conn)
            _print(schema.plan(conn))
        elif schema.has_citus(conn):
            schema.check(conn)
            _tell(len(schema.spread(conn)))
        else:
            typer.echo(
                "This PostgreSQL has no Citus: all tables stay on one machine, nothing was changed. "
                "此数据库未安装 Citus：所有表保留在一台机器上，未作任何更改。"
            )


def _print(plan: schema.Plan) -> None:
    if not plan.tables:
        _tell(0)
        return
    for statement in ("begin", *plan.statements, "commit"):
        typer.echo(f"{statement};")


def _tell(count: int) -> None:
    if count:
        typer.echo(f"{count} tables have their place now. 已分布 {count} 张表。")
    else:
        typer.echo("Every table already has its place; nothing was changed. 所有表均已分布，未作任何更改。")
