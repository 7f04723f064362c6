"""Messages are handed over while members say no: none goes out after a no was committed.

Source: quality/targets T15; quality/threats TM27.
"""

import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.kit import clock, db
from regulars.records import privacy

MEMBERS = 20
THREADS = 8
EMAIL = privacy.Purpose.MARKETING, privacy.Channel.EMAIL


class Post:
    """What was handed over, and when each member's last word was said, on one clock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.words: dict[UUID, tuple[float, bool]] = {}
        self.late: list[UUID] = []
        self.sent = 0

    def said(self, member: UUID, since: float, *, yes: bool) -> None:
        with self.lock:
            self.words[member] = (since, yes)

    def hand_over(self, members: set[UUID], asked: float) -> None:
        """A message is late if a no was committed before it was even asked whether it may go."""
        with self.lock:
            self.sent += len(members)
            self.late += [m for m in members if m in self.words and not self.words[m][1] and self.words[m][0] < asked]


def _play(database: str, times: int, *, is_checked_inside: bool) -> Post:
    shop = shops.found(database)
    with db.connect(database) as conn:
        members = [UUID(str(one)) for one in shops.join(conn, shop.plan, MEMBERS)]
    post = Post()

    saying: dict[UUID, threading.Lock] = defaultdict(threading.Lock)

    def say(conn: db.Conn, member: UUID, dice: random.Random) -> None:
        yes = dice.random() < 0.5
        with saying[member]:  # a member says one thing at a time; while it is being said, the word before counts not
            with post.lock:
                post.words.pop(member, None)
            choice = privacy.Choice(
                purpose=EMAIL[0], channel=EMAIL[1], is_given=yes, version=0, place="form", told_by="api",
                given_at=clock.now(),
            )  # fmt: skip
            flows.give_consent(conn, shop.plan, member, [choice], at=clock.now())
            conn.commit()
            post.said(member, time.monotonic(), yes=yes)

    def send(conn: db.Conn, some: list[UUID]) -> None:
        asked = time.monotonic()
        allowed = flows.may_reach(conn, shop.plan, some, *EMAIL)
        if not is_checked_inside:
            conn.commit()
            time.sleep(0.01)
            asked = time.monotonic()
        post.hand_over(allowed, asked)
        conn.commit()

    def work(seed: int) -> None:
        dice = random.Random(seed)
        with db.connect(database) as conn:
            for _ in range(times // THREADS):
                if dice.random() < 0.5:
                    say(conn, dice.choice(members), dice)
                else:
                    send(conn, dice.sample(members, 5))

    for member in members:
        saying[member] = threading.Lock()
    with ThreadPoolExecutor(THREADS) as crowd:
        list(crowd.map(work, range(THREADS)))
    return post


def test_nothing_is_handed_over_after_a_no(database, soak):
    post = _play(database, soak(1_500, 100_000), is_checked_inside=True)
    assert post.sent > 100
    assert post.late == []


def test_asking_outside_the_transaction_that_hands_over_sends_after_a_no(database, soak):
    """The negative control, in the same harness."""
    post = _play(database, soak(1_500, 10_000), is_checked_inside=False)
    assert post.late != []
