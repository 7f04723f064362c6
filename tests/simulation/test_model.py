"""Random play against the oracle, without one difference. A failure names its seed and replays.

100,000 operations in all; ten times as many with REGULARS_SOAK=1. REGULARS_SEED chooses another seed, or several.
"""

import os
from collections import Counter

import pytest

from regulars.kit import db

from .play import Game
from .terms import PROGRAMS

SEEDS = os.environ.get("REGULARS_SEED", "1 2 3 4").split()
OPERATIONS = 100_000 * (10 if os.environ.get("REGULARS_SOAK") else 1) // (4 * len(PROGRAMS))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("terms", PROGRAMS, ids=lambda terms: terms.name.replace(" ", "-"))
def test_the_shop_does_what_the_model_says(database, terms, seed):
    with db.connect(database) as conn:
        game = Game(conn, terms, int(seed), commits=True)
        game.play(OPERATIONS)
    print(f"{terms.name}, seed {seed}: {game.operations} operations in {game.steps} steps, no difference")


def test_play_gets_everywhere(conn):
    """A model that is never asked finds nothing: most answers that can be given are given in a short game."""
    seen = Counter()
    for number, terms in enumerate(PROGRAMS):
        game = Game(conn, terms, 9, code=f"game-{number}")
        game.play(2_500)
        seen += game.outcomes
    missing = {answer for answer in EVERYWHERE.splitlines() if answer and not seen[tuple(answer.split())]}
    assert missing == set()


EVERYWHERE = """
buy created
buy replayed
buy parked
buy event-conflict
buy hold-expired
buy hold-already-captured
buy member-frozen
buy unknown-member
buy total-mismatch
buy currency-mismatch
give_back created
give_back replayed
give_back parked
give_back restored
give_back owed
give_back forgiven
give_back expired
give_back already-refunded
give_back refund-exceeds-purchase
give_back unknown-line
bring brought
complete completed
complete replayed
complete parked
hold created
hold replayed
hold event-conflict
hold insufficient-points
hold too-many-holds
hold wallet-not-spendable
capture created
capture replayed
capture capture-exceeds-hold
capture hold-expired
release created
release replayed
release_due released
redeem created
redeem replayed
redeem insufficient-points
redeem redemption-limit-reached
redeem reward-sold-out
redeem reward-not-available
redeem price-changed
unredeem undone
unredeem already-fulfilled
adjust adjusted
adjust insufficient-points
quote quoted
close_day closed
"""
