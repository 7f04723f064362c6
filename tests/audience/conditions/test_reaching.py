"""Whom a condition reaches: counted within a set time, as many as Python finds."""

from uuid import UUID

import pytest

from regulars.audience import conditions
from regulars.kit import db

from . import world


def _condition(text: str, scope: str = "segment") -> conditions.Condition:
    return conditions.parse(text, scope=conditions.Scope(scope), vocabulary=world.VOCABULARY)


def _reach(conn: db.Conn, text: str, scope: str = "segment", **more: int) -> conditions.Reach:
    asked = {"program_id": world.PROGRAM, "at": world.AT, "today": world.TODAY, **more}
    return conditions.reach(conn, _condition(text, scope), **asked)


def test_a_reach_counts_whom_the_rule_finds_and_shows_a_few(conn, seed):
    thrown = world.throw(seed, 120)
    world.settle(conn, thrown)
    counted = [one for one in thrown if one.program_id == world.PROGRAM and one.status != 3]
    rule = conditions.compiled(_condition('member.channel == "web" || member.points > 20'))
    matching = sorted(one.member_id for one in counted if rule(**one.subject))
    found = _reach(conn, 'member.channel == "web" || member.points > 20', sample_max=3)
    assert found == conditions.Reach(members=len(matching), everybody=len(counted), sample=tuple(matching[:3]))


def test_a_reach_of_an_earning_rule_counts_purchases_and_who_made_them(conn, seed):
    thrown = world.throw(seed, 120)
    world.settle(conn, thrown)
    counted = [one for one in thrown if one.program_id == world.PROGRAM and one.status != 3]
    found = _reach(conn, "activity.total >= 0", "earning")
    assert found.purchases == sum(len(one.orders) for one in counted)
    assert found.members == sum(bool(one.orders) for one in counted)


@pytest.mark.parametrize(
    ("members", "everybody", "share", "is_sweeping"),
    [
        (0, 0, 90, False),
        (0, 10, 90, False),
        (9, 10, 90, False),
        (10, 10, 90, True),
        (10, 10, 100, True),
        (91, 100, 90, True),
        (99, 100, 100, False),
    ],
)
def test_case_92a_a_condition_that_reaches_too_many_is_sweeping(members, everybody, share, is_sweeping):
    reach = conditions.Reach(members=members, everybody=everybody, sample=())
    assert reach.is_sweeping(share) is is_sweeping


def test_a_count_that_takes_too_long_is_refused_and_the_transaction_goes_on(database):
    with db.connect(database) as other, db.connect(database) as conn:
        other.execute("lock table members.member in access exclusive mode")
        with pytest.raises(conditions.CountTooSlow) as refused:
            _reach(conn, "member.points > 1", patience_ms=50)
        assert refused.value.facts == {"patience_ms": 50}
        other.rollback()
        assert conn.execute("show statement_timeout").fetchone() == ("1min",)
        assert _reach(conn, "member.points > 1") == conditions.Reach(members=0, everybody=0, sample=())
        assert conn.execute("show statement_timeout").fetchone() == ("1min",)


def test_what_is_known_only_while_a_purchase_comes_in_cannot_be_counted(conn):
    with pytest.raises(conditions.RuleInvalid):
        _reach(conn, "activity.local_hour < 9", "earning")


def test_the_sample_is_of_members_alone(conn, seed):
    world.settle(conn, world.throw(seed, 40))
    found = _reach(conn, "true")
    assert all(isinstance(one, UUID) for one in found.sample)
    assert len(found.sample) == 5
