"""How a draw is made: the same seed, the same entries and the same outside words always give the same winners. Pure.

The seed is committed to by its hash before the first entry. Whoever has the list of entries and the seed that was
revealed can do it again: docs/concepts.md says how.
"""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from .model import Winner

Entry = tuple[UUID, UUID, int]
"""A redemption, its member, and how many entries it is."""


def listed(entries: Sequence[Entry]) -> str:
    """The list of entries as it is hashed: a line for each redemption, in the order of their ids."""
    return "".join(f"{redemption_id} {quantity}\n" for redemption_id, _, quantity in sorted(entries))


def entries_hash(entries: Sequence[Entry]) -> str:
    """What names this very list."""
    return hashlib.sha256(listed(entries).encode()).hexdigest()


def winners(entries: Sequence[Entry], *, seed: bytes, outside: str, count: int) -> tuple[Winner, ...]:
    """Up to `count` winners, each member once.

    Ticket k is HMAC-SHA256(seed, entries hash, outside words and k, a line each) as a number, modulo the entries that
    are left. When it falls on a member who won already, all entries of that member leave the list.
    """
    ordered = sorted(entries)
    left = [(redemption_id, member_id) for redemption_id, member_id, quantity in ordered for _ in range(quantity)]
    numbered = [(number, *owner) for number, owner in enumerate(left, start=1)]
    digest = entries_hash(ordered)
    found: dict[UUID, Winner] = {}
    ticket = 0
    while len(found) < count and numbered:
        ticket += 1
        drawn = hmac.new(seed, f"{digest}\n{outside}\n{ticket}".encode(), hashlib.sha256).digest()
        entry, redemption_id, member_id = numbered[int.from_bytes(drawn, "big") % len(numbered)]
        if member_id in found:
            numbered = [one for one in numbered if one[2] != member_id]
            continue
        place = len(found) + 1
        found[member_id] = Winner(place=place, entry=entry, member_id=member_id, redemption_id=redemption_id)
    return tuple(found.values())
