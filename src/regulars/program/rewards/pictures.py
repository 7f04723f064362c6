"""What a picture is, read out of its own bytes: never out of its name. PNG, JPEG and WebP; nothing that can run."""

import hashlib
from collections.abc import Iterator

from .model import Picture
from .refusals import PictureUnusable

BYTES_MAX = 1024 * 1024
PIXELS_MAX = 25_000_000
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def read(content: bytes) -> Picture:
    """The picture in these bytes.

    Raises:
        PictureUnusable: another format, cut off, or larger than 1 MiB or 25 million pixels.
    """
    if len(content) > BYTES_MAX:
        raise PictureUnusable("A picture has at most 1 MiB.", facts={"reason": "too-large"})
    media_type, size = _kind(content)
    if size is None:
        raise PictureUnusable("A picture is a whole PNG, JPEG or WebP.", facts={"reason": "format"})
    width, height = size
    if not (width > 0 and height > 0 and width * height <= PIXELS_MAX):
        raise PictureUnusable("A picture has at most 25 million pixels.", facts={"reason": "too-large"})
    name = hashlib.sha256(content).hexdigest()
    return Picture(picture_id=name, media_type=media_type, width=width, height=height, content=content)


def path(picture_id: str, media_type: str) -> str:
    """Where a picture stands at the server's own address; what stands there never changes."""
    return f"/pictures/{picture_id}.{EXTENSIONS[media_type]}"


def _kind(content: bytes) -> tuple[str, tuple[int, int] | None]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", _webp(content)
    return "", None


def _png(content: bytes) -> tuple[int, int] | None:
    if len(content) < 45 or content[12:16] != b"IHDR" or not content.endswith(b"IEND\xaeB`\x82"):
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg(content: bytes) -> tuple[int, int] | None:
    for marker, body in _segments(content):
        is_frame = 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        if is_frame and len(body) >= 5:
            return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
    return None


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with what stands behind their length, up to the first scan."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == 0xDA or length < 2:
            return
        yield marker, content[place + 4 : place + 2 + length]
        place += 2 + length


def _webp(content: bytes) -> tuple[int, int] | None:
    if len(content) < 30 or int.from_bytes(content[4:8], "little") + 8 > len(content) + 1:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width = int.from_bytes(content[26:28], "little") & 0x3FFF
        return width, int.from_bytes(content[28:30], "little") & 0x3FFF
    return None
