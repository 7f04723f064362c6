"""The command line: `regulars run`, and what an operator needs beside it."""

from regulars.doors.cli.main import main

__all__ = ["main"]
