"""What a campaign's budgets still hold, and what a grant takes of them. Pure."""

from collections.abc import Iterable, Mapping, MutableMapping

import msgspec

WHOLE = ""
"""The budget of the whole campaign, among those of its stores."""

Key = tuple[int, str]
"""A campaign and a store, or `WHOLE`."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What a budget still holds; None: it does not limit that. Micros are millionths of a currency unit."""

    points: int | None = None
    micros: int | None = None
    grants: int | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What an order or event takes of a campaign: points and their cost. `is_first`: it counts as one grant."""

    campaign_id: int
    store: str
    points: int
    micros: int
    is_first: bool


NOTHING = Left(points=0)


def room_points(left: Mapping[Key, Left], campaign_id: int, store: str, *, micros: int, is_first: bool) -> int | None:
    """How many points at so many micros each a campaign can still give in a store; None: as many as you like."""
    rooms: list[int] = []
    for key in _keys(campaign_id, store):
        if (one := left.get(key)) is None:
            continue
        if is_first and one.grants is not None and one.grants < 1:
            return 0
        if one.points is not None:
            rooms.append(one.points)
        if one.micros is not None and micros:
            rooms.append(one.micros // micros)
    return max(0, min(rooms)) if rooms else None


def spent(left: MutableMapping[Key, Left], grants: Iterable[Grant]) -> None:
    """Take grants out of what is left, in place."""
    for grant in grants:
        for key in _keys(grant.campaign_id, grant.store):
            if (one := left.get(key)) is not None:
                left[key] = Left(
                    points=_less(one.points, grant.points),
                    micros=_less(one.micros, grant.micros),
                    grants=_less(one.grants, int(grant.is_first)),
                )


def _keys(campaign_id: int, store: str) -> tuple[Key, ...]:
    return ((campaign_id, WHOLE), (campaign_id, store)) if store else ((campaign_id, WHOLE),)


def _less(amount: int | None, taken: int) -> int | None:
    return None if amount is None else amount - taken
