"""How fast one may ask: a bucket for each key that has a pace, and one for each address that comes with wrong keys.

Kept in the memory of one process: several processes together let as many times more through. What a bucket holds comes
back evenly; a whole minute's worth may come at once. Source: draft-ietf-httpapi-ratelimit-headers; quality/cases 123.
"""

import math
from typing import Final
from uuid import UUID

from regulars.kit.errors import Kind, Refusal
from regulars.records import access

WRONG_KEYS_A_MINUTE: Final = 60
_SECONDS: Final = 60.0
_REMEMBERED_MAX: Final = 50_000


class RateLimited(Refusal):
    """More requests than this key, or this address with wrong keys, may send. Facts: retry_after_seconds."""

    kind = Kind.THROTTLED
    code = "rate-limited"


class Pace:
    """The buckets of one process."""

    def __init__(self) -> None:
        self._buckets: dict[UUID | str, tuple[float, float]] = {}

    def take(self, key: access.ApiKey, *, now: float) -> dict[str, str]:
        """Take one request out of a key's bucket (`now`: monotonic seconds); answers headers that tell what is left.

        Raises:
            RateLimited: the bucket is empty.
        """
        most = key.minute_max
        if most is None:
            return {}
        left = self._taken(key.key_id, most, now)
        if left < 0:
            wait = max(1, math.ceil(-left * _SECONDS / most))
            raise RateLimited(
                f"This key may ask {most} times a minute; wait {wait} s.", facts={"retry_after_seconds": wait}
            )
        return {
            "ratelimit-policy": f'"key";q={most};w={int(_SECONDS)}',
            "ratelimit": f'"key";r={int(left)};t={math.ceil((most - left) * _SECONDS / most)}',
        }

    def wrong_key(self, address: str, *, now: float) -> None:
        """Count a wrong key of an address.

        Raises:
            RateLimited: it came with too many.
        """
        left = self._taken(address, WRONG_KEYS_A_MINUTE, now)
        if left < 0:
            wait = max(1, math.ceil(-left * _SECONDS / WRONG_KEYS_A_MINUTE))
            raise RateLimited(
                f"Too many wrong keys from this address; wait {wait} s.", facts={"retry_after_seconds": wait}
            )

    def _taken(self, whose: UUID | str, most: int, now: float) -> float:
        """What is left after taking one; below zero when there was none, and then nothing is taken."""
        if len(self._buckets) >= _REMEMBERED_MAX:
            self._buckets.clear()
        held, at = self._buckets.get(whose, (float(most), now))
        held = min(float(most), held + (now - at) * most / _SECONDS) - 1
        self._buckets[whose] = (held if held >= 0 else held + 1, now)
        return held
