"""Identities: time-ordered UUIDs for rows, and digests that give a business key a fixed size."""

import hashlib
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["digest", "key_of", "texts", "uuid7"]


def key_of(*parts: object) -> UUID:
    """The same parts always give the same UUID (128 bits of BLAKE2b): an idempotency key with a fixed size."""
    text = "\x1f".join(str(part) for part in parts)
    return UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())


def texts(count: int) -> list[str]:
    """So many time-ordered UUIDs as text, in rising order: for rows of one batch that nobody has to name."""
    first = uuid7().int
    return [f"{number:032x}" for number in range(first, first + count)]


def digest(raw: bytes) -> bytes:
    """16 bytes that tell whether two contents are the same."""
    return hashlib.blake2b(raw, digest_size=16).digest()
