"""`regulars import purchases FILE`: a shop's past purchases become orders, members, points and tiers."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.doors.cli import database, importing
from regulars.doors.cli.importing import FIELDS, ImportRefused, Request, say
from regulars.doors.cli.lanes import LaneEnded
from regulars.doors.cli.signals import StopAsked
from regulars.kit import settings
from regulars.records import members

_TEMPORARY = 75
_MB = 1_000_000

app = typer.Typer(help="Bring in what a shop already has.", no_args_is_help=True)


@app.callback()
def _together() -> None:
    """Bring in what a shop already has."""


Cells = Mapping[str, tuple[type, Any, str]]

CELLS: Cells = {
    "currency": (str, "", "Currency of the amounts (ISO 4217)."),
    "date_format": (list[str], [], "For dates like 03/04/2026, say %m/%d/%Y. Can be given twice."),
    "time_zone": (str, "", "Zone of times that carry none; the program's when nothing is said."),
    "decimal_comma": (bool, False, "1.234,50 is 1234.50."),
    "delimiter": (str, "", "Found out when not said; the word whitespace for columns apart by spaces."),
    "encoding": (str, "", "Found out when not said."),
    "header": (bool, True, "The first row names the columns."),
    "same_order": (str, "", "member-and-time: without order ids, rows of one member at one time are an order."),
    "returns_begin_with": (str, "", "Order ids that begin so are returns."),
    "member_kind": (str, "", f"What the member column holds: {', '.join(members.IdentifierKind)}."),
    "source": (str, "", "Where the order ids come from; orders of the API are of 'shop', and so are these."),
}
"""Options that say how cells are read, beside those that name the columns: type, default, help."""


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for every field and every way to read cells, so that no list is kept twice."""
    told = [
        *(
            (
                _option_of(field),
                str,
                "",
                f"{text[0].upper()}{text[1:]}.",
                "Columns: a header's name, or a number from 1",
            )
            for field, text in FIELDS.items()
        ),
        *((name, kind, default, text, "How cells are read") for name, (kind, default, text) in CELLS.items()),
    ]
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=Annotated[kind, typer.Option(help=text, rich_help_panel=panel)],
        )
        for name, kind, default, text, panel in told
    ]
    own = inspect.signature(command)
    kept = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    command.__annotations__ |= {one.name: one.annotation for one in added}
    command.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    return command


def _option_of(field: str) -> str:
    return "currency_column" if field == "currency" else field


@app.command("purchases")
@_with_options
def purchases(
    *,
    file: Annotated[Path, typer.Argument(help="A CSV, a text with columns apart by spaces, or a Parquet file.")],
    mapping: Annotated[str, typer.Option(help=f"A mapping file, or one of ours: {', '.join(importing.names())}.")] = "",
    program: Annotated[str, typer.Option(help="Code of the program.")] = "",
    new_program: Annotated[str, typer.Option(help="Found a program with this code first.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Only so many rows.")] = 0,
    size_max: Annotated[int, typer.Option(min=1, help="Largest file in MB.")] = 2147,
    lanes: Annotated[int, typer.Option(min=0, max=16, help="Processes that record; 0 finds out.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    **said: Any,
) -> None:
    """Import past purchases. The same file again changes nothing; one that was cut off is finished by the next run."""
    try:
        found = importing.load(mapping) if mapping else importing.Mapping()
        request = Request(
            path=file,
            mapping=importing.merged(found, {field: said[_option_of(field)] for field in FIELDS}, _cells(said)),
            program=program,
            new_program=new_program,
            language=importing.language_of(),
            limit=limit,
            is_dry=dry_run,
            lanes=lanes,
            bytes_max=size_max * _MB,
        )
        _run(request, is_sure=yes or dry_run)
    except ImportRefused as refused:
        typer.echo(f"regulars: {refused.sentence}", err=True)
        raise typer.Exit(refused.exit_code) from refused


def _cells(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say about cells, in the words of a mapping; what was not said is empty."""
    kinds = {str(kind): kind for kind in members.IdentifierKind}
    if said["member_kind"] and said["member_kind"] not in kinds:
        raise importing.WrongCall(f"--member-kind is one of {', '.join(kinds)}")
    if said["same_order"] not in {"", "member-and-time"}:
        raise importing.WrongCall("--same-order is member-and-time, or nothing")
    cells = {name: said[name] for name in CELLS if name != "header"}
    return cells | {
        "currency": said["currency"].upper(),
        "date_format": tuple(said["date_format"] or ()),
        "decimal_comma": said["decimal_comma"] or None,
        "delimiter": "\t" if said["delimiter"] == r"\t" else said["delimiter"],
        "member_kind": kinds.get(said["member_kind"]),
        "has_header": None if said["header"] else False,
    }


def _run(request: Request, *, is_sure: bool) -> None:
    """Import, and say what was done; exits 130 or 143 when it was stopped."""
    stop = StopAsked()
    found = settings.read()
    with database.given(found, is_stopped=stop) as dsn:
        try:
            summary = importing.import_purchases(
                dsn,
                found.home,
                request,
                tell=typer.echo,
                agree=lambda question: is_sure or typer.confirm(question),
                is_stopped=stop,
            )
        except LaneEnded as ended:
            resume = importing.resume_command()
            typer.echo(f"regulars: {ended}\n{say('resume', request.language)}\n  {resume}", err=True)
            raise typer.Exit(_TEMPORARY) from ended
    for line in importing.shown(summary, request.language):
        typer.echo(line)
    if summary.rejects_path is not None:
        typer.echo(say("report", request.language, path=summary.rejects_path))
    if request.is_dry:
        typer.echo(say("dry", request.language))
    if summary.is_stopped and stop():
        typer.echo(f"{say('resume', request.language)}\n  {importing.resume_command()}")
    raise typer.Exit(stop.exit_code if summary.is_stopped else 0)
