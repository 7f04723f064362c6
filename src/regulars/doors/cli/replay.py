"""`regulars replay`: how did this balance come to be?"""

import shutil
import sys
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from regulars import flows
from regulars.doors.cli import database, exits, replay_page
from regulars.doors.cli.exits import Unavailable
from regulars.doors.cli.language import language_of
from regulars.kit import clock, db, settings
from regulars.kit.db import Conn
from regulars.records import members, programs

_WIDTH_PIPED = 120


def command(
    member: Annotated[str, typer.Option(help="The member's id, phone:…, email:…, card:…, or the shop's own id.")],
    wallet: Annotated[str, typer.Option(help="The wallet's code; the first one when left out.")] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until the end of this day; today when left out.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines: one JSON document.")] = False,
    program: Annotated[str, typer.Option(help="The program's code; the first one when left out.")] = "",
) -> None:
    """Show how a balance came to be, line by line from the journal; exit 1 when the stored lots differ from it."""
    language = _speakable(language_of())
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        plan = flows.load(conn, _program_id(conn, program))
        told = flows.replay_points(
            conn,
            plan,
            _member_id(conn, plan.program.program_id, member),
            as_of=as_of.date() if as_of else plan.program.local_date(clock.now()),
            wallet_code=wallet,
        )
    width = shutil.get_terminal_size(fallback=(_WIDTH_PIPED, 24)).columns
    pages = replay_page.document(told) if json else replay_page.page(plan, told, language=language, width=width)
    try:
        sys.stdout.writelines(pages)
        sys.stdout.flush()
    except BrokenPipeError as read_enough:
        raise typer.Exit(exits.told(read_enough)) from None
    raise typer.Exit(1 if told.wrong else 0)


def _speakable(language: str) -> str:
    """The language this terminal can show; a character it cannot is shown as a question mark, never a traceback."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        "积分".encode(encoding)
    except UnicodeEncodeError:
        return "en"
    return language


def _program_id(conn: Conn, code: str) -> int:
    found = [one for one in programs.all_of(conn) if code in {"", one.code}]
    if not found:
        raise Unavailable("there is no such program yet: open the console, or run `regulars demo`")
    return found[0].program_id


def _member_id(conn: Conn, program_id: int, named: str) -> UUID:
    """Whom the text names.

    Raises:
        MemberNotFound: nobody.
    """
    try:
        return UUID(named)
    except ValueError:
        pass
    kind, colon, value = named.partition(":")
    if colon and kind in {str(known) for known in members.IdentifierKind}:
        wanted = members.normal(members.IdentifierKind(kind), value)
    else:
        wanted = members.normal(members.IdentifierKind.EXTERNAL, named)
    found = members.find(conn, program_id, [wanted])
    if wanted not in found:
        raise members.MemberNotFound("There is no such member.")
    return found[wanted]
