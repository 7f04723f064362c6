"""Pure decisions about identifiers."""

import re
import unicodedata

from .model import Identifier, IdentifierInvalid, IdentifierKind

_PHONE_NOISE = re.compile(r"[\s().\-–]+")


def normal(kind: IdentifierKind, value: str) -> Identifier:
    """The form an identifier is stored and looked up in: NFKC, trimmed; e-mail lower case; phone in digits with +.

    Raises:
        IdentifierInvalid: empty, longer than 200 characters, with control characters, or not of its kind.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if not text or len(text) > 200 or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise IdentifierInvalid(f"An identifier of kind {kind} must have 1 to 200 printable characters.")
    if kind is IdentifierKind.EMAIL:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
            raise IdentifierInvalid("This is not an e-mail address.")
        text = text.lower()
    if kind is IdentifierKind.PHONE:
        text = _PHONE_NOISE.sub("", text)
        if not re.fullmatch(r"\+?\d{5,15}", text):
            raise IdentifierInvalid("A phone number has 5 to 15 digits, best with its country code: +86 138 0013 8000.")
    return Identifier(kind, text)
