"""Codes that people read out at a till: no letters that look alike, with a check character."""

import hashlib
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def token(redemption_id: UUID, prefix: str) -> str:
    """Prefix, nine characters and a check character, always the same for one redemption: DC-7K3MP-9QX2F."""
    number = int.from_bytes(hashlib.blake2b(redemption_id.bytes, digest_size=8).digest(), "big")
    text = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(9))
    return f"{prefix}-{text[:5]}-{text[5:]}{check_character(text)}"


def check_character(text: str) -> str:
    """The character that makes the Luhn sum (mod 32) whole: every single wrong character shows."""
    total = 0
    for place, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
