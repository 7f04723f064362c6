"""What every type of guard rule owes."""

import pytest

from regulars.program import guard

TYPES = [pytest.param(name, kind, id=name) for name, kind in guard.TYPES.items()]


def usual(type: str) -> guard.Rule:
    params = {name: default for name, (default, _, _) in guard.TYPES[type].PARAMS.items()}
    return guard.Rule(program_id=1, rule_id=1, type=type, params=params)


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_it_speaks_both_languages_and_says_its_numbers(name, kind) -> None:
    for language in ("en", "zh"):
        assert kind.NAME[language]
        said = guard.sentence(usual(name), language)
        assert "{" not in said
        for default, _, _ in kind.PARAMS.values():
            assert str(default) in said
    assert {tuple(label) for label in kind.LABELS.values()} == {("en", "zh")}
    assert kind.LABELS.keys() == kind.PARAMS.keys()


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_its_usual_numbers_are_allowed_and_one_beyond_is_not(name, kind) -> None:
    guard.check(usual(name))
    for number, (_, least, most) in kind.PARAMS.items():
        for wrong in (least - 1, most + 1):
            rule = usual(name)
            rule.params[number] = wrong
            with pytest.raises(guard.GuardRuleInvalid):
                guard.check(rule)


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_its_threshold_and_span_are_numbers_of_it_and_its_statement_runs(conn, name, kind) -> None:
    assert kind.THRESHOLD in kind.PARAMS
    assert kind.SPAN[0] in kind.PARAMS
    at = conn.execute("select now()").fetchone()[0]
    if kind.IS_OF_SPENDING:
        assert guard.spending_hits(conn, usual(name), []) == []
    else:
        assert guard.hits(conn, usual(name), at=at) == []
