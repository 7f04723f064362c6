"""`regulars simulate`: what would this program have given on the orders of the past?"""

from datetime import datetime
from typing import Annotated

import msgspec
import typer

from regulars import flows
from regulars.analytics import metrics, twin
from regulars.doors.cli import database, simulate_page
from regulars.doors.cli.exits import Unavailable
from regulars.doors.cli.language import language_of
from regulars.doors.cli.progress import Meter
from regulars.kit import clock, db, settings
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import activities, programs


def command(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; a year before the last one if left out.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; that of the last order if left out.")
    ] = None,
    with_rule: Annotated[list[int] | None, typer.Option(help="Count this rule as live too; may be repeated.")] = None,
    without_rule: Annotated[list[int] | None, typer.Option(help="Leave this rule out; may be repeated.")] = None,
    use: Annotated[int, typer.Option(help="Percent of the points that will be used: an assumption.")] = 80,
    margin: Annotated[int | None, typer.Option(help="Margin in percent: tells what growth pays for it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines: one JSON document.")] = False,
    program: Annotated[str, typer.Option(help="The program's code; the first one when left out.")] = "",
) -> None:
    """Try a draft of the program on past orders, beside the program as it is. Nothing is written."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        plan = flows.load(conn, _program_id(conn, program))
        from_on, to_on = flows.usual_days(plan, metrics.last_day(conn, plan.program.program_id), clock.now())
        draft = twin.Draft(with_rules=tuple(with_rule or ()), without_rules=tuple(without_rule or ()))
        asked = twin.Asked(
            from_on=since.date() if since else from_on,
            to_on=until.date() if until else to_on,
            drafts=(twin.Draft(),) if draft.is_as_live else (twin.Draft(), draft),
            use_percent=use,
            margin_percent=margin,
        )
        try:
            flows.check_trial(plan, asked, at=clock.now())
        except Refusal as refusal:
            raise Unavailable(refusal.detail) from None
        outcomes = _run(conn, plan, asked)
    if json:
        print(msgspec.json.encode({"asked": asked, "outcomes": outcomes}).decode())
    else:
        simulate_page.show(plan, asked, outcomes, language=language_of())


def _run(conn: Conn, plan: flows.Plan, asked: twin.Asked) -> list[twin.Outcome]:
    since, until = (clock.first_instant(on, plan.program.time_zone) for on in (asked.from_on, asked.to_on))
    bought = activities.buyers(conn, plan.program.program_id, since=since, until=until + clock.ONE_DAY)
    whole = sum(orders for _, orders in bought) * len(asked.drafts)
    with Meter(whole, lambda done, of, rate, _left: f"{done:,} of {of:,} orders ({rate:,}/s)") as meter:
        told = 0

        def report(done: int) -> None:
            nonlocal told
            meter.advance(done - told)
            told = done

        return flows.run_trial(conn, plan, asked, report=report)


def _program_id(conn: Conn, code: str) -> int:
    found = [one for one in programs.all_of(conn) if code in {"", one.code}]
    if not found:
        raise Unavailable("there is no such program yet: open the console, or run `regulars demo`")
    return found[0].program_id
