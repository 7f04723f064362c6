"""The value lint: each figure by hand, and a sentence for each code."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regulars.analytics import value
from regulars.program import earning

L = value.Level


def rule(effect: str = "earn_rate", **params: object) -> earning.Rule:
    return earning.Rule(
        rule_id=1, version=1, effect=effect, params={**earning.EFFECTS[effect].DEFAULTS, **params},
        label={"en": effect, "zh": effect}, starts_on=None, ends_on=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC), created_by="test",
    )  # fmt: skip


def promise(*rules: earning.Rule, **more: object) -> value.Promise:
    given = {"point_micros": 10_000, "unit": 100, "life_days": 365, "cheapest_points": 300, **more}
    return value.Promise(rules=rules or (rule(),), **given)


def habits(**more: object) -> value.Habits:
    given = {
        "buyers": 100, "orders": 400, "net_minor": 4_000_000, "points": 40_000, "typical_points": 100,
        "typical_minor": 10_000, "gaps": 300, "gap_days": 40, "buyers_in_life": 100, "reaching": 60,
    }  # fmt: skip
    return value.Habits(**{**given, **more})


def say(found: list[value.Finding]) -> dict[str, value.Level]:
    return {one.code: one.level for one in found}


def test_a_sound_program_has_nothing_to_change():
    found = value.lint(promise(), habits())
    assert say(found) == {
        "reward-rate-fit": L.GOOD, "first-reward-fit": L.GOOD, "reach-fit": L.GOOD, "expiry-fit": L.GOOD,
        "rules-few": L.GOOD,
    }  # fmt: skip
    figures = {one.code: one.figures for one in found}
    assert figures["reward-rate-fit"] == {"percent": 1.0, "promised_percent": 1.0}
    assert figures["first-reward-fit"]["purchases"] == 3
    assert figures["reach-fit"]["percent"] == 60
    assert value.worst(found) is L.GOOD


@pytest.mark.parametrize(
    ("points", "code", "level"),
    [(0.3, "reward-rate-low", L.WARN), (4, "reward-rate-fit", L.GOOD), (7, "reward-rate-high", L.WARN),
     (12, "reward-rate-high", L.BAD)],
)  # fmt: skip
def test_the_reward_rate(points, code, level):
    rate = rule(points=3, per_minor=1000) if points == 0.3 else rule(points=points)
    found = say(value.lint(promise(rate), habits(points=0)))
    assert found[code] is level


def test_what_was_really_given_counts_when_it_is_more_than_promised():
    found = {one.code: one for one in value.lint(promise(), habits(points=480_000))}
    assert found["reward-rate-high"].figures == {"percent": 12.0, "promised_percent": 1.0}
    assert found["reward-rate-high"].level is L.BAD


@pytest.mark.parametrize(
    ("price", "code", "level"),
    [(100, "first-reward-near", L.WARN), (101, "first-reward-fit", L.GOOD), (601, "first-reward-far", L.WARN),
     (2001, "first-reward-far", L.BAD), (None, "no-reward", L.BAD)],
)  # fmt: skip
def test_purchases_to_the_first_reward(price, code, level):
    assert say(value.lint(promise(cheapest_points=price), habits()))[code] is level


@pytest.mark.parametrize(("reaching", "level"), [(19, L.BAD), (39, L.WARN), (40, L.GOOD)])
def test_members_who_can_ever_redeem(reaching, level):
    found = say(value.lint(promise(), habits(reaching=reaching)))
    assert found.get("reach-few", found.get("reach-fit")) is level


@pytest.mark.parametrize(("life", "level"), [(39, L.BAD), (119, L.WARN), (120, L.GOOD), (None, L.GOOD)])
def test_points_that_end_before_the_next_visit(life, level):
    found = say(value.lint(promise(life_days=life), habits()))
    assert next(found[code] for code in found if code.startswith("expiry")) is level


def test_of_too_few_members_nothing_is_said():
    found = say(value.lint(promise(), habits(buyers=29, buyers_in_life=29, gaps=29)))
    assert found["first-reward-unknown"] is found["reach-unknown"] is found["expiry-unknown"] is L.UNKNOWN


def test_many_rules_and_rules_for_the_same_are_told():
    found = value.lint(promise(rule(), rule(), rule("event_points"), rule("event_points", event="review")), habits())
    assert [one.figures for one in found if one.code == "rules-overlap"] == [
        {"one": {"en": "earn_rate", "zh": "earn_rate"}, "other": {"en": "earn_rate", "zh": "earn_rate"}}
    ]
    assert say(value.lint(promise(*[rule("tier_factor")] * 16), habits()))["rules-many"] is L.BAD


def test_conditions_with_many_parts_are_as_hard_to_follow_as_many_rules():
    part = {"op": "compare", "sign": "==", "of": []}
    tree = {"op": "and", "of": [part, {"op": "not", "of": {"op": "or", "of": [part, part]}}]}

    def told(count: int) -> value.Finding:
        asked = [replace(rule("tier_factor"), condition=tree) for _ in range(count)]
        return next(one for one in value.lint(promise(*asked), habits()) if "atoms" in one.figures)

    few, many = told(5), told(6)
    assert (few.code, few.level, few.figures) == ("rules-few", L.GOOD, {"rules": 5, "atoms": 15})
    assert (many.code, many.level, many.figures) == ("rules-many", L.WARN, {"rules": 6, "atoms": 18})
    lines = replace(rule("tier_factor"), lines={"op": "and", "of": [part] * 41})
    assert say(value.lint(promise(lines), habits()))["rules-many"] is L.BAD


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_says_its_figure_and_what_is_wrong_says_what_to_change(language):
    every = {
        "percent": 3, "purchases": 3, "points": 300, "typical_points": 100, "buyers": 3, "days": 3, "gap_days": 3,
        "rules": 3, "atoms": 3, "one": {"en": "a", "zh": "a"}, "other": {"en": "b", "zh": "b"},
    }  # fmt: skip
    for code in value.CODES:
        level = L.GOOD if code.endswith(("fit", "few", "never")) and code != "reach-few" else L.WARN
        said = value.words(value.Finding(code=code, level=level, figures=every), language)
        assert said.figure
        assert "{" not in said.figure + said.why + said.change
        assert bool(said.why) == bool(said.change) == (level is L.WARN and not code.endswith("unknown"))
