"""A picture is what its bytes say, whatever it is called."""

import struct
import zlib

import pytest

from regulars.program import rewards


def png(width: int = 3, height: int = 2, more: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + b"\x10\x80\x40" * width for _ in range(min(height, 100))))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tEXt", more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x07\x00\x09\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00\x08\xff\xd9"
)
WEBP_LOSSLESS = b"RIFF" + struct.pack("<I", 26) + b"WEBPVP8L" + struct.pack("<I", 13) + b"\x2f"
WEBP_LOSSLESS += struct.pack("<I", (9 - 1) | (7 - 1) << 14) + b"\x00" * 9
WEBP_LOSSY = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8 " + struct.pack("<I", 10) + b"\x00\x00\x00\x9d\x01\x2a"
WEBP_LOSSY += struct.pack("<HH", 9, 7)
WEBP_WIDE = (
    b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + b"\x08\x00\x00\x06\x00\x00"
)


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (png(), "image/png", (3, 2)),
        (JPEG, "image/jpeg", (9, 7)),
        (WEBP_LOSSLESS, "image/webp", (9, 7)),
        (WEBP_LOSSY, "image/webp", (9, 7)),
        (WEBP_WIDE, "image/webp", (9, 7)),
    ],
)
def test_the_format_and_the_size_are_read_out_of_the_bytes(content, media_type, size):
    picture = rewards.pictures.read(content)
    assert (picture.media_type, (picture.width, picture.height)) == (media_type, size)
    assert len(picture.picture_id) == 64


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        png()[:-4],
        b"\xff\xd8\xff\xda\x00\x08",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        png(30_000, 30_000),
        png(0, 2),
        png(more=b"x" * (1024 * 1024)),
    ],
    ids=["empty", "svg", "gif", "cut off", "no frame", "short", "a bomb", "no width", "too many bytes"],
)
def test_what_is_no_picture_or_too_large_is_refused(content):
    with pytest.raises(rewards.PictureUnusable):
        rewards.pictures.read(content)
