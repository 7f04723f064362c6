"""`regulars demo`: load the demo shop and stop."""

from typing import Annotated

import typer

from regulars.doors import schema
from regulars.doors.cli import database
from regulars.doors.cli.lanes import LaneEnded
from regulars.doors.cli.signals import StopAsked
from regulars.kit import settings

from .load import Loaded, load

_TEMPORARY = 75


def demo(
    into_running: Annotated[
        bool,
        typer.Option("--into-running", help="Load beside a running server, and only if there is no other program."),
    ] = False,
    baskets_max: Annotated[int, typer.Option(min=0, help="At most so many baskets; 0 is all.")] = 0,
) -> None:
    """Load the demo shop: a year of 2,469 households, ending last week. What is there is not loaded twice."""
    stop = StopAsked()
    found = settings.read()
    with database.given(found, is_stopped=stop) as dsn:
        if not into_running:
            schema.migrate(dsn)
        try:
            loaded = load(
                dsn,
                found.home,
                baskets_max=baskets_max or found.demo_baskets_max,
                report=typer.echo,
                is_stopped=stop,
                is_alone=into_running,
            )
        except LaneEnded as ended:
            typer.echo(f"regulars: {ended}; `regulars demo` goes on from here", err=True)
            raise typer.Exit(_TEMPORARY) from ended
    if loaded.is_done and loaded.shop:
        typer.echo(told(loaded))
    elif stop():
        typer.echo("Stopped; `regulars demo` goes on from here.")
    raise typer.Exit(0 if loaded.is_done else stop.exit_code)


def told(loaded: Loaded) -> str:
    """What was loaded, in a line."""
    report = loaded.report
    return (
        f"The demo shop is loaded: {report.orders:,} orders with {report.lines:,} lines, {report.returns:,} returns, "
        f"{report.redemptions:,} rewards; {report.points:,} points awarded, {report.burned_points:,} spent, "
        f"{report.restored_points:,} restored, {loaded.expired_points:,} expired; {loaded.seconds:.0f} s. "
        "演示数据已载入。"
    )
