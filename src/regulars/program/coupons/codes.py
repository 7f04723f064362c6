"""Codes that people type: how they are made, and how what was typed becomes what is looked up.

Ours are thirteen characters, R, eleven at random (55 bits) and a check character, in an alphabet without letters that
look alike. A pool's public code and codes of others have any other form.
"""

import re
import secrets
import unicodedata

from .model import CouponMalformed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MARK = "R"
LENGTH = 13
TYPED_MAX = 200
"""Nobody types more; it is not even looked at."""
_FORM = re.compile(r"[0-9A-Z]{4,40}")
_GAPS = re.compile(r"[\s\-_.]+")
_ALIKE = str.maketrans("OIL", "011")


def generated() -> str:
    """A new code of our own, unguessable: 55 random bits."""
    number = secrets.randbits(55)
    text = MARK + "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH - 2))
    return text + check_character(text)


def shown(code: str) -> str:
    """One of our codes as people read it: R7K3M-P9QX-2F4T."""
    return f"{code[:5]}-{code[5:9]}-{code[9:]}"


def normal(typed: str) -> str:
    """What was typed as it is looked up: any width, case and spacing; O is 0, I and L are 1.

    Raises:
        CouponMalformed: no code can look like this; nothing needs to be looked up.
    """
    if len(typed) <= TYPED_MAX:
        plain = unicodedata.normalize("NFKC", typed)
        code = _GAPS.sub("", plain).upper().translate(_ALIKE)
        if _FORM.fullmatch(code) and (not is_ours(code) or check_character(code[:-1]) == code[-1]):
            return code
    raise CouponMalformed("This is not a coupon code; a character is missing, wrong or too many.")


def is_ours(code: str) -> bool:
    """Whether a code has the form of those made here, so that its last character must check the others."""
    return len(code) == LENGTH and code[0] == MARK and "U" not in code


def check_character(text: str) -> str:
    """The character that makes the Luhn sum (mod 32) whole: every single wrong character shows."""
    total = 0
    for place, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
