"""Lists as PostgreSQL array literals, made with a few C-speed calls a list instead of several calls an element."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from psycopg.abc import Buffer, DumperKey
from psycopg.adapt import PyFormat
from psycopg.types.array import BaseListDumper, ListDumper

_BETWEEN = "\x1f"


class ArrayDumper(ListDumper):
    """Sends flat lists of numbers, texts, UUIDs, dates and bytes as untyped literals: the statement names the type
    (`%(ids)s::uuid[]`). Every other list goes psycopg's own way.

    psycopg looks at each element several times; batches of thousands of rows spent two thirds of their Python
    time there.
    """

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        """One dumper serves all simple lists."""
        return self.cls if _is_simple(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        """A simple list needs no dumper for its elements."""
        return self if _is_simple(obj) else super().upgrade(obj, format)

    def dump(self, obj: list[Any]) -> Buffer | None:
        """The literal."""
        if self.sub_dumper is not None or not _is_simple(obj):
            return super().dump(obj)
        return ("{" + _WRITERS.get(_kind(obj), _plain)(obj) + "}").encode()


def _kind(obj: list[Any]) -> type:
    return next((type(item) for item in obj if item is not None), type(None))


def _is_simple(obj: list[Any]) -> bool:
    kinds = set(map(type, obj))
    kinds.discard(type(None))
    return len(kinds) <= 1 and all(kind in _WRITERS or issubclass(kind, IntEnum) for kind in kinds)


def _plain(items: list[Any]) -> str:
    """Numbers: nothing to quote."""
    return ",".join(["NULL" if item is None else str(item) for item in items])


def _truths(items: list[Any]) -> str:
    return ",".join(["NULL" if item is None else "t" if item else "f" for item in items])


def _uuids(items: list[Any]) -> str:
    return ",".join(["NULL" if item is None else f"{item.int:032x}" for item in items])


def _dates(items: list[Any]) -> str:
    return ",".join(["NULL" if item is None else item.isoformat() for item in items])


def _times(items: list[Any]) -> str:
    return ",".join(["NULL" if item is None else f'"{item.isoformat()}"' for item in items])


def _octets(items: list[Any]) -> str:
    return ",".join(["NULL" if item is None else f'"\\\\x{item.hex()}"' for item in items])


def _texts(items: list[Any]) -> str:
    """All at once: joined by a character no stored text holds, escaped, then quoted at each join."""
    if None not in items:
        joined = _BETWEEN.join(items)
        if joined.count(_BETWEEN) == len(items) - 1:
            return f'"{_escaped(joined).replace(_BETWEEN, _QUOTES)}"'
    return ",".join(["NULL" if item is None else f'"{_escaped(item)}"' for item in items])


_QUOTES = '","'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


_WRITERS: Mapping[type, Callable[[list[Any]], str]] = {
    type(None): _plain,
    int: _plain,
    float: _plain,
    bool: _truths,
    str: _texts,
    UUID: _uuids,
    date: _dates,
    datetime: _times,
    bytes: _octets,
}
