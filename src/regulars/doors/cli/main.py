"""Finds the command, loads only what it needs, and turns how it ended into an exit code."""

import sys
from importlib import import_module

import typer

from regulars.doors.cli import exits
from regulars.doors.cli.commands import COMMANDS, HIDDEN


def main() -> None:
    """Run the command the process was started with, and exit."""
    app = typer.Typer(
        name="regulars",
        help="The open-source customer-loyalty platform.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    for name in _wanted(sys.argv[1:]):
        module = import_module(COMMANDS[name])
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name, hidden=name in HIDDEN)(module.command)
    sys.exit(_ended(app))


def _ended(app: typer.Typer) -> int:
    """Run the command and give the exit code of how it ended."""
    try:
        app()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
        return exits.USAGE if code == 2 else code
    except exits.KNOWN as refused:
        return exits.told(refused)
    return 0


def _nothing() -> None:
    """Customer loyalty: points, tiers, rewards and their true effect."""


def _wanted(arguments: list[str]) -> list[str]:
    """The one command that was asked for, or all of them for the help: most commands load a lot."""
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    return [named] if named is not None and named in COMMANDS else list(COMMANDS)
