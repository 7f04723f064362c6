"""The chain: what a digest covers, and what a signed head says."""

import hashlib
from collections.abc import Iterable, Iterator

from .model import Head

FIRST = bytes(32)
"""What the first note's digest stands on."""


def digest(before: bytes, body: str) -> bytes:
    """SHA-256 over the digest before and the note's bytes; 32 bytes."""
    return hashlib.sha256(before + body.encode()).digest()


def chained(before: bytes, bodies: Iterable[str]) -> Iterator[bytes]:
    """The digests of notes that follow one another."""
    for body in bodies:
        before = digest(before, body)
        yield before


def signed(head: Head) -> bytes:
    """The bytes of a head that its signature covers."""
    return f"regulars audit head {head.number} {head.digest} {head.at}".encode()
