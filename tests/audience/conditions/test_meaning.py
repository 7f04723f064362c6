"""What rules mean, point by point, in Python and in the words of SQL."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.audience import conditions
from regulars.audience.conditions.checked import atoms

from .world import AT, PROGRAM, TODAY, VOCABULARY

MEMBER = {
    "status": "active",
    "tier": "gold",
    "points": 250,
    "channel": None,
    "spend_12m": 100_050,
    "spend_30d": 0,
    "enrolled_on": date(2025, 12, 31),
    "birth_on": date(1988, 2, 29),
    "last_order_at": AT - timedelta(days=90),
    "orders": [],
    "lines": [],
}


def _condition(text: str, scope: str = "segment") -> conditions.Condition:
    return conditions.parse(text, scope=conditions.Scope(scope), vocabulary=VOCABULARY)


def _matches(text: str, **changed: object) -> bool:
    return conditions.compiled(_condition(text))({**MEMBER, **changed}, AT, TODAY)


def _sql(text: str, dialect: str = "postgres", scope: str = "segment") -> tuple[str, dict[str, object]]:
    asked = {"program_id": PROGRAM, "at": AT, "today": TODAY}
    statement, parameters = conditions.as_sql(_condition(text, scope), dialect=dialect, **asked)
    return statement, dict(parameters)


def test_case_084_an_atom_without_its_value_is_false_and_its_opposite_true():
    assert _matches('member.channel == "web"') is False
    assert _matches('member.channel != "web"') is False
    assert _matches('member.channel in ["web"]') is False
    assert _matches('member.channel.contains("w")') is False
    assert _matches('!(member.channel == "web")') is True
    assert _matches("has(member.channel)") is False
    assert _matches("!has(member.channel)") is True
    assert _matches("member.birth_on.month == today.month", birth_on=None) is False


def test_case_084_a_field_left_out_is_a_field_that_is_absent():
    rule = conditions.compiled(_condition('member.channel == "web" || member.points > 200'))
    assert rule({"points": 201}, AT, TODAY) is True


def test_case_084_what_was_missing_is_told_so_that_it_can_be_counted():
    told = conditions.explain(
        _condition('member.channel == "web" || member.birth_on < today'),
        {"member": {**MEMBER, "birth_on": None}, "now": AT, "today": TODAY},
        language="en",
    )
    assert (told.matched, told.absent) == (False, ("member.channel", "member.birth_on"))


def test_a_journey_without_an_activity_asks_nothing_of_it():
    rule = conditions.compiled(_condition("activity.total > 5 || activity.lines.size() > 0", "journey"))
    assert rule(MEMBER, {}, AT, TODAY) is False
    assert rule(MEMBER, {"total": 501}, AT, TODAY) is True
    assert rule(MEMBER, {"lines": [{}]}, AT, TODAY) is True


def test_money_is_compared_in_minor_units_to_the_last_one():
    assert _matches("member.spend_12m >= 1000.50") is True
    assert _matches("member.spend_12m > 1000.50") is False
    assert _matches("member.spend_12m > 1000.49") is True
    assert _matches("member.spend_12m * 2 == 2001") is True
    assert _matches("member.spend_12m - member.spend_30d in [1000.5]") is True
    assert _matches("-member.spend_12m < -1000.49") is True


def test_the_time_since_is_exact_to_the_microsecond():
    tick = timedelta(microseconds=1)
    assert _matches("now - member.last_order_at > days(90)") is False
    assert _matches("now - member.last_order_at >= days(90)") is True
    assert _matches("now - member.last_order_at > days(90)", last_order_at=AT - timedelta(days=90) - tick) is True
    assert _matches('duration("2160h") <= now - member.last_order_at') is True


def test_days_are_the_programs_days():
    assert _matches("today - member.enrolled_on == days(90)") is True
    assert _matches("member.enrolled_on == today - days(90)") is True
    assert _matches('member.enrolled_on < date("2026-01-01")') is True
    assert _matches("member.birth_on.day == 29 && member.birth_on.month == 2 && member.birth_on.weekday == 1") is True


def test_the_empty_relation_has_none_and_all():
    assert _matches("member.orders.exists(o, true)") is False
    assert _matches("member.orders.all(o, false)") is True
    assert _matches("member.orders.sum(o, o.net) == 0") is True
    assert _matches("member.orders.size() == 0") is True


def test_a_row_may_be_held_against_its_record():
    text = "activity.lines.exists(l, l.amount * 2 > activity.total)"
    rule = conditions.compiled(_condition(text, "earning"))
    assert rule({"total": 1000, "lines": [{"amount": 501}, {"amount": 499}]}, {}, AT, TODAY) is True
    assert rule({"total": 1000, "lines": [{"amount": 500}, {"amount": 500}]}, {}, AT, TODAY) is False


def test_the_traced_function_keeps_every_atom_even_those_that_did_not_matter():
    condition = _condition('member.points > 200 || member.tier == "basic" || !(member.spend_12m > 1)')
    assert conditions.traced(condition)(MEMBER, AT, TODAY) == (True, (True, False, True))
    assert [condition.text[slice(*atom.span)] for atom in atoms(condition.test)] == [
        "member.points > 200",
        'member.tier == "basic"',
        "member.spend_12m > 1",
    ]


def test_the_function_has_no_builtins_and_knows_no_text_of_the_rule():
    rule = conditions.compiled(_condition("member.channel == \"__import__('os')\""))
    assert rule.__globals__["__builtins__"] == {}
    assert set(rule.__globals__) == {"__builtins__", "any", "all", "sum", "len", "bounded", "k0", "rule"}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  member.points>3&&member.points<9 // few", "member.points > 3 && member.points < 9"),
        ("((member.points > 3 && (true)) && false)", "member.points > 3 && true && false"),
        ("(true && false) || true", "true && false || true"),
        ("true && (false || true)", "true && (false || true)"),
        ("member.tier == 'gold'", 'member.tier == "gold"'),
        ('member.channel == "a\\\\b\\"c"', 'member.channel == "a\\\\b\\"c"'),
        ("member.points - (member.points - 3) * 2 > -3", "member.points - (member.points - 3) * 2 > -3"),
        ("!!(true)", "!!true"),
    ],
)
def test_a_rule_has_one_spelling(text, canonical):
    assert _condition(text).text == canonical


def test_the_tree_is_plain_json_and_leads_back():
    condition = _condition('member.tier == "gold" && !(member.points > 3)')
    assert condition.tree == {
        "op": "and",
        "of": (
            {
                "op": "compare",
                "sign": "==",
                "left": {"op": "field", "of": {"op": "name", "name": "member"}, "field": "tier"},
                "right": {"op": "text", "value": "gold"},
            },
            {
                "op": "not",
                "of": {
                    "op": "compare",
                    "sign": ">",
                    "left": {"op": "field", "of": {"op": "name", "name": "member"}, "field": "points"},
                    "right": {"op": "int", "value": 3},
                },
            },
        ),
    }
    again = conditions.from_tree(condition.tree, scope=condition.scope, vocabulary=VOCABULARY)
    assert again == condition


def test_sql_has_every_value_as_a_parameter_and_every_name_in_quotes():
    statement, parameters = _sql('member.channel == "o\'neil %s; drop table x"')
    assert statement == (
        'SELECT "member"."member_id" FROM "facts"."member" AS "member" '
        'WHERE ("member"."program_id" = %(p1)s AND "member"."status" <> 3) AND "member"."channel" = %(p0)s'
    )
    assert parameters == {"p0": "o'neil %s; drop table x", "p1": PROGRAM}


def test_sql_makes_the_unknown_false_only_where_a_negation_would_turn_it():
    plain, _ = _sql("member.birth_on < today")
    negated, _ = _sql("!(member.birth_on < today)")
    twice, _ = _sql("!(true && !(member.birth_on < today))")
    assert "COALESCE" not in plain + twice
    assert negated.endswith('NOT (COALESCE("profile"."birth_on" < CAST(%(p0)s AS DATE), FALSE))')


def test_sql_folds_the_clock_into_a_constant_that_an_index_can_use():
    statement, parameters = _sql("now - member.enrolled_at > days(90)")
    assert statement.endswith('"member"."enrolled_at" < CAST(%(p0)s AS TIMESTAMPTZ)')
    assert parameters["p0"] == datetime(2025, 12, 31, 15, 30, tzinfo=UTC)


def test_sql_looks_for_the_row_that_breaks_a_rule_for_all():
    statement, _ = _sql('member.orders.all(o, o.store != "A")')
    assert statement.endswith('AND NOT (COALESCE(NULLIF("row"."store", \'\') <> %(p0)s, FALSE)))')


def test_sql_joins_only_what_the_rule_reads():
    statement, _ = _sql("member.points > 3")
    assert '"facts"."lot"' in statement
    assert '"facts"."tally"' not in statement
    assert '"facts"."purchase"' not in statement


def test_sql_of_what_only_the_till_knows_is_refused_with_its_place():
    with pytest.raises(conditions.RuleInvalid) as caught:
        _sql("activity.total > 5 && activity.local_hour < 11", scope="earning")
    assert (caught.value.facts["reason"], caught.value.facts["column"]) == ("not-in-sql", 23)


@pytest.mark.parametrize("scope", ["journey", "guard"])
def test_sql_of_a_scope_that_has_no_set_is_a_mistake_of_the_caller(scope):
    with pytest.raises(ValueError, match="no set to find"):
        _sql("activity.total > 5", scope=scope)
