"""The condition editor: what it draws is what it reads back, whom a condition reaches, and when that are too many."""

import html
from collections.abc import Iterator
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.test import Client
from tests.audience.conditions.rules import Rules
from tests.audience.conditions.world import VOCABULARY

from regulars.audience import conditions
from regulars.kit import db

DRAW, PREVIEW = "/conditions/draw?name=condition&scope=", "/conditions/preview?name=condition&scope="
COFFEE = 'member.tier == "gold" && member.lines.filter(l, l.category == "coffee" && now - l.at <= days(30)).size() >= 2'


class _Controls(HTMLParser):
    """What a browser with script would send of a form."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._is_dead = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        match tag:
            case "noscript":
                self._is_dead = True
            case _ if self._is_dead:
                return
            case "input" if name and (given.get("type") != "checkbox" or "checked" in given):
                self.sent.setdefault(name, []).append(given.get("value", ""))
            case "select":
                self._select = name
            case "option" if self._select and ("selected" in given or self._select not in self.sent):
                self.sent[self._select] = [given["value"]]
            case "textarea":
                self._area = name
                self.sent[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "noscript":
            self._is_dead = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and not self._is_dead:
            self.sent[self._area] = [data]


def _sent(answer: object) -> dict[str, list[str]]:
    return _Controls(answer.content.decode()).sent  # type: ignore[attr-defined]


def _text(text: str, **more: str) -> dict[str, str]:
    return {"condition-mode": "text", "condition-text": text, **more}


def _as_rows(operator: Client, text: str, scope: str = "segment") -> dict[str, list[str]]:
    return _sent(operator.post(DRAW + scope, {**_text(text), "do": "rows"}))


def _as_text(operator: Client, sent: dict[str, list[str]], scope: str = "segment") -> str:
    (text,) = _sent(operator.post(DRAW + scope, {**sent, "do": "text"}))["condition-text"]
    return text


@pytest.mark.parametrize(
    "text",
    [
        COFFEE,
        'member.tier in ["gold", "silver"] && member.language != "en"',
        'member.channel == "web" || !(member.channel == "till") || !has(member.channel)',
        'member.channel in ["web", "a, b", "say \\"hi\\"", "back\\\\slash"]',
        'member.channel.startsWith("w") || member.channel.contains("b")',
        "member.spend_12m >= 1000.50 && member.points < 5",
        'member.birth_on >= date("1990-01-31") && member.birth_on.month in [1, 12]',
        'member.enrolled_at >= timestamp("2026-03-01T08:30:00Z") && now - member.enrolled_at > days(7)',
        "today - member.enrolled_on <= days(90)",
        'member.orders.filter(o, o.channel == "web").sum(o, o.net) >= 500 && member.orders.size() > 3',
        '!member.lines.exists(l, l.category == "tea") || member.redemptions.exists(r, r.state == "fulfilled")',
        # What the controls cannot hold is locked, not lost.
        "member.points * 2 > 3 && member.birth_on.month == today.month",
        'member.enrolled_at >= timestamp("2026-03-01T08:30:15Z") || now - member.enrolled_at > duration("36h")',
        "!(member.points > 5) && member.orders.all(o, o.total > 1)",
        'member.lines.filter(l, l.category == "tea" || l.category == "coffee").size() >= 1',
    ],
)
def test_rows_and_text_lead_to_each_other(operator: Client, shop, text: str) -> None:
    sent = _as_rows(operator, text)
    assert sent["condition-mode"] == ["rows"]
    assert _as_text(operator, sent) == text


def test_random_rules_survive_the_editor(operator: Client, shop) -> None:
    """Through real controls, as a browser would send them: never another condition than before."""
    words = {**VOCABULARY.words}
    from regulars.doors.console import condition_words  # Django's models exist only once it is configured

    kept = condition_words.vocabulary
    condition_words.vocabulary = lambda *_given: VOCABULARY
    try:
        for scope in conditions.Scope:
            rules = Rules(20_260_331, scope)
            for _ in range(12):
                text = conditions.parse(rules.rule().text, scope=scope, vocabulary=VOCABULARY).text
                assert _as_text(operator, _as_rows(operator, text, scope), scope) == text
    finally:
        condition_words.vocabulary = kept
    assert words == VOCABULARY.words


def test_a_locked_part_is_shown_as_it_is_written(operator: Client, shop) -> None:
    page = operator.post(DRAW + "segment", {**_text("member.points * 2 > 3"), "do": "rows"}).content.decode()
    assert "<code>member.points * 2 &gt; 3</code>" in page
    assert "condition-locked" in page


def _buttons(operator: Client, sent: dict[str, list[str]], *whats: str) -> dict[str, list[str]]:
    for what in whats:
        sent = _sent(operator.post(DRAW + "segment", {**sent, "do": what}))
    return sent


def test_a_condition_is_built_by_buttons_and_menus(operator: Client, shop) -> None:
    sent = _buttons(operator, {"condition-mode": ["rows"]}, "row")
    sent = _buttons(operator, {**sent, "condition-0-0-subject": ["member.tier"]}, "")
    assert sent["condition-0-0-ask"] == ["=="]
    sent = _buttons(operator, {**sent, "condition-0-0-typed": ["gold"]}, "either:0", "row", "row", "drop:1:0")
    sent |= {"condition-0-1-subject": ["member.points"], "condition-0-1-ask": [">="], "condition-0-1-typed": ["1,000"]}
    sent = _buttons(operator, {**sent, "condition-1-0-subject": ["member.lines#count"]}, "where:1:0", "where:1:0")
    sent |= {"condition-1-0-typed": ["2"], "condition-1-0-0-subject": ["category"], "condition-1-0-0-ask": ["=="]}
    sent = _buttons(operator, {**sent, "condition-1-0-0-typed": ["coffee"]}, "drop:1:0:1")
    assert _as_text(operator, sent) == (
        '(member.tier == "gold" || member.points >= 1000) && member.lines.filter(r, r.category == "coffee").size() >= 2'
    )


def test_another_field_keeps_what_still_fits(operator: Client, shop) -> None:
    sent = _as_rows(operator, "member.points >= 30")
    sent = _buttons(operator, {**sent, "condition-0-0-subject": ["member.orders_30d"]}, "")
    assert _as_text(operator, sent) == "member.orders_30d >= 30"
    sent = _buttons(operator, {**sent, "condition-0-0-subject": ["member.tier"]}, "")
    assert (sent["condition-0-0-ask"], sent["condition-0-0-typed"]) == (["=="], [""])


def test_an_unfinished_part_says_what_is_missing_and_keeps_the_rest(operator: Client, shop) -> None:
    sent = _buttons(operator, _as_rows(operator, "member.points >= 30"), "row")
    answer = operator.post("/earning/try/segment", {**sent, "member": ""})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "A part of the condition is not finished." in page
    assert "Choose what is asked." in page
    assert _sent(answer)["condition-0-0-typed"] == ["30"]


@pytest.mark.parametrize("what", ["drop:9:9", "where:0:7", "either:3", "row:x", "drop:", "take:1", "nothing"])
def test_a_button_of_nothing_changes_nothing(operator: Client, shop, what: str) -> None:
    sent = _as_rows(operator, "member.points >= 30")
    expected = {"row:x": "member.points >= 30"}.get(what, "member.points >= 30")
    after = _buttons(operator, sent, what)
    kept = {key: value for key, value in after.items() if not key.startswith("condition-1-")}
    assert _as_text(operator, kept) == expected


def test_text_is_told_where_it_is_wrong_and_mended_there(operator: Client, shop) -> None:
    wrong = 'member.points > 3\n&& member.tier == "glod"'
    page = html.unescape(operator.post(PREVIEW + "segment", _text(wrong)).content.decode())
    assert "Line 2, column 19: 'glod' is never a value of member.tier. Did you mean 'gold'?" in page
    assert '&& member.tier == "glod"\n                  ^' in page
    mended = _sent(operator.post(DRAW + "segment", {**_text(wrong), "do": "take"}))["condition-text"]
    assert mended == ['member.points > 3\n&& member.tier == "gold"']
    mended = _sent(operator.post(DRAW + "segment", {**_text("member.pionts > 3"), "do": "take"}))["condition-text"]
    assert mended == ["member.points > 3"]
    mended = _sent(operator.post(DRAW + "segment", {**_text("member.points ≥ 3"), "do": "take"}))["condition-text"]
    assert mended == ["member.points >= 3"]


def test_wrong_text_does_not_become_rows(operator: Client, shop) -> None:
    sent = _sent(operator.post(DRAW + "segment", {**_text("member.pionts > 3"), "do": "rows"}))
    assert (sent["condition-mode"], sent["condition-text"]) == (["text"], ["member.pionts > 3"])


def test_the_preview_says_whom_it_reaches_now(operator: Client, shop, lin: UUID) -> None:
    shop.join("M2")
    page = html.unescape(operator.post(PREVIEW + "segment", _text("member.points >= 300")).content.decode())
    assert "available points is at least 300" in page
    assert "1 member now, 50.0% of 2" in page
    assert f'<a href="/members/{lin}">林晓梅</a>' in page
    assert "+86 138****8000" in page
    operator.cookies["language"] = "zh-hans"
    page = html.unescape(operator.post(PREVIEW + "segment", _text("member.points >= 300")).content.decode())
    assert "可用积分至少300" in page
    assert "目前 1 位会员，占 2 位的 50.0%" in page


def test_the_preview_of_a_purchase_counts_past_ones(operator: Client, shop, lin: UUID) -> None:
    shop.buy(lin, "SO-2", 5000)
    page = operator.post(PREVIEW + "earning", _text("activity.total >= 100")).content.decode()
    assert "1 past purchases by 1 members, 100.0% of all members" in page
    page = operator.post(PREVIEW + "earning", _text("activity.local_hour < 9")).content.decode()
    assert "known only while a purchase comes in" in page


@pytest.fixture
def locked(dsn: str, shop) -> Iterator[None]:
    """The members cannot be read for now, so that every count takes too long."""
    with db.connect(dsn) as other:
        other.execute("lock table members.member in access exclusive mode")
        yield
        other.rollback()


def test_a_count_that_takes_too_long_is_told(operator: Client, shop, locked: None, monkeypatch) -> None:
    from regulars.doors.console import condition_reach

    monkeypatch.setattr(condition_reach, "_TYPING_MS", 50)
    page = operator.post(PREVIEW + "segment", _text("member.points >= 300")).content.decode()
    assert "available points is at least 300" in page
    assert "Counting takes too long to do it while you type." in page


def test_case_92a_everybody_is_reached_only_after_a_yes_to_the_count(operator: Client, shop, lin: UUID) -> None:
    shop.join("M2")
    page = operator.post(PREVIEW + "segment", _text("member.points >= 0")).content.decode()
    assert "That is nearly everybody. I mean all 2 of them." in page
    from regulars.doors.console.condition_part import ConditionField
    from regulars.doors.console.conditions import TryForm

    with _desk(operator, shop) as desk:
        form = TryForm(desk, conditions.Scope.SEGMENT, _text("member.points >= 0"))
        assert form.errors["condition"] == ["This reaches 2 of 2 members. Say below that you mean them."]
        assert "That is nearly everybody." in str(form["condition"])
        form = TryForm(desk, conditions.Scope.SEGMENT, _text("member.points >= 0", **{"condition-confirmed": "2"}))
        assert form.is_valid()
        assert form.cleaned_data["condition"].text == "member.points >= 0"
        form = TryForm(desk, conditions.Scope.SEGMENT, _text("member.points >= 0", **{"condition-confirmed": "1"}))
        assert not form.is_valid()
        form = TryForm(desk, conditions.Scope.SEGMENT, _text("member.points >= 300"))
        assert form.is_valid()
        form = TryForm(desk, conditions.Scope.SEGMENT, _text(""))
        assert form.is_valid()
        assert form.cleaned_data["condition"] is None
        form = TryForm(desk, conditions.Scope.SEGMENT, _text(""))
        form.fields["condition"] = ConditionField(desk, conditions.Scope.SEGMENT, required=True)
        assert form.errors["condition"] == ["Say whom it is about."]


def _desk(operator: Client, shop):
    """A desk as a page has it."""
    from contextlib import contextmanager

    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    from regulars.doors.console.desk import Desk

    @contextmanager
    def opened():
        request = RequestFactory().get("/")
        request.user = get_user_model().objects.get(username="owner")
        with shop.conn.transaction():
            yield Desk(conn=shop.conn, plan=shop.reload(), at=shop.at, operator="owner", language="en", request=request)

    return opened()


def test_a_condition_is_explained_for_one_member(operator: Client, shop, lin: UUID) -> None:
    asked = {**_text('member.points >= 100 && member.tier == "gold"'), "member": "13800138000"}
    page = html.unescape(operator.post("/earning/try/segment", asked).content.decode())
    assert "Does not match" in page
    assert "✗ tier is Gold (tier: Member)" in page
    assert '"op": "and"' in page
    answer = operator.post("/earning/try/segment", {**asked, "member": "nobody"})
    assert "This is not one member" in answer.content.decode()


@pytest.mark.parametrize("address", ["/conditions/draw?name=x&scope=none", "/conditions/preview?scope=segment"])
def test_an_editor_of_nothing_does_not_exist(operator: Client, shop, address: str) -> None:
    assert operator.post(address).status_code == 404


def test_without_script_the_condition_is_a_text(operator: Client, shop) -> None:
    page = operator.get("/earning/try").content.decode()
    assert '<noscript><input type="hidden" name="condition-mode" value="text">' in page
    sent = {"condition-mode": ["rows", "text"], "condition-text": ["member.points > 3"], "member": [""]}
    answer = operator.post("/earning/try/segment", sent)
    assert "member.points &gt; 3" in answer.content.decode()
    assert answer.status_code == 200
