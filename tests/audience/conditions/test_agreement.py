"""The three harnesses: engines against each other, Google's CEL as the referee, text against tree against JSON.

At least 100,000 evaluations each, and 2,000 rules there and back. A failure names the rule, the subject and the seed
that brings them back.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from cel_expr_python import cel

from regulars.audience import conditions
from regulars.audience.conditions.evaluating import holds
from regulars.audience.conditions.fields import CLOCKS, ENVIRONMENTS, RECORDS, Sort
from regulars.audience.conditions.parser import parse as parsed
from regulars.kit import db

from . import world
from .rules import Rule, Rules, micros

EVALUATIONS_MIN = 100_000
SUBJECTS = 260
TRIPS = 2_000


def _checked(rule: Rule, scope: str) -> conditions.Condition:
    return conditions.parse(rule.text, scope=conditions.Scope(scope), vocabulary=world.VOCABULARY)


def _found(condition: conditions.Condition, conn: db.Conn, duck: duckdb.DuckDBPyConnection) -> Iterator[set[Any]]:
    """Who matches, by PostgreSQL and by DuckDB."""
    asked = {"program_id": world.PROGRAM, "at": world.AT, "today": world.TODAY}
    statement, parameters = conditions.as_sql(condition, dialect="postgres", **asked)
    yield {row[-1] for row in conn.execute(statement, parameters)}
    statement, parameters = conditions.as_sql(condition, dialect="duckdb", **asked)
    yield {row[-1] for row in duck.execute(statement, parameters).fetchall()}


def _by_python(condition: conditions.Condition, subjects: dict[Any, dict[str, Any]]) -> set[Any]:
    """Who matches, by the compiled function, the tracing one and the one that walks the tree; they must agree."""
    rule, traced = conditions.compiled(condition), conditions.traced(condition)
    matched = {key for key, subject in subjects.items() if rule(**subject)}
    assert {key for key, subject in subjects.items() if traced(**subject)[0]} == matched, condition.text
    assert {key for key, subject in subjects.items() if holds(condition.test, subject)} == matched, condition.text
    return matched


def _before(member: dict[str, Any], at: Any) -> dict[str, Any]:
    """The member as a purchase sees them: only what they had bought before it."""
    past = {name: [row for row in member[name] if row["at"] < at] for name in ("orders", "lines")}
    return {**member, **past}


@pytest.mark.parametrize(("scope", "share"), [("segment", 0.7), ("earning", 0.3)])
def test_python_postgresql_and_duckdb_find_the_same(conn, seed, scope, share):
    thrown = world.throw(seed, SUBJECTS)
    world.settle(conn, thrown)
    duck = world.copy_facts(conn)
    counted = [one for one in thrown if one.program_id == world.PROGRAM and one.status != 3]
    subjects = {one.member_id: one.subject for one in counted}
    if scope == "earning":
        orders = [(key, order, one.subject) for one in counted for key, order in one.orders]
        subjects = {
            key: {**subject, "activity": order, "member": _before(subject["member"], order["at"])}
            for key, order, subject in orders
        }
    rules, evaluations, matches = Rules(seed, scope, only_stored=True), 0, 0
    while evaluations < EVALUATIONS_MIN * share:
        condition = _checked(rules.rule(), scope)
        expected = _by_python(condition, subjects)
        for engine, found in zip(("postgres", "duckdb"), _found(condition, conn, duck), strict=True):
            assert found == expected, (seed, engine, condition.text, sorted(found ^ expected)[:3])
        evaluations, matches = evaluations + len(subjects), matches + len(expected)
    assert 0.2 < matches / evaluations < 0.8, "the dice hit nothing, or everything"


def _cel_types(scope: str) -> dict[str, Any]:
    kinds = {Sort.TEXT: cel.Type.STRING, Sort.NUMBER: cel.Type.INT, Sort.MONEY: cel.Type.INT}
    types: dict[str, Any] = dict.fromkeys(CLOCKS, cel.Type.TIMESTAMP)
    types |= {"now_micros": cel.Type.INT, "today_number": cel.Type.INT}
    for record in ENVIRONMENTS[scope].records:
        for name, field in RECORDS[record].items():
            types[f"{record}_{name}"] = kinds.get(field.sort, cel.Type.TIMESTAMP)
            types[f"has_{record}_{name}"] = cel.Type.BOOL
        for relation in ENVIRONMENTS[scope].relations.get(record, ()):
            types[f"{record}_{relation}"] = cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))
    return types


def _for_cel(value: Any) -> Any:
    """A day is its first instant."""
    return (
        world.AT.replace(year=value.year, month=value.month, day=value.day, hour=0, minute=0)
        if _is_day(value)
        else value
    )


def _is_day(value: Any) -> bool:
    return hasattr(value, "year") and not hasattr(value, "hour")


def _row_for_cel(row: dict[str, Any]) -> dict[str, Any]:
    """Times of rows are numbers, absent values are left out."""
    return {
        name: value.toordinal() if _is_day(value) else micros(value) if hasattr(value, "hour") else value
        for name, value in row.items()
        if value is not None
    }


def _facts_for_cel(scope: str, subject: dict[str, Any]) -> dict[str, Any]:
    now, today = subject["now"], subject["today"]
    facts = {"now": now, "today": _for_cel(today), "now_micros": micros(now), "today_number": today.toordinal()}
    for record in ENVIRONMENTS[scope].records:
        for name in RECORDS[record]:
            value = subject[record].get(name)
            facts[f"has_{record}_{name}"] = value is not None
            if value is not None:
                facts[f"{record}_{name}"] = _for_cel(value)
        for relation in ENVIRONMENTS[scope].relations.get(record, ()):
            facts[f"{record}_{relation}"] = [_row_for_cel(row) for row in subject[record].get(relation) or ()]
    return facts


def _subjects(seed: int, scope: str) -> list[dict[str, Any]]:
    """One for each member, with an activity that comes in; a journey's may have none."""
    dice, found = world.Dice(seed + 1), []
    for place, one in enumerate(world.throw(seed, SUBJECTS)):
        activity = {} if scope == "journey" and place % 5 == 0 else dice.incoming()
        known = {**one.subject, "activity": activity, "counters": dice.counters()}
        known |= {"event": dice.event(), "line": world.absent(dice._line())}
        found.append({name: known[name] for name in (*ENVIRONMENTS[scope].records, *CLOCKS)})
    return found


@pytest.mark.parametrize("scope", list(ENVIRONMENTS))
def test_google_cel_agrees(seed, scope):
    subjects = _subjects(seed, scope)
    referee = cel.NewEnv(variables=_cel_types(scope))
    facts = [referee.Activation(_facts_for_cel(scope, subject)) for subject in subjects]
    rules, evaluations, matches = Rules(seed, scope), 0, 0
    while evaluations < EVALUATIONS_MIN / len(ENVIRONMENTS):
        thrown = rules.rule()
        if not thrown.cel:
            continue
        rule, judge = conditions.compiled(_checked(thrown, scope)), referee.compile(thrown.cel)
        for subject, given in zip(subjects, facts, strict=True):
            ours, theirs = rule(**subject), judge.eval(given).value()
            assert ours is theirs, (seed, thrown, world.shown(subject))
            matches += ours
        evaluations += len(subjects)
    assert 0.2 < matches / evaluations < 0.8, "the dice hit nothing, or everything"


def test_text_tree_and_json_are_one(seed):
    """Each rule is written, read, sent as JSON and written again."""
    for scope in ENVIRONMENTS:
        rules = Rules(seed, scope)
        for _ in range(TRIPS // len(ENVIRONMENTS)):
            condition = _checked(rules.rule(5), scope)
            sent = json.loads(json.dumps(condition.tree))
            back = conditions.from_tree(sent, scope=condition.scope, vocabulary=world.VOCABULARY)
            assert back == condition, (seed, condition.text)
            assert parsed(condition.text)[0] == condition.syntax, (seed, condition.text)


def test_the_world_covers_the_catalogue():
    """A field that nobody throws would be agreed on by nobody."""
    thrown = [one for seed in range(3) for one in world.throw(seed, 60)]
    dice = world.Dice(0)
    rows = {
        "member": [one.subject["member"] for one in thrown],
        "activity": [dice.incoming() for _ in range(60)],
        "counters": [dice.counters()],
        "event": [dice.event() for _ in range(60)],
        "order": [row for one in thrown for row in one.subject["member"]["orders"]],
        "bought": [row for one in thrown for row in one.subject["member"]["lines"]],
        "redemption": [row for one in thrown for row in one.subject["member"]["redemptions"]],
    }
    rows["line"] = [line for activity in rows["activity"] for line in activity["lines"]]
    for record, fields in RECORDS.items():
        for name, field in fields.items():
            values = {row[name] for row in rows[record]}
            assert (None in values) == field.lacks, (record, name)
            assert values - {None}, (record, name)
