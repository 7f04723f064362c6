"""What the clock brings happens by itself, once, in every program."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from regulars import flows
from regulars.doors import worker
from regulars.kit import clock, crypto, db, jobs
from regulars.program import experiences, referrals
from regulars.records import access, activities, audit, ledger, members, outbox, privacy

NOW = clock.now()
LONG_AGO = NOW - timedelta(days=20)


@pytest.fixture
def pool(database: str) -> Iterator[db.Pool]:
    with db.pool(database, size_max=2) as made:
        yield made


@pytest.fixture
def plan(pool: db.Pool) -> flows.Plan:
    with db.transaction(pool) as conn:
        return flows.found_program(
            conn,
            code="shop",
            name={"en": "Shop", "zh": "小店"},
            currency="CNY",
            time_zone="Asia/Shanghai",
            language="en",
            at=LONG_AGO,
        )


@pytest.fixture
def member(pool: db.Pool, plan: flows.Plan):
    """Bought for 30.00 twenty days ago, so that 30 points left their 14 days of waiting."""
    name = members.Identifier(members.IdentifierKind.EXTERNAL, "mei")
    line = activities.Line(line_id="1", amount_minor=3000, sku="tea")
    order = activities.Order(
        source="shop", external_id="1", currency="CNY", occurred_at=LONG_AGO, lines=(line,), total_minor=3000
    )
    with db.transaction(pool) as conn:
        enrolled = flows.enroll_member(
            conn, plan, [members.Enrollment(identifiers=(name,), enrolled_at=LONG_AGO)], at=LONG_AGO
        )[0][0]
        flows.record_activities(conn, plan, [flows.Intake(order=order, member=enrolled)], at=LONG_AGO)
    return enrolled


def _run(pool: db.Pool, name: str) -> None:
    worker.TASKS[name](pool, jobs.Job(id=1, name=name, payload={}, attempt=1))


def _movements(pool: db.Pool) -> list[tuple[int, int]]:
    with db.transaction(pool) as conn:
        return conn.execute("select kind, points from ledger.entry order by entry_id").fetchall()


def _waiting(pool: db.Pool) -> int:
    with db.transaction(pool) as conn:
        row = conn.execute(
            "select count(*) from ledger.lot where active_on > '0001-01-01' and remaining > 0"
        ).fetchone()
    return row[0]


def test_points_become_usable_when_their_day_has_come_and_only_once(pool, member):
    assert _waiting(pool) == 1
    _run(pool, "close_days")
    after = _movements(pool)
    assert (_waiting(pool), after[0]) == (0, (ledger.Movement.EARN, 30))
    assert sum(points for _, points in after) == 30
    assert {kind for kind, _ in after[1:]} == {ledger.Movement.ACTIVATE}
    _run(pool, "close_days")
    assert _movements(pool) == after


def test_a_basket_that_was_never_paid_gives_its_points_back_once(pool, plan, member):
    with db.transaction(pool) as conn:
        flows.hold_points(conn, plan, member, 10, external_id="basket-1", at=NOW - timedelta(hours=2), minutes=30)
    _run(pool, "release_holds")
    after = _movements(pool)
    assert [points for kind, points in after if kind == ledger.Movement.RELEASE] == [10]
    _run(pool, "release_holds")
    assert _movements(pool) == after


def test_every_task_runs_where_there_is_no_program_yet(pool):
    for name in worker.TASKS:
        _run(pool, name)
    assert _movements(pool) == []


def test_every_schedule_names_a_task():
    assert set(worker.SCHEDULES) <= set(worker.TASKS)


def test_friends_are_rewarded_once_their_first_purchase_is_kept(pool, plan, member):
    program_id = plan.program.program_id
    with db.transaction(pool) as conn:
        name = members.Identifier(members.IdentifierKind.EXTERNAL, "ann")
        enrollment = members.Enrollment(identifiers=(name,), enrolled_at=LONG_AGO)
        advocate = flows.enroll_member(conn, plan, [enrollment], at=LONG_AGO)[0][0]
        scheme = referrals.Scheme(program_id=program_id, advocate_points=100, friend_points=50)
        referrals.save(conn, scheme, by="test", at=LONG_AGO)
        on = plan.program.local_date(LONG_AGO)
        referrals.join(conn, program_id, member, advocate, reasons=(), at=LONG_AGO, on=on)
        bought = referrals.Bought(
            member_id=member, order_id=advocate, occurred_at=LONG_AGO, on_date=on, total_minor=3000
        )
        flows.refer_friends.note_purchases(conn, flows.load(conn, program_id), [bought])
    for _ in range(2):
        _run(pool, "settle_referrals")
    with db.transaction(pool) as conn:
        today = plan.program.local_date(NOW)
        found = ledger.balances(conn, [member, advocate], wallet=plan.wallet, today=today)
    assert (found[member].available + found[member].pending, found[advocate].available) == (80, 100)


def test_changes_are_forgotten_after_the_days_of_the_setting(pool, plan, member, monkeypatch):
    def kept() -> list[str]:
        with db.transaction(pool) as conn:
            page = outbox.read(conn, plan.program.program_id, after=0, limit=10)
        return [noted.change.type for noted in page.changes]

    _run(pool, "forget_changes")
    assert kept() == ["member.enrolled", "order.recorded"]
    monkeypatch.setenv("REGULARS_CHANGES_DAYS", "19")
    _run(pool, "forget_changes")
    assert kept() == []


def test_what_is_over_is_closed_and_who_did_not_come_is_noted(pool, plan, member):
    one = experiences.Experience(
        program_id=plan.program.program_id, experience_id=member, code="night", name={"en": "Night"}, description={},
        starts_at=LONG_AGO + timedelta(days=1), ends_at=LONG_AGO + timedelta(days=2), capacity=1,
        state=experiences.State.OPEN,
    )  # fmt: skip
    with db.transaction(pool) as conn:
        experiences.save(conn, one, by="test", at=LONG_AGO)
        flows.book_seat(conn, plan, member, member, at=LONG_AGO)
    for _ in range(2):
        _run(pool, "close_experiences")
    with db.transaction(pool) as conn:
        assert experiences.get(conn, plan.program.program_id, member).state is experiences.State.HELD
        assert experiences.booking(conn, member, member).state is experiences.Seat.NO_SHOW


def test_notes_of_the_audit_log_are_sealed_and_the_head_is_told(pool: db.Pool, plan: flows.Plan, tmp_path, monkeypatch):
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path))
    with db.transaction(pool) as conn:
        audit.note(conn, plan.program.program_id, "program-changed", by=access.staff(1, "Ada"), at=NOW)
    _run(pool, "seal_audit")
    _run(pool, "seal_audit")
    lines = (tmp_path / "audit-heads.jsonl").read_bytes().splitlines()
    heads = [msgspec.json.decode(line, type=audit.Head) for line in lines]
    assert [head.number for head in heads] == [1]
    with db.transaction(pool) as conn:
        assert audit.prove(conn, heads, key=crypto.signer(tmp_path).public).is_sound


def test_who_was_forgotten_stands_in_a_file_and_is_forgotten_again_after_an_older_backup(
    pool: db.Pool, plan: flows.Plan, member, tmp_path, monkeypatch
):
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path))
    with db.transaction(pool) as conn:
        flows.erase_member(conn, plan, member, by="member", at=NOW)
    _run(pool, "keep_erasures")
    _run(pool, "keep_erasures")
    assert len((tmp_path / "erasures.jsonl").read_text().splitlines()) == 1
    with db.transaction(pool) as conn:  # what an older backup brings back
        conn.execute("delete from privacy.erasure")
        conn.execute("update members.member set status = 1")
        conn.execute("update members.profile set name = 'Mei'")
    _run(pool, "keep_erasures")
    with db.transaction(pool) as conn:
        again = members.get(conn, plan.program.program_id, member)
        assert (again.status, again.name) == (members.Status.ERASED, "")


def test_an_erasure_is_carried_out_on_its_day(pool: db.Pool, plan: flows.Plan, member):
    with db.transaction(pool) as conn:
        yesterday = NOW - timedelta(days=1)
        due_on = plan.program.local_date(NOW)
        flows.erase_member(conn, plan, member, by="member", at=yesterday, due_on=due_on)
    _run(pool, "carry_out_erasures")
    with db.transaction(pool) as conn:
        assert members.get(conn, plan.program.program_id, member).status is members.Status.ERASED


def test_what_ends_by_age_is_forgotten_as_the_longest_of_the_programs_says(pool: db.Pool, plan: flows.Plan, member):
    with db.transaction(pool) as conn:
        for days, rule in ((10, 1), (100, 2)):
            conn.execute(
                "insert into earning.rule_error (member_id, activity_id, rule_id, program_id, version, code, detail, "
                "happened_at) values (%s, gen_random_uuid(), %s, %s, 1, 'x', 'y', %s)",
                [member, rule, plan.program.program_id, NOW - timedelta(days=days)],
            )
        privacy.set_retention(conn, plan.program.program_id, "earning.rule_error", 30)
    _run(pool, "forget_personal")
    with db.transaction(pool) as conn:
        assert conn.execute("select rule_id from earning.rule_error").fetchall() == [(1,)]
