"""Who moved up in a batch, on which set of tiers, and where they stand after it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from regulars.program import tiers

from .deciding import Decision, State


@dataclass(slots=True, kw_only=True)
class Climbers:
    """What a batch writes of tiers: the last holding of each member on each set, and every step."""

    holdings: dict[tuple[UUID, int], tiers.Holding] = field(default_factory=dict)
    moves: list[tiers.Move] = field(default_factory=list)

    def climbed(self, state: State, decision: Decision) -> None:
        """Take note of the steps of a decision; `state` is how it left the member."""
        for move in decision.moves:
            holding = state.holding if move.ladder_id == tiers.MAIN else state.further[move.ladder_id]
            assert holding is not None
            self.holdings[move.member_id, move.ladder_id] = holding
            self.moves.append(move)

    def held(self) -> Iterator[tuple[UUID, tiers.Holding]]:
        """The holdings to be written, by member."""
        return ((member_id, holding) for (member_id, _), holding in self.holdings.items())
