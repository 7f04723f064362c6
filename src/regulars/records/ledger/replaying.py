"""How a balance came to be: the journal told again from its first entry, and held against the lots that are stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from .model import Contra, Entry, Lot


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and what its lot and the whole wallet held after it (pending points and debts counted in)."""

    entry: Entry
    lot_points: int
    wallet_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Every step in the order it was written, the lots they lead to (none of them empty), and what is set aside."""

    steps: tuple[Step, ...] = ()
    lots: Mapping[Lot, int]
    held_points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A lot of which the journal says one thing and the stored lot another."""

    lot: Lot
    replayed_points: int
    stored_points: int


def replay(entries: Iterable[Entry], *, until: date | None = None) -> Replayed:
    """Fold the entries of one wallet, in the order they were written, into lots; those after `until` are left out."""
    lots: dict[Lot, int] = {}
    steps: list[Step] = []
    wallet = held = 0
    for entry in entries:
        if until is not None and entry.on_date > until:
            continue
        lots[entry.lot] = lots.get(entry.lot, 0) + entry.points
        wallet += entry.points
        if entry.contra is Contra.HELD:
            held -= entry.points
        steps.append(Step(entry=entry, lot_points=lots[entry.lot], wallet_points=wallet))
    return Replayed(steps=tuple(steps), lots={lot: n for lot, n in sorted(lots.items()) if n}, held_points=held)


def differences(replayed: Mapping[Lot, int], stored: Iterable[tuple[Lot, int]]) -> list[Difference]:
    """Every lot that is not as the journal says, in the order they are spent; none when the books are sound."""
    kept = dict(stored)
    return [
        Difference(lot=lot, replayed_points=replayed.get(lot, 0), stored_points=kept.get(lot, 0))
        for lot in sorted(replayed.keys() | kept.keys())
        if replayed.get(lot, 0) != kept.get(lot, 0)
    ]
