"""Types of guard rules: one file each, all in this dict. A type says what it measures and with which numbers.

To add one: write the file and its statement in queries.sql, add it to `TYPES`; tests/contracts/test_guard_types.py
holds it.
"""

from collections.abc import Mapping
from typing import Protocol

from . import contact_change, dormant, gifts, loop, refunds, velocity


class GuardType(Protocol):
    """What a file in this folder offers."""

    NAME: Mapping[str, str]
    """By language."""
    MEANS: Mapping[str, str]
    """A sentence by language, with its numbers in braces."""
    PARAMS: Mapping[str, tuple[int, int, int]]
    """Its numbers: default, least, most."""
    LABELS: Mapping[str, Mapping[str, str]]
    """What each number is called, by language."""
    THRESHOLD: str
    """The number that what is measured is compared with."""
    SPAN: tuple[str, int]
    """The number that says how far back it looks, and how many hours one of it is."""
    STATEMENT: str
    """The statement that finds members: over what happened, or over spendings that are to be judged."""
    IS_OF_SPENDING: bool
    """True: it judges a spending before it happens. False: it looks at what happened, every minute."""


TYPES: Mapping[str, GuardType] = {
    "velocity": velocity.TYPE,
    "refunds": refunds.TYPE,
    "loop": loop.TYPE,
    "gifts": gifts.TYPE,
    "dormant": dormant.TYPE,
    "contact_change": contact_change.TYPE,
}
