"""The same comparison under Hypothesis, with few verbs and two members: what it finds, it makes small."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from .planted import plant
from .play import Diverged, Game
from .purchases import Basket, GivenBack, Item
from .terms import PROGRAMS

WHO = st.sampled_from(("ann", "bob"))
POINTS = st.sampled_from((1, 50, 120, 300))
NUMBER = st.integers(0, 5)
BUDGET = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def machine(conn, programs=PROGRAMS):
    """The rules over one connection; each example is rolled back."""

    class Play(RuleBasedStateMachine):
        @initialize(terms=st.sampled_from(programs))
        def begin(self, terms):
            self.game = Game(conn, terms, 0)
            for who in ("ann", "bob"):
                self.game.step("enroll", {"who": who})

        def _do(self, verb, **told):
            self.game.step("wait", {"seconds": 1})
            self.game.step(verb, told)
            self.game.look()

        @rule(
            who=WHO, number=NUMBER, amounts=st.lists(st.sampled_from((1, 999, 12_000, 30_000)), min_size=1, max_size=3)
        )
        def buy(self, who, number, amounts):
            items = tuple(Item(str(n), amount, n + 1) for n, amount in enumerate(amounts))
            at = self.game.world.now - timedelta(microseconds=len(self.game.world.orders))
            self._do("buy", baskets=[Basket(f"o{number}", who, at, items, sum(amounts))])

        @rule(number=NUMBER, order=NUMBER, amount=st.sampled_from((None, 1, 500, 11_000)))
        def give_back(self, number, order, amount):
            self._do("give_back", back=GivenBack(f"r{number}", f"o{order}", self.game.world.now, amount=amount))

        @rule(who=WHO, number=NUMBER, points=POINTS)
        def hold(self, who, number, points):
            self._do("hold", who=who, name=f"h{number}", points=points)

        @rule(who=WHO, number=NUMBER, points=st.sampled_from((None, 1, 50)))
        def capture(self, who, number, points):
            self._do("capture", who=who, name=f"h{number}", points=points)

        @rule(who=WHO, number=NUMBER)
        def release(self, who, number):
            self._do("release", who=who, name=f"h{number}")

        @rule(who=WHO, number=NUMBER, prize=st.integers(0, 2))
        def redeem(self, who, number, prize):
            self._do("redeem", who=who, number=f"x{number}", prize=prize)

        @rule(who=WHO, number=NUMBER)
        def unredeem(self, who, number):
            self._do("unredeem", who=who, number=f"x{number}", force=True)

        @rule(who=WHO, number=NUMBER, points=POINTS, sign=st.sampled_from((1, -1)))
        def adjust(self, who, number, points, sign):
            self._do("adjust", who=who, reference=f"a{number}", points=sign * points)

        @rule(days=st.sampled_from((1, 3, 11, 32)), closes=st.booleans())
        def night(self, days, closes):
            if self.game.terms.purses[0].carry_percent:
                for hold in [hold for hold in self.game.world.holds.items() if hold[1].state == "open"]:
                    self._do("release", who=hold[0][0], name=hold[0][1])
            self.game.step("wait", {"seconds": days * 86_400})
            if closes:
                self._do("close_day")

        def teardown(self):
            conn.rollback()

    return Play


def test_few_verbs_agree_step_by_step(conn):
    run_state_machine_as_test(machine(conn), settings=BUDGET)


def test_a_planted_bug_is_made_small(conn, monkeypatch):
    plant(monkeypatch, "held_points_stay_in_their_lots")
    with pytest.raises(Diverged) as found:
        run_state_machine_as_test(
            machine(conn, PROGRAMS[:1]), settings=settings(BUDGET, max_examples=100, stateful_step_count=8)
        )
    assert str(found.value).count("\n  ") <= 6
