"""Whom a command speaks to, and what their terminal can show."""

import os
from collections.abc import Mapping


def language_of(environ: Mapping[str, str] | None = None) -> str:
    """The reader's language by the terminal's locale: zh or en."""
    found = os.environ if environ is None else environ
    locale = found.get("LC_ALL") or found.get("LC_MESSAGES") or found.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"
