"""Finds the command, loads only what it needs, and turns how it ended into an exit code."""

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

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
        app.command(name, hidden=name in HIDDEN)(_guarded(import_module(COMMANDS[name]).command))
    try:
        app()
    except SystemExit as ended:
        sys.exit(exits.USAGE if ended.code == 2 else ended.code)


def _nothing() -> None:
    """Customer loyalty: points, tiers, rewards and their true effect."""


def _wanted(arguments: list[str]) -> list[str]:
    """The one command that was asked for, or all of them for the help: most commands load a lot."""
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    return [named] if named is not None and named in COMMANDS else list(COMMANDS)


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except exits.KNOWN as refused:
            exits.leave(refused)

    return run
