"""Opens the file to import, whatever it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from . import encoding, staging, text_rows
from .model import FILE_BYTES_MAX, ImportRefused, Mapping, WrongCall

_SNIFFED_LINES = 20
_SNIFFED_CHARS_MAX = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a file is: `parquet` or text, the name of its encoding, the codec, the delimiter, a digest of it all."""

    is_parquet: bool
    name: str
    codec: str
    delimiter: str
    digest: str


def look(path: Path, mapping: Mapping, *, bytes_max: int = FILE_BYTES_MAX) -> Kind:
    """What the file is.

    Raises:
        WrongCall: it is not there.
        ImportRefused: too large, empty, packed, or in an encoding nobody knows.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as absent:
        raise WrongCall(f"{path}: {absent.strerror}") from absent
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise ImportRefused(
            "packed", f"{path.name} is a zip archive or an Excel workbook: unpack it, or save the sheet as CSV, first"
        )
    if head.startswith((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zX", b"\x28\xb5\x2f\xfd")):
        raise ImportRefused("packed", f"{path.name} is compressed: unpack it first")
    if not size:
        raise ImportRefused("nothing-to-read", f"{path.name} is empty")
    if size > bytes_max:
        sizes = f"{size / 1e6:,.0f} MB, more than {bytes_max / 1e6:,.0f} MB"
        raise ImportRefused(
            "import-too-large", f"import-too-large: {path.name} has {sizes}; split it, or --size-max MB"
        )
    if head == b"PAR1":
        return Kind(is_parquet=True, name="Parquet", codec="", delimiter="", digest=_digest(path))
    facts = encoding.look(path, given=mapping.encoding)
    return Kind(
        is_parquet=False,
        name=facts.name,
        codec=facts.codec,
        delimiter=mapping.delimiter or _delimiter(path, facts.codec),
        digest=facts.digest,
    )


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=8)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _delimiter(path: Path, codec: str) -> str:
    with path.open(encoding=codec, newline=None) as stream:
        lines = stream.read(_SNIFFED_CHARS_MAX).splitlines()
    return text_rows.sniff(list(islice(lines, _SNIFFED_LINES)))


@contextmanager
def staged(place: Path, path: Path, kind: Kind, mapping: Mapping, *, limit: int) -> Iterator[staging.Stage]:
    """The file's rows, ready to be ordered.

    Raises:
        ImportRefused: nothing in it can be read.
    """
    if kind.is_parquet:
        with staging.of_parquet(place, path, limit=limit) as stage:
            yield stage
        return
    with staging.of_text(place, path, kind.codec, kind.delimiter, has_header=mapping.has_header, limit=limit) as stage:
        yield stage
