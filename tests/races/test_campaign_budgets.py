"""A campaign's budget that many spend at once, in single orders, batches and imports, is never overshot (T5)."""

import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from regulars import flows
from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.program import campaigns
from regulars.records import access, activities, members

from .crowd import try_at_once

NOW = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
ANN = access.Actor(kind=access.ActorKind.STAFF, code="staff:1", name="Ann", person="staff:1")
BUDGET = 3_000
WRITERS = 8
GRANTS = 100_000 if os.environ.get("REGULARS_SOAK") else 4_000


def _shop(database: str, **budget: int) -> tuple[int, int]:
    """A program whose campaign gives one more point a yuan, and the campaign's number."""
    with db.connect(database) as conn:
        plan = flows.found_program(
            conn, code="shop", name={"en": "Shop"}, currency="CNY", time_zone="Asia/Shanghai", language="en", at=NOW
        )
        made = flows.start_campaign(conn, plan, "double_week", by=ANN, at=NOW)
        terms = campaigns.Terms(
            name={"en": "Double"}, holdout_percent=0, template="double_week", budget=campaigns.Budget(**budget)
        )
        program_id = plan.program.program_id
        campaigns.change(conn, program_id, made.campaign_id, terms, currency="CNY", by=ANN, at=NOW)
        for state in (campaigns.State.REVIEW, campaigns.State.LIVE):
            flows.run_campaign(conn, plan, made.campaign_id, state, by=ANN, at=NOW)
        return program_id, made.campaign_id


def _spend(database: str, program_id: int, writer: int, size: int, gave: list[int]) -> None:
    """Orders of 3 points and as many of the campaign, in batches of `size`; every other writer is an import."""
    with db.connect(database, autocommit=True) as conn:
        plan = flows.load(conn, program_id)
        taken = 0
        for start in range(0, GRANTS // WRITERS, size):
            intakes = [
                flows.Intake(
                    order=activities.Order(
                        source="shop", external_id=f"{writer}-{start + n}", currency="CNY", total_minor=300,
                        occurred_at=NOW + timedelta(seconds=start + n),
                        lines=(activities.Line(line_id="1", amount_minor=300),),
                    ),
                    member=members.Identifier(members.IdentifierKind.EXTERNAL, f"{writer}-{n % 50}"),
                    on_unknown="enroll",
                )
                for n in range(size)
            ]  # fmt: skip
            with conn.transaction():
                at = NOW + timedelta(days=1)
                done = flows.record_activities(conn, plan, intakes, at=at, tells=writer % 2 == 0)
            taken += sum(isinstance(one, flows.Recorded) for one in done)
        gave.append(taken)


def _posted(conn: db.Conn) -> int:
    """What the ledger holds of the campaign."""
    row = conn.execute(
        "select sum((p ->> 'points')::bigint) from ledger.entry as e, "
        "json_array_elements(e.reason -> 'parts') as p where p ->> 'campaign' is not null"
    ).fetchone()
    return int(row[0])


def _race(database: str, **budget: int) -> tuple[int, tuple[int, int, int], str]:
    """What the campaign gave in all, what its budget says was spent, and how it stands."""
    program_id, campaign_id = _shop(database, **budget)
    gave: list[int] = []
    sizes = [1, 5, 20, 100, 1, 10, 50, 100]
    threads = [
        threading.Thread(target=_spend, args=(database, program_id, writer, sizes[writer], gave))
        for writer in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(gave) == GRANTS, "a writer failed"
    with db.connect(database) as conn:
        spent = conn.execute("select spent_points, spent_micros, spent_grants from campaigns.budget").fetchone()
        tallied = conn.execute("select sum(points), sum(micros), sum(grants) from campaigns.tally").fetchone()
        assert tuple(map(int, tallied)) == spent
        stops = conn.execute("select count(*) from campaigns.change where what = 'stopped'").fetchone()
        assert stops == (1,), "it is told once"
        told = conn.execute("select count(*) from outbox.change where type = 'campaign.stopped'").fetchone()
        assert told == (1,)
        assert flows.verify_books(conn).is_sound
        return _posted(conn), spent, campaigns.get(conn, program_id, campaign_id).state.value


@pytest.mark.parametrize(
    ("budget", "points"),
    [({"points_max": BUDGET}, BUDGET), ({"money_minor_max": BUDGET}, BUDGET), ({"grants_max": 500}, 1_500)],
)
def test_case_078c_a_campaign_spent_by_many_at_once_gives_exactly_its_budget(database, budget, points):
    given, spent, state = _race(database, **budget)
    assert (given, spent[0], state) == (points, points, "stopped")


def test_without_the_guard_the_same_race_overshoots(database, monkeypatch):
    """Sum, then insert: what everybody does who reads a total before they write."""

    def unguarded(conn, program_id, given, limited, *, at):
        points = sum(grant.points for _, _, grant in given)
        conn.execute("update campaigns.budget set spent_points = spent_points + %s", [points])
        return []

    monkeypatch.setattr(campaigns, "use", unguarded)
    program_id, _ = _shop(database, points_max=BUDGET)
    gave: list[int] = []
    threads = [
        threading.Thread(target=_spend, args=(database, program_id, writer, 50, gave)) for writer in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.connect(database) as conn:
        assert _posted(conn) > BUDGET


def test_batches_prizes_and_an_operator_never_wait_for_each_other_in_a_ring(database: str) -> None:
    """Orders that use a budget up, prizes taken out of it, and somebody who raises it and lets the campaign go on."""
    program_id, campaign_id = _shop(database, points_max=10)
    members_of: list[UUID] = []
    with db.connect(database, autocommit=True) as conn:
        plan = flows.load(conn, program_id)
        named = members.Identifier(members.IdentifierKind.EXTERNAL, "ann")
        enrollment = members.Enrollment(identifiers=(named,), enrolled_at=NOW)
        with conn.transaction():
            members_of = [flows.enroll_member(conn, plan, [enrollment], at=NOW)[0][0]]

    def attempt(conn: db.Conn, number: int) -> str:
        now = flows.load(conn, program_id)
        try:
            match number % 3:
                case 0:
                    order = activities.Order(
                        source="shop", external_id=f"O-{number}", currency="CNY", total_minor=1000,
                        occurred_at=NOW + timedelta(seconds=number),
                        lines=(activities.Line(line_id="1", amount_minor=1000),),
                    )  # fmt: skip
                    member = members.Identifier(members.IdentifierKind.EXTERNAL, f"m{number}")
                    intake = flows.Intake(order=order, member=member, on_unknown="enroll")
                    flows.record_activities(conn, now, [intake], at=NOW + timedelta(days=1))
                case 1:
                    on = now.program.local_date(NOW)
                    campaigns.take(conn, program_id, campaign_id, members_of[0], on=on, at=NOW, points=10)
                case _:
                    before = campaigns.get(conn, program_id, campaign_id)
                    most = (before.terms.budget.points_max or 0) + 10
                    terms = replace(before.terms, budget=campaigns.Budget(points_max=most))
                    campaigns.change(conn, program_id, campaign_id, terms, currency="CNY", by=ANN, at=NOW)
                    flows.run_campaign(conn, now, campaign_id, campaigns.State.LIVE, by=ANN, at=NOW, note="on")
        except Refusal as refused:
            return refused.code
        return "done"

    outcomes = try_at_once(database, 6, 6000 if os.environ.get("REGULARS_SOAK") else 600, attempt)
    assert outcomes.count("done") > len(outcomes) // 4
    with db.connect(database) as conn:
        row = conn.execute("select points_max, spent_points from campaigns.budget where store = ''").fetchone()
        assert row[1] <= row[0]
