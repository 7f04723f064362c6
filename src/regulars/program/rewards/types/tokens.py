"""Codes that people read out at a till: no letters that look alike, with a check character."""

import hashlib
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def token(redemption_id: UUID, prefix: str) -> str:
    """Prefix, nine characters and a check character, always the same for one redemption: DC-7K3MP-9QX2F."""
    number = int.from_bytes(hashlib.blake2b(redemption_id.bytes, digest_size=8).digest(), "big")
    characters = [ALPHABET[number >> (5 * place) & 31] for place in range(9)]
    check = sum((place + 1) * ALPHABET.index(c) for place, c in enumerate(characters)) % 31
    text = "".join(characters) + ALPHABET[check]
    return f"{prefix}-{text[:5]}-{text[5:]}"
