"""What is refused at save: where it stands, what was probably meant, in both languages."""

import pytest

from regulars.audience import conditions
from regulars.audience.conditions.messages import SAID
from regulars.kit.errors import Kind

from .world import VOCABULARY


def _refused(text: str, scope: str = "segment") -> conditions.RuleInvalid:
    with pytest.raises(conditions.RuleInvalid) as caught:
        conditions.parse(text, scope=conditions.Scope(scope), vocabulary=VOCABULARY)
    return caught.value


def test_case_079_a_syntax_error_says_line_column_and_what_was_expected():
    refused = _refused('member.points > 3 &&\n  (member.tier == "gold"')
    assert (refused.kind, refused.code) == (Kind.INVALID, "rule-invalid")
    assert refused.detail == "Line 2, column 25: 'the end' stands where ')' was expected."
    assert refused.facts == {
        "reason": "expected",
        "line": 2,
        "column": 25,
        "caret": '  (member.tier == "gold"\n                        ^',
        "expected": [")"],
        "zh": "第 2 行第 25 列：此处应为“)”，却是“结尾”。",
    }


def test_a_word_outside_its_list_is_found_at_save_with_what_was_meant():
    refused = _refused('member.tier == "platnum"')
    assert refused.detail == "Line 1, column 16: 'platnum' is never a value of member.tier. Did you mean 'platinum'?"
    assert refused.facts["suggestion"] == "platinum"
    assert refused.facts["caret"] == 'member.tier == "platnum"\n               ^'
    assert refused.facts["zh"] == "第 1 行第 16 列：“platnum”不是 member.tier 的取值。是否想写“platinum”？"


def test_a_word_may_be_meant_by_the_name_people_read():
    assert _refused('member.tier in ["basic", "gold级"]').facts["suggestion"] == "gold"


def test_a_word_like_none_gets_the_whole_list():
    assert _refused('member.tier == "xyz"').facts["expected"] == ["basic", "gold", "platinum", "silver"]


def test_the_caret_keeps_its_place_under_wide_letters():
    assert (
        _refused('member.channel == "网店" && x').facts["caret"].splitlines()[1]
        == " " * 19 + "\u3000\u3000" + " " * 5 + "^"
    )


@pytest.mark.parametrize(
    ("text", "reason", "column", "suggestion"),
    [
        ("", "empty", 1, ""),
        ("member.points > 90d", "number-word", 17, ""),
        ("member.points > 99999999999999", "number-large", 17, ""),
        ("member.points / 2 > 3", "no-division", 15, ""),
        ('member.channel == "web', "text-open", 19, ""),
        ('member.channel == "a\\d"', "text-escape", 21, ""),
        ('member.channel == "a\tb"', "text-control", 19, ""),
        ("member.tier == “gold”", "character", 16, '"'),
        ("member.points = 3", "character", 15, "=="),
        ("member.points > 3 & true", "character", 19, "&&"),
        ("memebr.points > 3", "unknown-name", 1, "member"),
        ("activity.total > 3", "unknown-name", 1, ""),
        ("member.teir == 3", "unknown-field", 8, "tier"),
        ("member.birth_on.moth == 3", "unknown-field", 17, "month"),
        ("member.last_order_at.month == 3", "part-day", 1, ""),
        ("day(3) > 4", "unknown-function", 1, "days"),
        ("member.orders.exist(o, true)", "unknown-method", 1, "exists"),
        ("member.points", "not-truth", 1, ""),
        ("member.points > 3 || member.points", "not-truth", 22, ""),
        ("(member.points > 3) == true", "not-value", 2, ""),
        ('member.points > "3"', "compare", 1, ""),
        ('member.tier > "gold"', "compare", 1, ""),
        ('member.channel < "web"', "compare", 1, ""),
        ("member.status == member.language", "compare", 1, ""),
        ("member.spend_12m > member.points", "compare", 1, ""),
        ("member.points > 3.5", "decimal-plain", 17, ""),
        ("member.spend_12m >= 10.005", "decimals", 21, ""),
        ("member.spend_12m + 5 > 10", "money-plain", 1, ""),
        ("member.spend_12m + member.points > 10", "money-plain", 1, ""),
        ("member.spend_12m * member.spend_12m > 10", "compute", 1, ""),
        ("3 > 2", "always-same", 1, ""),
        ("now > now - days(3)", "always-same", 1, ""),
        ("member.points in []", "list-values", 18, ""),
        ("member.points in member.orders", "in-list", 18, ""),
        ('member.points in [1, "a"]', "compare", 22, ""),
        ("now - member.last_order_at > 90", "elapsed", 1, ""),
        ('today - member.enrolled_on > duration("36h")', "elapsed-days", 1, ""),
        ("now - member.enrolled_on > days(3)", "day-instant", 1, ""),
        ("member.enrolled_on < now", "day-instant", 1, ""),
        ("member.enrolled_on + days(3) < today", "move-clock", 1, ""),
        ('member.birth_on < date("2000-02-30")', "day-form", 19, ""),
        ('member.last_order_at < timestamp("2000-01-01")', "instant-form", 24, ""),
        ('now - member.enrolled_at > duration("90d")', "span-form", 28, ""),
        ("has(3)", "has-field", 1, ""),
        ('member.channel.startsWith("")', "text-fixed", 1, ""),
        ('member.tier.startsWith("g")', "unknown-method", 1, ""),
        ("member.points.exists(o, true)", "loop-rows", 1, ""),
        ("member.orders.exists(true)", "loop-form", 1, ""),
        ("member.orders.exists(now, true)", "loop-taken", 22, ""),
        ("member.orders.sum(o, o.store) > 3", "sum-number", 22, ""),
        ("member.orders", "rows-alone", 1, ""),
        ("o.net > 3 && member.orders.exists(o, true)", "unknown-name", 1, ""),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(text, reason, column, suggestion):
    refused = _refused(text)
    assert (refused.code, refused.facts["reason"]) == ("rule-invalid", reason)
    assert (refused.facts["line"], refused.facts["column"]) == (1, column)
    assert refused.facts.get("suggestion", "") == suggestion


def test_a_program_without_tiers_refuses_a_rule_about_one():
    bare = conditions.Vocabulary(currency="JPY", wallet_id=1, words={})
    with pytest.raises(conditions.RuleInvalid, match=r"member\.tier has no values yet"):
        conditions.parse('member.tier == "gold"', scope=conditions.Scope.SEGMENT, vocabulary=bare)


def test_amounts_have_the_decimals_of_the_currency():
    yen = conditions.Vocabulary(currency="JPY", wallet_id=1, words={})
    with pytest.raises(conditions.RuleInvalid, match="has more decimals than JPY, which has 0"):
        conditions.parse("member.spend_12m > 10.5", scope=conditions.Scope.SEGMENT, vocabulary=yen)


def test_redemptions_have_no_counter_where_a_purchase_waits():
    refused = _refused("member.redemptions.filter(r, now - r.at < days(30)).size() > 1", "earning")
    assert refused.facts["reason"] == "no-counter"
    assert "member.points" in refused.detail


@pytest.mark.parametrize("scope", ["earning", "guard"])
def test_counters_are_asked_where_a_purchase_waits(scope):
    record = "member" if scope == "earning" else "counters"
    known = conditions.parse(f"{record}.spend_30d > 100", scope=conditions.Scope(scope), vocabulary=VOCABULARY)
    assert known.text == f"{record}.spend_30d > 100"


def test_the_last_order_is_asked_by_a_segment_and_not_at_the_till():
    assert _refused("now - member.last_order_at > days(3)", "earning").facts["reason"] == "no-counter"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("true ||" * 600 + "true", 4096),
        ("(" * 100_000, 4096),
        ("(" * 17 + "true" + ")" * 17, 16),
        ("!" * 17 + "true", 16),
        ("true||" * 500 + "true", 500),
        ("member.points" + " + member.points" * 30 + " > 3", 24),
        ("规" * 1400, 4096),
    ],
)
def test_case_081_what_is_too_long_too_deep_or_too_large_is_refused_before_it_costs(text, limit):
    refused = _refused(text)
    assert (refused.kind, refused.code, refused.facts["limit"]) == (Kind.INVALID, "rule-too-complex", limit)


def test_case_081_what_is_too_large_stops_the_reading_before_its_end():
    refused = _refused("member.points in [" + "1," * 1900 + "1]")
    assert (refused.code, refused.facts["limit"]) == ("rule-too-complex", 500)
    assert refused.facts["column"] < 2_100


def test_case_081_sixteen_deep_is_fine_however_it_is_written():
    condition = conditions.parse("(" * 16 + "true" + ")" * 16, scope=conditions.Scope.GUARD, vocabulary=VOCABULARY)
    assert condition.text == "true"


def test_case_081_a_tree_nested_beyond_reason_is_refused():
    tree = {"op": "truth", "value": True}
    for _ in range(400):
        tree = {"op": "not", "of": tree}
    with pytest.raises(conditions.RuleTooComplex):
        conditions.from_tree(tree, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)
    for _ in range(100_000):
        tree = {"op": "not", "of": tree}
    with pytest.raises(conditions.RuleTooComplex):
        conditions.from_tree(tree, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)


def test_case_082_a_loop_inside_a_loop_is_refused_by_its_estimate():
    inner = "l.amount > 1"
    for name in "dcba":
        inner = f"activity.lines.exists({name}, {inner.replace('l.', name + '.')})"
    refused = _refused(inner, "earning")
    assert (refused.kind, refused.code) == (Kind.INVALID, "rule-too-expensive")
    assert (refused.facts["column"], refused.facts["cost_max"]) == (26, 250_000)
    assert refused.facts["cost"] > 500**4


def test_case_082_loops_beside_each_other_are_fine():
    both = " && ".join(f'activity.lines.filter(l, l.amount > 1).exists(l, l.sku == "{sku}")' for sku in "ab")
    assert conditions.parse(both, scope=conditions.Scope.EARNING, vocabulary=VOCABULARY).text == both


def test_case_082_more_rows_than_a_loop_takes_stop_it_at_run_time():
    text = "activity.lines.exists(l, l.quantity > 1)"
    rule = conditions.compiled(conditions.parse(text, scope=conditions.Scope.EARNING, vocabulary=VOCABULARY))
    line = {"quantity": 1}
    assert rule({"lines": [line] * 500}, {}, None, None) is False
    with pytest.raises(conditions.RuleTooExpensive) as caught:
        rule({"lines": [line] * 501}, {}, None, None)
    assert caught.value.facts == {"reason": "rows", "rows": 501, "rows_max": 500}


@pytest.mark.parametrize(
    "text",
    [
        "member.points" + " * 1000000" * 2 + " > 1",
        "member.points * member.points > 1",
        "now - days(36500) - days(36500) - days(36500) < member.enrolled_at",
        "today - member.enrolled_on - days(36500) > days(36500)",
    ],
)
def test_case_083_what_could_overflow_at_run_time_is_refused_at_save(text):
    assert _refused(text).code == "rule-invalid"


def test_every_reason_is_said_in_both_languages_with_the_same_blanks():
    for reason, (english, chinese) in SAID.items():
        blanks = [sorted(part.split("}")[0] for part in said.split("{")[1:]) for said in (english, chinese)]
        assert blanks[0] == blanks[1], reason
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), reason


@pytest.mark.parametrize(
    "tree",
    [
        {},
        None,
        {"op": "truth"},
        {"op": "truth", "value": 1},
        {"op": "drop table", "of": []},
        {"op": "truth", "value": True, "more": 1},
        {"op": "name", "name": "true || member"},
        {"op": "field", "of": {"op": "name", "name": "member"}, "field": "points > 0 || member.points"},
        {"op": "and", "of": [{"op": "truth", "value": True}]},
        {"op": "int", "value": -1},
    ],
)
def test_a_tree_that_is_none_of_ours_is_refused(tree):
    with pytest.raises(conditions.RuleInvalid):
        conditions.from_tree(tree, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)


def test_a_tree_that_would_read_differently_as_text_is_refused():
    both = {"op": "and", "of": [{"op": "truth", "value": True}, {"op": "truth", "value": False}]}
    for tree in ({"op": "and", "of": [both, both]}, {"op": "or", "of": [both]}):
        with pytest.raises(conditions.RuleInvalid) as caught:
            conditions.from_tree(tree, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)
        assert caught.value.facts["reason"] == "tree-differs"
