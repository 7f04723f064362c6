"""A budget that many spend at once is spent to the last point and never beyond (T5)."""

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from regulars import flows
from regulars.kit import db
from regulars.program import earning
from regulars.records import activities, members

NOW = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
BUDGET = 10_000
WRITERS = 8
GRANTS = 100_000 if os.environ.get("REGULARS_SOAK") else 8_000


def _shop(database: str) -> int:
    with db.connect(database) as conn:
        plan = flows.found_program(
            conn, code="shop", name={"en": "Shop"}, currency="CNY", time_zone="Asia/Shanghai", language="en", at=NOW
        )
        rule = plan.rules[0]
        earning.save(
            conn, plan.program.program_id, effect=rule.effect, params=rule.params, label=rule.label, by="test", at=NOW,
            rule_id=rule.rule_id, limits=earning.Limits(budget_points_max=BUDGET),
        )  # fmt: skip
        return plan.program.program_id


def _spend(database: str, program_id: int, writer: int, size: int, gave: list[int]) -> None:
    """Orders of 3 points in batches of `size`, each its own member's."""
    with db.connect(database, autocommit=True) as conn:
        plan = flows.load(conn, program_id)
        given = 0
        for start in range(0, GRANTS // WRITERS, size):
            intakes = [
                flows.Intake(
                    order=activities.Order(
                        source="shop", external_id=f"{writer}-{start + n}", currency="CNY", total_minor=300,
                        occurred_at=NOW - timedelta(seconds=n), lines=(activities.Line(line_id="1", amount_minor=300),),
                    ),
                    member=members.Identifier(members.IdentifierKind.EXTERNAL, f"{writer}-{n % 50}"),
                    on_unknown="enroll",
                )
                for n in range(size)
            ]  # fmt: skip
            with conn.transaction():
                done = flows.record_activities(conn, plan, intakes, at=NOW, tells=False)
            given += sum(one.points for one in done if isinstance(one, flows.Recorded))
        gave.append(given)


def _race(database: str) -> tuple[int, int]:
    """What was given in all, and what the budget says was spent."""
    program_id = _shop(database)
    gave: list[int] = []
    sizes = [1, 5, 20, 100, 1, 10, 50, 100]
    threads = [
        threading.Thread(target=_spend, args=(database, program_id, writer, sizes[writer % len(sizes)], gave))
        for writer in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gave) == WRITERS, "a writer failed"
    with db.connect(database) as conn:
        spent = conn.execute("select spent_points from earning.budget").fetchone()
        posted = conn.execute("select sum(points) from ledger.entry where kind = 1").fetchone()
        assert posted == (sum(gave),)
        assert flows.verify_books(conn).is_sound
    return sum(gave), spent[0]


def test_a_budget_spent_by_many_at_once_is_spent_exactly(database):
    assert _race(database) == (BUDGET, BUDGET)


def test_without_the_guard_the_same_race_overshoots(database, monkeypatch):
    def unguarded(conn, program_id, uses) -> None:
        points = sum(use.points for _, use in uses)
        conn.execute("update earning.budget set spent_points = spent_points + %s", [points])

    monkeypatch.setattr(earning, "use", unguarded)
    given, spent = _race(database)
    assert given == spent
    assert given > BUDGET


@pytest.mark.parametrize("size", [1, 100])
def test_a_budget_that_moved_is_decided_again_not_refused(database, size):
    program_id = _shop(database)
    gave: list[int] = []
    with db.connect(database) as other:
        other.execute("update earning.budget set spent_points = points_max - 4")
        other.commit()
        _spend(database, program_id, 1, size, gave)
    assert gave == [4]
