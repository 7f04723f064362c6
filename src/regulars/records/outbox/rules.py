"""How far changes may be read: never past one that is still being written."""

from collections.abc import Iterable

_ROUND = 2**31
"""Writers tell where they began in 31 bits: places go around."""


def horizon(given: int, began: Iterable[int]) -> int:
    """The last place up to which nobody writes any more.

    `given` is the place that was last given; `began` are the places (in 31 bits) after which present writers write,
    looked up later than that. A writer who began past `given` writes nothing up to it.
    """
    behind = [(given - place) % _ROUND for place in began]
    return given - max((distance for distance in behind if distance < _ROUND // 2), default=0)
