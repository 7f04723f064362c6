"""A draw can be done again by anybody: here it is, in another hand, from the documented steps."""

import hashlib
import hmac
import random
from uuid import UUID

from regulars.program import rewards

SEED, OUTSIDE = bytes(range(32)), "lottery 2026-04-01: 7 12 23"


def entries(count: int, members: int) -> list[tuple[UUID, UUID, int]]:
    dice = random.Random(count)
    return [(UUID(int=1000 + n), UUID(int=n % members), dice.randrange(1, 4)) for n in range(count)]


def by_hand(found, seed: bytes, outside: str, count: int) -> list[tuple[int, UUID]]:
    """As docs/concepts.md tells it."""
    rows = sorted(found)
    text = "".join(f"{redemption} {quantity}\n" for redemption, _, quantity in rows)
    digest = hashlib.sha256(text.encode()).hexdigest()
    tickets = [(row[0], row[1]) for row in rows for _ in range(row[2])]
    left = list(range(len(tickets)))
    won: list[tuple[int, UUID]] = []
    winners: list[UUID] = []
    k = 0
    while len(won) < count and left:
        k += 1
        number = int(hmac.new(seed, f"{digest}\n{outside}\n{k}".encode(), hashlib.sha256).hexdigest(), 16)
        place = left[number % len(left)]
        redemption, member = tickets[place]
        if member in winners:
            left = [one for one in left if tickets[one][1] != member]
        else:
            winners.append(member)
            won.append((place + 1, redemption))
    return won


def test_the_winners_are_what_anybody_computes_from_the_seed():
    found = entries(40, 9)
    drawn = rewards.winners(found, seed=SEED, outside=OUTSIDE, count=5)
    assert [(winner.entry, winner.redemption_id) for winner in drawn] == by_hand(found, SEED, OUTSIDE, 5)
    assert [winner.place for winner in drawn] == [1, 2, 3, 4, 5]


def test_the_order_entries_are_read_in_changes_nothing():
    found = entries(40, 9)
    mixed = random.Random(1).sample(found, len(found))
    assert rewards.winners(mixed, seed=SEED, outside="", count=5) == rewards.winners(
        found, seed=SEED, outside="", count=5
    )


def test_another_seed_another_list_or_other_outside_words_give_other_winners():
    found = entries(200, 200)
    first = rewards.winners(found, seed=SEED, outside="", count=5)
    assert rewards.winners(found, seed=bytes(32), outside="", count=5) != first
    assert rewards.winners(found[:-1], seed=SEED, outside="", count=5) != first
    assert rewards.winners(found, seed=SEED, outside="x", count=5) != first


def test_nobody_wins_twice_and_nobody_is_left_out_when_there_are_fewer_than_prizes():
    found = entries(40, 3)
    drawn = rewards.winners(found, seed=SEED, outside="", count=10)
    assert len(drawn) == 3
    assert {winner.member_id for winner in drawn} == {UUID(int=n) for n in range(3)}


def test_more_entries_are_more_chances():
    found = [(UUID(int=1), UUID(int=1), 9), (UUID(int=2), UUID(int=2), 1)]
    wins = sum(
        rewards.winners(found, seed=n.to_bytes(32, "big"), outside="", count=1)[0].member_id == UUID(int=1)
        for n in range(2000)
    )
    assert 1740 < wins < 1860
