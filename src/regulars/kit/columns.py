"""Columns of values as PostgreSQL arrays in binary form: how a batch travels in one parameter per column.

Ten times as fast as a list handed to the driver, which escapes every element as text. Importing this module
teaches psycopg the types.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_EPOCH_DAY = date(2000, 1, 1).toordinal()
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NULL = b"\xff\xff\xff\xff"
_MICROS = 1_000_000


class Column:
    """A packed array; made by one of the functions below."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw


class Uuids(Column):
    """uuid[]"""


class Smallints(Column):
    """smallint[]"""


class Ints(Column):
    """integer[]"""


class Bigints(Column):
    """bigint[]"""


class Texts(Column):
    """text[]"""


class Blobs(Column):
    """bytea[]"""


class Dates(Column):
    """date[]"""


class Instants(Column):
    """timestamptz[]"""


def _array(element_oid: int, count: int, body: bytes, *, has_null: bool = False) -> bytes:
    if not count:
        return _int4(0) + _int4(0) + _int4(element_oid)
    return _int4(1) + _int4(int(has_null)) + _int4(element_oid) + _int4(count) + _int4(1) + body


def _int4(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


def _sized(size: int, values: Sequence[int]) -> bytes:
    length = _int4(size)
    return b"".join([length + value.to_bytes(size, "big", signed=True) for value in values])


def uuids(values: Sequence[UUID | None]) -> Uuids:
    """As uuid[]; None is null."""
    body = b"".join([_NULL if value is None else b"\x00\x00\x00\x10" + value.bytes for value in values])
    return Uuids(_array(2950, len(values), body, has_null=None in values))


def smallints(values: Sequence[int]) -> Smallints:
    """As smallint[]."""
    return Smallints(_array(21, len(values), _sized(2, values)))


def ints(values: Sequence[int]) -> Ints:
    """As integer[]."""
    return Ints(_array(23, len(values), _sized(4, values)))


def bigints(values: Sequence[int]) -> Bigints:
    """As bigint[]."""
    return Bigints(_array(20, len(values), _sized(8, values)))


def texts(values: Iterable[str | None]) -> Texts:
    """As text[]; None is null."""
    raw = [None if value is None else value.encode() for value in values]
    return Texts(_array(25, len(raw), _framed(raw), has_null=None in raw))


def blobs(values: Sequence[bytes | None]) -> Blobs:
    """As bytea[]; None is null."""
    return Blobs(_array(17, len(values), _framed(values), has_null=None in values))


def _framed(raw: Sequence[bytes | None]) -> bytes:
    return b"".join([_NULL if value is None else len(value).to_bytes(4, "big") + value for value in raw])


def dates(values: Sequence[date | None]) -> Dates:
    """As date[]; None is null."""
    raw = [None if value is None else _int4(value.toordinal() - _EPOCH_DAY) for value in values]
    return Dates(_array(1082, len(raw), _framed(raw), has_null=None in raw))


def instants(values: Sequence[datetime]) -> Instants:
    """As timestamptz[]; the times carry their zones."""
    spans = [value - _EPOCH for value in values]
    micros = [(span.days * 86_400 + span.seconds) * _MICROS + span.microseconds for span in spans]
    return Instants(_array(1184, len(micros), _sized(8, micros)))


class _ColumnDumper(Dumper):
    format: ClassVar[Format] = Format.BINARY  # type: ignore[misc]

    def dump(self, obj: Any) -> Buffer:
        """The array is packed already."""
        raw: bytes = obj.raw
        return raw


def _teach() -> None:
    for kind, oid in (
        (Uuids, 2951), (Smallints, 1005), (Ints, 1007), (Bigints, 1016), (Texts, 1009), (Blobs, 1001), (Dates, 1182),
        (Instants, 1185),
    ):  # fmt: skip
        psycopg.adapters.register_dumper(kind, type(f"{kind.__name__}Dumper", (_ColumnDumper,), {"oid": oid}))


_teach()
