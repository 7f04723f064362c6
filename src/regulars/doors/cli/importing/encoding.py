"""Which characters the bytes of a file stand for."""

import codecs
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from .model import ImportRefused

_CHUNK_BYTES = 1 << 20
_COMMON_RATIO_MIN = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """The codec a file can be read with, its name for people, and a digest of the whole file."""

    codec: str
    name: str
    digest: str


def look(path: Path, *, given: str = "") -> FileFacts:
    """Read the whole file: encoding and digest (16 hexadecimal digits).

    UTF-8 with or without a byte order mark, UTF-16 and GB18030 are told apart; `given` overrules.

    Raises:
        ImportRefused: `encoding-unknown`, with the byte where reading failed.
    """
    with path.open("rb") as file:
        candidates = [(given, given)] if given else _candidates(file.read(_CHUNK_BYTES))
        first: int | None = None
        for codec, name in candidates:
            file.seek(0)
            reading = _Reading(codec)
            digest = blake2b(digest_size=8)
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                reading.feed(chunk)
            if reading.can_end() and (given or reading.is_likely):
                readable = "utf-8-sig" if codec == "utf-8" else codec  # It takes the byte order mark away.
                return FileFacts(codec=readable, name=name, digest=digest.hexdigest())
            first = reading.failed_at if first is None else first
    raise ImportRefused(
        "encoding-unknown",
        f"encoding-unknown: from byte {first} on this is neither UTF-8 nor UTF-16 nor GB18030; name it with --encoding",
    )


class _Reading:
    """One attempt to read the file in one encoding."""

    def __init__(self, codec: str) -> None:
        try:
            self._decoder = codecs.getincrementaldecoder(codec)()
        except LookupError as unknown:
            raise ImportRefused("usage", f"--encoding {codec}: there is no such encoding", exit_code=64) from unknown
        self._is_chinese = codec == "gb18030"
        self._read_bytes = self._foreign = self._common = 0
        self.failed_at: int | None = None

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Read on, unless it failed before."""
        if self.failed_at is not None:
            return
        kept = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(chunk, is_last)
        except UnicodeDecodeError as broken:
            self.failed_at = self._read_bytes - kept + broken.start
            return
        self._read_bytes += len(chunk)
        if self._is_chinese and not text.isascii():
            foreign = "".join(character for character in text if ord(character) > 127)
            self._foreign += len(foreign)
            self._common += len(foreign.encode("gb2312", "ignore")) // 2

    def can_end(self) -> bool:
        """Whether all of it could be read, to the end of the last character."""
        self.feed(b"", is_last=True)
        return self.failed_at is None

    @property
    def is_likely(self) -> bool:
        """GB18030 can read nearly any bytes; it is believed when most of what it reads is everyday Chinese."""
        return self._common >= self._foreign * _COMMON_RATIO_MIN


def _candidates(head: bytes) -> list[tuple[str, str]]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [("utf-16", "UTF-16")]
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    pairs = len(head[:4096]) // 2
    if pairs and max(even, odd) > pairs // 3 and min(even, odd) <= pairs // 20:
        return [("utf-16-le", "UTF-16 LE")] if odd > even else [("utf-16-be", "UTF-16 BE")]
    name = "UTF-8 with BOM" if head.startswith(codecs.BOM_UTF8) else "UTF-8"
    return [("utf-8", name), ("gb18030", "GB18030")]
