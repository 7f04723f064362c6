"""Pure decisions about identifiers."""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

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


def masked_name(name: str) -> str:
    """A name as other members see it: its first letter. Nothing of an empty one."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


def same_person(links: Iterable[tuple[UUID, UUID]], one: UUID, other: UUID) -> bool:
    """Whether two members are linked by merges, over any number of steps."""
    reached, pairs = {one}, list(links)
    while True:
        more = {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
        if other in reached or more <= reached:
            return other in reached
        reached |= more
