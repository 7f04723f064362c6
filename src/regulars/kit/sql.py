"""Named SQL statements: a room's queries.sql is source with a home."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def load(package: str) -> Mapping[str, str]:
    """The statements of `package`/queries.sql by name.

    A statement starts at its line `-- name: verb_noun`, followed by comment lines that say why.

    Raises:
        ValueError: two statements carry the same name.
    """
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    names = parts[::2]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{package}/queries.sql names twice: {sorted(twice)}")
    return MappingProxyType({name: body.strip() for name, body in zip(names, parts[1::2], strict=True)})


def literal(text: str) -> str:
    """The text as a LIKE pattern that means itself: its %, _ and \\ stand for themselves."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
