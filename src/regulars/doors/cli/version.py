"""`regulars version`: what is installed here."""

import platform

import typer

import regulars


def command() -> None:
    """Print the version of regulars and of Python."""
    typer.echo(f"regulars {regulars.__version__} (Python {platform.python_version()})")
