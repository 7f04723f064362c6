"""What every earning effect owes: pure, never negative, explained in words, and strict about its parameters."""

from dataclasses import replace
from datetime import date
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flows.conftest import NOW, open_shop

from regulars.program import earning, tiers
from regulars.records import ledger

_NAME = {"en": "Contract", "zh": "约定"}
_BAD = {
    "earn_rate": [
        {"points": 0},
        {"points": -1},
        {"points": 1.5},
        {"points": 100_001},
        {"per_minor": 0},
        {"per_minor": 10**9 + 1},
        {"rounding": "sideways"},
    ],
    "birthday_factor": [{"factor": 1}, {"factor": 0.5}, {"factor": 101}, {"when": "year"}],
    "event_points": [
        {"event": ""},
        {"event": "x" * 65},
        {"event": None},
        {"points": 0},
        {"points": 1.5},
        {"points": True},
        {"points": 100_001},
        {"limit": 0},
        {"limit": 10_001},
        {"limit": "1"},
        {"per": "year"},
    ],
    "tier_factor": [],
    "multiply": [{"factor": 1}, {"factor": 0.5}, {"factor": 101}, {"factor": "2"}, {"factor": True}],
    "bonus": [
        {"points": 0},
        {"points": 1_000_001},
        {"points": True},
        {"spend_minor": 0},
        {"spend_minor": 1.5},
        {"repeats": 1},
        {"per": "decade"},
    ],
    "nth_order": [
        {"points": 0},
        {"points": 1_000_001},
        {"nth": 0},
        {"nth": 10_001},
        {"repeats": None},
        {"per": "order"},
    ],
    "streak": [
        {"event": ""},
        {"event": "x" * 65},
        {"days": 1},
        {"days": 367},
        {"points": 0},
        {"points": 100_001},
        {"repeats": "yes"},
    ],
}
"""Parameters that make no sense, by effect. A new effect brings its own line, even an empty one."""

every_effect = pytest.mark.parametrize(("name", "effect"), earning.EFFECTS.items(), ids=list(earning.EFFECTS))
occasions = st.builds(
    earning.Occasion,
    eligible_minor=st.integers(0, 10**12),
    on_date=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    birth_on=st.none() | st.dates(date(1930, 1, 1), date(2012, 12, 31)) | st.just(date(2000, 2, 29)),
    tier_name=st.just({"en": "Gold", "zh": "金卡会员"}),
    tier_factor=st.sampled_from([1, 1.2, 1.5, 2, 100]),
    event_type=st.sampled_from(["", "check_in", "review"]),
    rewarded=st.dictionaries(st.sampled_from(["day", "week", "month", "ever"]), st.integers(0, 3)),
    days=st.lists(
        st.builds(
            tiers.Tally,
            st.dates(date(2020, 1, 1), date(2030, 12, 31)),
            st.integers(-9999, 10**6),
            st.just(0),
            st.just(1),
        ),
        max_size=3,
    ),
    counts=st.booleans(),
    streak_days=st.sampled_from([0, 1, 6, 7, 14]),
)
WALLET = ledger.Wallet(program_id=1, wallet_id=1, code="points", unit={"en": "points"}, expiry=ledger.Expiry())


def _rule(name: str) -> earning.Rule:
    return earning.Rule(
        rule_id=7,
        version=3,
        effect=name,
        params=earning.EFFECTS[name].DEFAULTS,
        label=_NAME,
        starts_on=None,
        ends_on=None,
        created_at=NOW,
        created_by="contract",
    )


def _save(shop, name, **params):
    return earning.save(
        shop.conn, shop.plan.program.program_id, effect=name, params=params, label=_NAME, by="contract", at=shop.at
    )


def test_every_file_in_the_folder_is_in_the_dict_and_nothing_else():
    folder = files("regulars.program.earning").joinpath("effects")
    written = {path.name.removesuffix(".py") for path in folder.iterdir() if path.name.endswith(".py")}
    assert written - {"__init__"} == set(earning.EFFECTS)


def test_every_effect_says_which_parameters_it_refuses():
    assert set(_BAD) == set(earning.EFFECTS)


@every_effect
def test_the_defaults_make_a_rule(conn, name, effect):
    shop = open_shop(conn)
    rule_id, version = _save(shop, name)
    saved = earning.versions(conn, shop.plan.program.program_id, rule_id)
    assert version == 1
    assert [(rule.effect, rule.params) for rule in saved] == [(name, dict(effect.DEFAULTS))]


@pytest.mark.parametrize(
    ("name", "params"),
    [(name, params) for name, found in _BAD.items() for params in [*found, {"surprise": 1}]],
    ids=str,
)
def test_parameters_without_sense_are_refused_and_nothing_is_saved(conn, name, params):
    shop = open_shop(conn)
    before = earning.rules(conn, shop.plan.program.program_id)
    with pytest.raises(earning.RuleInvalid):
        _save(shop, name, **params)
    assert earning.rules(conn, shop.plan.program.program_id) == before


@every_effect
@settings(deadline=None)
@given(occasion=occasions, base_points=st.integers(0, 10**9))
def test_an_effect_never_takes_points_and_says_the_same_twice(name, effect, occasion, base_points):
    rule = _rule(name)
    part = effect.apply(rule, occasion, base_points)
    assert part == effect.apply(rule, occasion, base_points)
    assert part is None or (isinstance(part.points, int) and part.points > 0)


@every_effect
@settings(deadline=None)
@given(occasion=occasions, base_points=st.integers(0, 10**9))
def test_what_is_not_given_is_explained_in_both_languages(name, effect, occasion, base_points):
    rule = _rule(name)
    if effect.apply(rule, occasion, base_points) is not None:
        return
    code, params = effect.why_not(rule, occasion, base_points)
    told = {
        language: ledger.missed_sentence(code, params, language=language, currency="CNY") for language in ("en", "zh")
    }
    assert told["en"] != told["zh"]
    assert [text for text in told.values() if "–" in text or text == code] == []


@every_effect
@settings(deadline=None)
@given(occasion=occasions, base_points=st.integers(0, 10**9))
def test_what_is_given_is_explained_in_both_languages_from_stored_data(name, effect, occasion, base_points):
    part = effect.apply(_rule(name), occasion, base_points)
    if part is None:
        return
    stored = msgspec.json.decode(msgspec.json.encode(part.reason))
    assert (stored["points"], stored["rule"], stored["version"]) == (part.points, 7, 3)
    told = {
        language: ledger.part_sentence(stored, language=language, currency="CNY", wallet=WALLET)
        for language in ("en", "zh")
    }
    assert told["en"] != told["zh"]
    assert [text for text in told.values() if "–" in text or text == stored["code"]] == []


def test_the_example_of_each_effect_gives_exactly_this():
    on = date(2026, 3, 10)
    occasion = earning.Occasion(
        eligible_minor=259_900, on_date=on, birth_on=date(1990, 3, 1), tier_name=_NAME, tier_factor=1.5
    )
    given_points = {name: effect.apply(_rule(name), occasion, 25) for name, effect in earning.EFFECTS.items()}
    assert {name: part.points for name, part in given_points.items() if part} == {
        "earn_rate": 2599,
        "birthday_factor": 25,
        "multiply": 25,
        "tier_factor": 12,
        "bonus": 100,
        "nth_order": 100,
    }


@pytest.mark.parametrize("per", earning.PERIODS)
def test_the_points_of_an_event_stop_at_the_limit_of_their_own_period(per):
    rule = replace(_rule("event_points"), params={"event": "review", "points": 30, "limit": 2, "per": per})
    others = {other: 99 for other in earning.PERIODS if other != per}
    given_points = [
        earning.EFFECTS["event_points"].apply(rule, _event("review", {**others, per: count}), 25) for count in (0, 1, 2)
    ]
    assert [part.points if part else 0 for part in given_points] == [30, 30, 0]
    assert earning.EFFECTS["event_points"].apply(rule, _event("share", {}), 25) is None


def _event(kind: str, rewarded: dict[str, int]) -> earning.Occasion:
    return earning.Occasion(
        eligible_minor=0, on_date=date(2026, 3, 10), birth_on=None, tier_name=_NAME, tier_factor=1,
        event_type=kind, rewarded=rewarded,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        ("day", date(2026, 3, 1), date(2026, 3, 1)),
        ("week", date(2026, 2, 23), date(2026, 3, 1)),
        ("month", date(2026, 3, 1), date(2026, 3, 31)),
        ("ever", date.min, date.max),
    ],
)
def test_a_period_is_the_local_days_around_a_day(per, first, last):
    assert earning.SPANS[per](date(2026, 3, 1)) == (first, last)
