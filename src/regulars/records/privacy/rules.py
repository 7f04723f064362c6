"""What may be chosen, and what follows from what was chosen."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from regulars.kit.errors import Flaw

from .model import CHANNELS, Channel, Choice, ConsentInvalid, Purpose, Standing

ASK_DAYS: Final = 7
"""So long a link that asks for a second yes can be used."""
TOKEN_BYTES: Final = 32


def check_channel(purpose: Purpose, channel: Channel) -> None:
    """Refuse a channel that a purpose does not have.

    Raises:
        ConsentInvalid: as named.
    """
    if channel not in CHANNELS[purpose]:
        options = ", ".join(f"'{one}'" for one in CHANNELS[purpose])
        raise ConsentInvalid(
            f"A choice about {purpose} is made for the channel {options}.",
            flaws=[Flaw(pointer="/channel", code="consent-invalid", detail="not a channel of this purpose")],
        )


def check_version(purpose: Purpose, version: int, published: int) -> None:
    """Refuse a version of a text that was never published.

    Raises:
        ConsentInvalid: as named.
    """
    if not 0 <= version <= published:
        raise ConsentInvalid(
            f"Version {version} of the text about {purpose} was never published.",
            flaws=[Flaw(pointer="/version", code="consent-invalid", detail=f"the newest is {published}")],
        )


def standings(
    chosen: Mapping[tuple[Purpose, Channel], tuple[bool, datetime, int]],
    needs_yes: Mapping[Purpose, bool],
    *,
    is_restricted: bool,
) -> list[Standing]:
    """What holds of every purpose and channel. Whose data is restricted allows nothing, whatever they chose."""
    found = []
    for purpose in Purpose:
        for channel in CHANNELS[purpose]:
            is_given, since_at, version = chosen.get((purpose, channel), (not needs_yes[purpose], None, 0))
            found.append(
                Standing(
                    purpose=purpose,
                    channel=channel,
                    is_allowed=is_given and not is_restricted,
                    since_at=since_at,
                    version=version,
                )
            )
    return found


def withdrawn(choices: Iterable[Choice]) -> set[Purpose]:
    """The purposes to which somebody says no here."""
    return {choice.purpose for choice in choices if not choice.is_given}


def digest(token: str) -> bytes:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).digest()


def ends(asked_at: datetime) -> datetime:
    """Until when a link can be used."""
    return asked_at + timedelta(days=ASK_DAYS)
