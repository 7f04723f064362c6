"""Earning rules on screens: by where they stand, edited whole, every version told, taken back, put into states."""

import html
from uuid import UUID

import pytest
from django.test import Client

from regulars.program import earning

FACTOR = {"label_en": "Double tea", "label_zh": "茶饮双倍", "factor": "2", "picks": "best"}
TEA = {"lines-mode": "text", "lines-text": 'line.category == "tea"'}
GOLD = {"condition-mode": "text", "condition-text": 'member.tier == "gold"'}


def _read(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def _newest(shop, rule_id: int = 4) -> earning.Rule:
    return earning.versions(shop.conn, 1, rule_id)[0]


def test_a_rule_is_drafted_with_conditions_and_put_into_force(operator: Client, shop, lin: UUID) -> None:
    draft = {**FACTOR, **TEA, **GOLD, "state": "draft", "because_en": "Tea weekend", "group": "weekend"}
    page = _read(operator.post("/earning/new/multiply", draft, follow=True))
    assert "Saved as a draft." in page
    assert "Only if tier is Gold." in page
    assert "Only for items where category is “tea”." in page
    rule = _newest(shop)
    assert (rule.state, rule.version, rule.group, rule.because) == (
        earning.State.DRAFT,
        1,
        "weekend",
        {"en": "Tea weekend"},
    )
    assert rule.lines is not None
    assert "exclusive group “weekend”: the one with the most points" in _read(operator.get("/earning?show=draft"))
    page = _read(operator.post("/earning/4/state", {"state": "live"}, follow=True))
    assert "In force from now on." in page
    assert "State: Draft → In force" in page
    assert _newest(shop).is_live


def test_saving_keeps_what_a_live_rule_asks_and_its_state(operator: Client, shop, lin: UUID) -> None:
    operator.post("/earning/new/multiply", {**FACTOR, **TEA, "state": "live"})
    operator.post("/earning/4", {**FACTOR, **TEA, "factor": "3", "state": "draft"})
    newest = _newest(shop)
    assert (newest.version, newest.state, newest.params) == (2, earning.State.LIVE, {"factor": 3})
    page = _read(operator.post("/earning/4", {**FACTOR, **TEA, "factor": "3"}, follow=True))
    assert "Nothing changed, so there is no new version." in page
    assert _newest(shop).version == 2


def test_versions_tell_who_changed_what_and_one_goes_back_by_a_new_one(operator: Client, shop, lin: UUID) -> None:
    operator.post("/earning/new/multiply", {**FACTOR, **TEA})
    operator.post("/earning/4", {**FACTOR, "factor": "3", "priority": "5", "member_points_max": "500"})
    page = _read(operator.get("/earning/4"))
    assert "What it gives: 2× points. → 3× points." in page
    assert "When it applies: Only for items where category is “tea”. → –" in page
    assert "At most: – → At most 500 points for one member in a day." in page
    assert "Order: – → priority 5" in page
    assert "owner" in page
    page = _read(operator.post("/earning/4/back", {"version": "1"}, follow=True))
    assert "Version 3 says again what version 1 said." in page
    first, newest = earning.versions(shop.conn, 1, 4)[-1], _newest(shop)
    assert (newest.version, newest.params, newest.lines, newest.limits) == (3, first.params, first.lines, None)
    assert "Double tea, version 3" in _read(operator.get("/earning"))
    assert operator.post("/earning/4/back", {"version": "9"}).status_code == 404


def test_a_retired_rule_stays_as_it_is(operator: Client, shop, lin: UUID) -> None:
    operator.post("/earning/new/multiply", FACTOR)
    page = _read(operator.post("/earning/4/state", {"state": "retired"}, follow=True))
    assert "Retired. Points it gave stay as they are." in page
    assert "Go back to version" not in page
    assert "Double tea" not in _read(operator.get("/earning")).split("History")[0].split("Validity")[0]
    assert "Double tea" in _read(operator.get("/earning?show=retired"))
    page = _read(operator.post("/earning/4/state", {"state": "live"}, follow=True))
    assert "This rule was retired for good. Make a new one." in page
    assert operator.post("/earning/4", {**FACTOR, "factor": "3"}).status_code == 422
    assert _newest(shop).version == 2
    assert operator.post("/earning/4/state", {"state": "asleep"}).status_code == 404
    assert operator.post("/earning/99/state", {"state": "live"}).status_code == 404


def test_a_version_that_would_change_the_past_is_refused(operator: Client, shop, lin: UUID) -> None:
    operator.post("/earning/new/multiply", FACTOR)
    answer = operator.post("/earning/4", {**FACTOR, "factor": "3", "effective_at": "2020-01-01T00:00"})
    assert answer.status_code == 422
    assert "A rule changes from now on or later, never what already happened." in _read(answer)
    answer = operator.post("/earning/4", {**FACTOR, "factor": "3", "effective_at": "2100-01-01T00:00"}, follow=True)
    assert "Decides from: – → Jan 1, 2100 00:00" in _read(operator.get("/earning/4"))
    assert _newest(shop).version == 2


def test_a_condition_that_cannot_be_read_keeps_the_form_and_says_where(operator: Client, shop) -> None:
    answer = operator.post("/earning/new/multiply", {**FACTOR, "lines-mode": "text", "lines-text": "line.catgory == 1"})
    assert answer.status_code == 422
    assert "Line 1, column 6: 'line' has no field 'catgory'. Did you mean 'category'?" in _read(answer)
    assert earning.versions(shop.conn, 1, 4) == []


@pytest.mark.parametrize(
    ("effect", "params", "said"),
    [
        (
            "bonus",
            {"points": "100", "spend": "1000", "span": "month"},
            "100 points once ¥1,000.00 are spent in a month.",
        ),
        ("nth_order", {"points": "50", "nth": "1", "span": "ever"}, "50 points for the first order."),
        (
            "nth_order",
            {"points": "50", "nth": "5", "span": "year", "repeats": "on"},
            "50 points for every order number 5, counted in a year.",
        ),
        (
            "streak",
            {"event": "check_in", "days": "7", "points": "30", "repeats": "on"},
            "30 points for every 7 days in a row with “Check-in”.",
        ),
    ],
)
def test_every_effect_has_a_form_and_a_sentence(
    operator: Client, shop, effect: str, params: dict[str, str], said: str
) -> None:
    texts = {"label_en": "New", "picks": "best"}
    operator.post(f"/earning/new/{effect}", {**texts, **params})
    assert said in _read(operator.get("/earning"))
    assert "Nothing changed" in _read(operator.post("/earning/4", {**texts, **params}, follow=True))


def test_a_rule_about_an_event_asks_its_attributes(operator: Client, shop) -> None:
    asked = {"condition-mode": "text", "condition-text": "event.stars >= 4"}
    form = {"event": "review", "points": "50", "limit": "", "period": "day", "picks": "best", **asked}
    operator.post("/earning/new", form)
    rule = _newest(shop)
    assert rule.condition is not None
    assert "Only if stars is at least 4." in _read(operator.get("/earning"))
    drawn = operator.post("/conditions/draw?name=condition&scope=event", {**form, "do": "rows"}).content.decode()
    assert '<option value="event.stars" selected>stars</option>' in drawn


def test_a_basket_is_tried_on_a_draft_with_why_the_others_do_nothing(operator: Client, shop, lin: UUID) -> None:
    operator.post("/earning/new/multiply", {**FACTOR, **TEA, **GOLD, "state": "draft"})
    basket = {"member": "13800138000", "on": "2026-11-20", "amount_1": "10", "category_1": "tea", "trying": "4"}
    page = _read(operator.post("/earning/dry-run", basket))
    assert "10 points" in page
    assert "林晓梅 · Nov 20, 2026 · ¥10.00" in page
    assert "Its conditions are not met" in page
    assert "✗ tier is Gold (tier: Member)" in page
    operator.post("/earning/4", {**FACTOR, **TEA, "state": "draft"})
    assert "20 points" in _read(operator.post("/earning/dry-run", basket))
    assert "It is a draft" in _read(operator.post("/earning/dry-run", {**basket, "trying": ""}))
    assert shop.points(lin).spendable == 300


def test_a_past_order_is_tried_by_its_number(operator: Client, shop, lin: UUID) -> None:
    assert 'value="SO-1"' in _read(operator.get("/earning/dry-run?order=SO-1"))
    page = _read(operator.post("/earning/dry-run", {"order": "SO-1", "on": "2026-11-20"}))
    assert "300 points" in page
    assert "¥300.00 × 1 per ¥1.00" in page
    assert "300 points were given then" in page
    wrong = operator.post("/earning/dry-run", {"order": "SO-9", "on": "2026-11-20"})
    assert wrong.status_code == 422
    assert "No order has this number." in _read(wrong)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount_1": ""}, "Type an amount, or the number of a past order."),
        ({"member": "nobody"}, "This is not one member"),
    ],
)
def test_a_dry_run_of_nothing_says_what_is_missing(operator: Client, shop, change: dict[str, str], said: str) -> None:
    answer = operator.post("/earning/dry-run", {"on": "2026-11-20", "amount_1": "10", **change})
    assert answer.status_code == 422
    assert said in _read(answer)


def test_caps_over_all_rules_hold_and_are_told(operator: Client, shop, lin: UUID) -> None:
    assert "No limit over all rules." in _read(operator.get("/earning"))
    page = _read(operator.post("/earning/caps", {"day": "500", "month": "2000"}, follow=True))
    assert "Over all rules a member gets at most 500 points in a day." in page
    assert {cap.period: cap.points_max for cap in earning.caps(shop.conn, 1)} == {"day": 500, "month": 2000}
    shop.reload()
    shop.buy(lin, "SO-2", 100_000)
    assert shop.points(lin).spendable == 300 + 500
    assert operator.post("/earning/caps", {"day": "0"}).status_code == 422
    operator.post("/earning/caps", {})
    assert earning.caps(shop.conn, 1) == []


def test_case_083_a_rule_that_could_not_be_asked_is_listed(operator: Client, shop, lin: UUID) -> None:
    asked = {"condition-mode": "text", "condition-text": 'activity.lines.exists(l, l.category == "tea")'}
    operator.post("/earning/new/multiply", {**FACTOR, **asked})
    shop.reload()
    assert "Rules that could not be asked" not in _read(operator.get("/earning"))
    shop.buy(lin, "SO-2", *([100] * 501))
    page = _read(operator.get("/earning"))
    assert "These were recorded without the rule." in page
    assert "Double tea" in page.split("These were recorded without the rule.")[1].split("History")[0]
    assert shop.points(lin).spendable == 300 + 501


def test_what_the_program_is_worth_is_told_of_a_rule_that_is_not_saved(operator: Client, shop, lin: UUID) -> None:
    dear = {**FACTOR, "factor": "10"}
    fragment = operator.post("/earning/new/multiply/worth", dear).content.decode()
    assert fragment.count("<li>") >= 3
    assert fragment != operator.post("/earning/new/multiply/worth", FACTOR).content.decode()
    wrong = operator.post("/earning/new/multiply/worth", {**FACTOR, "factor": "x"}).content.decode()
    assert "Fill in the form first" in wrong
    operator.post("/earning/new/multiply", FACTOR)
    shop.reload()
    (saved,) = [rule for rule in shop.plan.rules if rule.effect == "multiply"]
    again = operator.post(f"/earning/{saved.rule_id}/worth", dear).content.decode()
    assert again == fragment
    assert saved.params["factor"] != 10
    assert operator.post("/earning/new/nonsense/worth", dear).status_code == 404
