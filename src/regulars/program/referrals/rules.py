"""Pure decisions about referrals: terms, codes, what two people share, what a purchase is worth."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.clock import EVER

from .model import POINTS_MAX, TRAIT_KINDS, Bought, Referral, Scheme, SchemeInvalid, State

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 9


def check(scheme: Scheme) -> None:
    """Refuse terms without sense.

    Raises:
        SchemeInvalid: with the reason in words.
    """
    wrong = ""
    if not 0 <= scheme.advocate_points <= POINTS_MAX or not 0 <= scheme.friend_points <= POINTS_MAX:
        wrong = f"Each side gets from 0 to {POINTS_MAX} points."
    elif not (scheme.advocate_points or scheme.friend_points):
        wrong = "One of the two sides gets points."
    elif scheme.minimum_minor < 0 or not 1 <= scheme.window_days <= 3650:
        wrong = "The purchase is from 0, within 1 to 3650 days of joining."
    elif scheme.keep_days is not None and not 0 <= scheme.keep_days <= 3650:
        wrong = "A purchase is kept after 0 to 3650 days."
    elif scheme.cap is not None and not 1 <= scheme.cap <= 10_000:
        wrong = "A cap is of 1 to 10,000 friends."
    elif scheme.link and ("{code}" not in scheme.link or not scheme.link.startswith("https://")):
        wrong = "The link begins with https:// and holds {code}."
    if wrong:
        raise SchemeInvalid(wrong)


def code_of(seed: UUID) -> str:
    """A code of nine characters that do not look alike, made of an id nobody knows: it tells nothing of a person."""
    number = ids.key_of("referral-code", seed).int
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(CODE_LENGTH))


def spelled(code: str) -> str:
    """A code as people type it, in its one spelling."""
    return "".join(character for character in code.upper() if character.isalnum())


def traits(program_id: int, told: Mapping[str, str]) -> dict[str, bytes]:
    """Digests by kind of what a member joins with; empty ones are left out."""
    found = {}
    for kind in TRAIT_KINDS:
        if plain := _plain(kind, told.get(kind, "")):
            found[kind] = ids.key_of(program_id, "trait", kind, plain).bytes
    return found


def _plain(kind: str, value: str) -> str:
    """One spelling: capitals, spaces and full width do not matter; of an e-mail neither dots nor a +tag."""
    text = unicodedata.normalize("NFKC", value).casefold()
    if kind == "email":
        name, _, host = text.strip().rpartition("@")
        return f"{name.partition('+')[0].replace('.', '')}@{host}" if name else ""
    return "".join(character for character in text if character.isalnum())


def same_kinds(own: Mapping[str, bytes], others: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """The kinds of what a friend has in common with people around their advocate."""
    known = set(others)
    return tuple(sorted(kind for kind, digest in own.items() if (kind, digest) in known))


def is_first(scheme: Scheme, referral: Referral, bought: Bought) -> bool:
    """Whether a purchase is the one that counts: large enough, after joining, in time."""
    in_time = referral.joined_on <= bought.on_date <= referral.joined_on + timedelta(days=scheme.window_days)
    return referral.state is State.JOINED and in_time and bought.total_minor >= max(1, scheme.minimum_minor)


def due_on(scheme: Scheme, bought_on: date, return_window_days: int) -> date:
    """The first day on which the purchase is kept."""
    days = return_window_days if scheme.keep_days is None else scheme.keep_days
    return bought_on + timedelta(days=days)


def still_counts(scheme: Scheme, left_minor: int) -> bool:
    """Whether what is left of a purchase after a return is still the purchase that was asked for."""
    return left_minor >= max(1, scheme.minimum_minor)


def cap_since(scheme: Scheme, today: date) -> date:
    """From which day on rewards count against an advocate's cap."""
    if scheme.cap_period == "month":
        return today.replace(day=1)
    return today.replace(month=1, day=1) if scheme.cap_period == "year" else EVER


def differences(before: Scheme | None, after: Scheme) -> dict[str, tuple[str, str]]:
    """The terms that differ, as text from and to."""
    old = msgspec.to_builtins(before) if before else {}
    new = msgspec.to_builtins(after)
    pairs = {name: (_text(old.get(name)), _text(new[name])) for name in new if name != "program_id"}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _text(found: object) -> str:
    return "" if found is None else str(found)
