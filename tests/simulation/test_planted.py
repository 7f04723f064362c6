"""The negative controls: the same play finds each planted bug, and its books or answers say so."""

import pytest

from .planted import BUGS, plant
from .play import Diverged, Game
from .terms import PROGRAMS

OPERATIONS_MAX = 12_000


@pytest.mark.parametrize("bug", BUGS)
def test_play_finds(conn, monkeypatch, bug):
    program = plant(monkeypatch, bug)
    terms = next(terms for terms in PROGRAMS if terms.name == program)
    game = Game(conn, terms, 1)
    with pytest.raises(Diverged):
        game.play(OPERATIONS_MAX)
    print(f"{bug}: found after {game.operations} operations")
