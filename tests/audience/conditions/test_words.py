"""Rules in words: sentences, reasons, and the sheet of the editor."""

from datetime import timedelta

import pytest

from regulars.audience import conditions
from regulars.audience.conditions.fields import ENVIRONMENTS, RECORDS, RELATIONS

from .rules import Rules
from .world import AT, TODAY, VOCABULARY

RULE = (
    'member.tier in ["gold", "platinum"] && (now - member.last_order_at > days(90) || !(member.channel == "web")) '
    "&& member.spend_12m >= 1000.50"
)
MEMBER = {"tier": "silver", "last_order_at": AT - timedelta(days=3), "channel": None, "spend_12m": 200_000}
SUBJECT = {"member": MEMBER, "now": AT, "today": TODAY}


def _condition(text: str, scope: str = "segment") -> conditions.Condition:
    return conditions.parse(text, scope=conditions.Scope(scope), vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            RULE,
            "tier is one of Gold, Platinum and (the last order was more than 90 days ago or "
            "not (enrollment channel is “web”)) and eligible spend of 12 months is at least ¥1,000.50",
            "等级为gold级、platinum级之一，且（最近一次下单距今超过 90 天，或并非（入会渠道为“web”））"
            "，且近 12 个月计分金额至少¥1,000.50",
        ),
        (
            'member.orders.filter(o, o.store == "A").sum(o, o.net) < 5',
            "the sum of net amount over (past orders where store is A) is less than ¥5.00",
            "（门店为A级的历史订单）的净额合计小于¥5.00",
        ),
        (
            'member.lines.exists(l, l.category.startsWith("tea"))',
            "there is a line bought where category starts with “tea”",
            "存在已购商品行，其品类以“tea”开头",
        ),
        (
            "member.birth_on.month == today.month && has(member.tier_since)",
            "the month of date of birth is the month of today and the start of the tier is known",
            "生日的月份为今天的月份，且当前等级起始时刻已知",
        ),
        (
            'member.enrolled_at >= timestamp("2026-01-02T03:04:00Z") && member.enrolled_on != date("2026-01-31")',
            "the moment of enrollment is not before Jan 2, 2026 03:04 UTC "
            "and the day of enrollment is not Jan 31, 2026",
            "入会时刻不早于2026年1月2日 03:04 UTC，且入会日期不为2026年1月31日",
        ),
    ],
)
def test_a_rule_is_a_sentence_in_both_languages(text, english, chinese):
    condition = _condition(text)
    assert conditions.sentence(condition, language="en") == english
    assert conditions.sentence(condition, language="zh") == chinese


def test_every_field_and_relation_has_a_name_in_both_languages():
    named = [field for fields in RECORDS.values() for field in fields.values()] + list(RELATIONS.values())
    for one in named:
        assert one.en, one.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh), one.name


def test_why_it_did_not_match_names_the_atoms_that_decided_and_what_was_found():
    told = conditions.explain(_condition(RULE), SUBJECT, language="en")
    assert told.matched is False
    assert told.because == ("✗ tier is one of Gold, Platinum (tier: Silver)",)
    assert [(part.shape, part.verdict) for part in told.part.parts] == [("atom", "no"), ("any", "yes"), ("atom", "yes")]
    late, other = told.part.parts[1].parts
    assert late.found == (("the last order", "Mar 28, 2026 15:30 UTC"),)
    assert (other.shape, other.verdict, other.parts[0].verdict) == ("not", "yes", "absent")
    assert other.parts[0].text == 'member.channel == "web"'


def test_why_it_matched_is_told_in_chinese_too():
    told = conditions.explain(_condition(RULE), {**SUBJECT, "member": {**MEMBER, "tier": "gold"}}, language="zh")
    assert told.matched is True
    assert told.because == (
        "✓ 等级为gold级、platinum级之一（等级：gold级）",
        "? 入会渠道为“web”（入会渠道：未知）",
        "✓ 近 12 个月计分金额至少¥1,000.50（近 12 个月计分金额：¥2,000.00）",
    )
    assert told.absent == ("member.channel",)


def test_a_loop_tells_how_many_rows_passed_and_a_sum_what_it_came_to():
    text = "member.orders.exists(o, o.net > 5) && member.orders.sum(o, o.net) > 100"
    member = {"orders": [{"net": 400}, {"net": 600}, {"net": 700}]}
    told = conditions.explain(_condition(text), {**SUBJECT, "member": member}, language="en")
    assert [part.found for part in told.part.parts] == [
        (("past orders", "2 / 3"),),
        (("the sum of net amount over past orders", "¥17.00"),),
    ]
    assert told.because == (
        "✗ the sum of net amount over past orders is more than ¥100.00 "
        "(the sum of net amount over past orders: ¥17.00)",
    )


def test_the_editor_draws_rows_of_alternatives_and_locks_what_it_cannot():
    assert conditions.sheet(_condition(RULE + " && member.points * 2 > 3")) == conditions.Sheet(
        (
            conditions.Row((conditions.Chip("member.tier", "in", ('"gold"', '"platinum"')),)),
            conditions.Row(
                (
                    conditions.Chip("member.last_order_at", "ago >", ("now", "90")),
                    conditions.Chip("member.channel", "==", ('"web"',), negated=True),
                )
            ),
            conditions.Row((conditions.Chip("member.spend_12m", ">=", ("1000.50",)),)),
            conditions.Row((conditions.Locked("member.points * 2 > 3"),)),
        )
    )


def test_the_editor_draws_questions_about_rows():
    text = (
        'member.lines.filter(l, l.category == "coffee" && now - l.at <= days(30)).size() >= 2 '
        '&& !member.lines.exists(l, l.category == "tea" && (l.amount > 5 || l.quantity > 2)) '
        "&& member.orders.sum(o, o.net) > 100 && member.orders.all(o, o.total > 1)"
    )
    assert conditions.sheet(_condition(text)) == conditions.Sheet(
        (
            conditions.Row(
                (
                    conditions.OverRows(
                        rows="member.lines",
                        take="count",
                        row="l",
                        where=(
                            conditions.Chip("l.category", "==", ('"coffee"',)),
                            conditions.Chip("l.at", "ago <=", ("now", "30")),
                        ),
                        ask=">=",
                        value="2",
                    ),
                )
            ),
            conditions.Row(
                (
                    conditions.OverRows(
                        rows="member.lines",
                        take="any",
                        row="l",
                        where=(
                            conditions.Chip("l.category", "==", ('"tea"',)),
                            conditions.Locked("l.amount > 5 || l.quantity > 2"),
                        ),
                        negated=True,
                    ),
                )
            ),
            conditions.Row(
                (conditions.OverRows(rows="member.orders", take="sum:net", row="o", ask=">", value="100"),),
            ),
            conditions.Row((conditions.Locked("member.orders.all(o, o.total > 1)"),)),
        )
    )


def test_a_sheet_leads_back_to_the_very_same_condition(seed):
    for scope in ENVIRONMENTS:
        rules = Rules(seed, scope)
        for _ in range(150):
            condition = _condition(rules.rule().text, scope)
            again = conditions.from_sheet(conditions.sheet(condition), scope=condition.scope, vocabulary=VOCABULARY)
            assert again == condition, (seed, condition.text)


def test_a_sheet_comes_as_json_and_an_empty_one_is_everybody():
    drawn = {"rows": [{"either": [{"chip": "plain", "field": "member.tier", "ask": "==", "values": ['"gold"']}]}]}
    condition = conditions.from_sheet(drawn, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)
    assert condition.text == 'member.tier == "gold"'
    everybody = conditions.from_sheet({"rows": []}, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)
    assert everybody.text == "true"
    assert conditions.sheet(everybody) == conditions.Sheet(())


@pytest.mark.parametrize(
    "drawn",
    [
        {"rows": [{"either": []}]},
        {"rows": [{"either": [{"chip": "plain", "field": "member.tier", "ask": "==", "values": []}]}]},
        {"rows": [{"either": [{"chip": "plain", "field": "member.tier", "ask": "~", "values": ['"a"']}]}]},
        {"rows": [{"either": [{"chip": "plain", "field": "true || member.points", "ask": ">", "values": ["1"]}]}]},
        {"rows": [{"either": [{"chip": "plain", "field": "member.points", "ask": ">", "values": ["1 || true"]}]}]},
        {"rows": [{"either": [{"chip": "rows", "rows": "member.orders", "take": "any"}]}]},
        {"rows": [{"either": [{"chip": "rows", "rows": "member.orders", "take": "count", "ask": ">", "value": ""}]}]},
        {
            "rows": [
                {"either": [{"chip": "rows", "rows": "member.orders", "take": "count", "ask": ">", "value": "1||1"}]}
            ]
        },
        {"rows": [{"either": [{"chip": "rows", "rows": "1 > 0 || a.b", "take": "count", "ask": ">", "value": "1"}]}]},
        {"rows": [{"either": [{"chip": "rows", "rows": "member.orders", "take": "worth", "ask": ">", "value": "1"}]}]},
        {
            "rows": [
                {
                    "either": [
                        {
                            "chip": "rows",
                            "rows": "member.orders",
                            "take": "any",
                            "where": [{"chip": "plain", "field": "true || r.total", "ask": ">", "values": ["1"]}],
                        }
                    ]
                }
            ]
        },
        {"rows": [{"either": [{"chip": "drawn"}]}]},
        {"rows": None},
    ],
)
def test_a_sheet_that_says_more_than_it_shows_is_refused(drawn):
    """An empty row must not become a group that matches everybody."""
    with pytest.raises(conditions.RuleInvalid):
        conditions.from_sheet(drawn, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)


@pytest.mark.parametrize("scope", list(ENVIRONMENTS))
def test_every_field_an_editor_is_offered_makes_a_rule(scope):
    offer = conditions.offer(conditions.Scope(scope), VOCABULARY)
    for fields in (offer.fields, *(rows.fields for rows in offer.rows)):
        assert len({one.path for one in fields}) == len(fields) > 0
    for one in offer.fields:
        assert _condition(_asked(one, one.path), scope).text == _asked(one, one.path)
    for rows in offer.rows:
        for one in rows.fields:
            assert _condition(f"{rows.path}.exists(x, {_asked(one, f'x.{one.path}')})", scope)


def _asked(one: conditions.Offered, path: str) -> str:
    """A part of a day has one of its numbers; any other field may be there or not."""
    return f"{path} == 7" if one.words is not None and one.sort is conditions.Sort.NUMBER else f"has({path})"


def test_an_offer_names_fields_in_both_languages_with_their_words():
    offer = conditions.offer(conditions.Scope.SEGMENT, VOCABULARY)
    tier = offer.field("member.tier")
    assert tier is not None
    assert tier.label == {"en": "tier", "zh": "等级"}
    assert [word.code for word in tier.words or ()] == ["basic", "silver", "gold", "platinum"]
    weekday = offer.field("member.enrolled_on.weekday")
    assert weekday is not None
    assert [word.label["zh"] for word in weekday.words or ()][5:] == ["周六", "周日"]
    assert offer.field("activity.total") is None
    rows = offer.over("member.lines")
    assert rows is not None
    assert [one.path for one in rows.fields][:2] == ["at", "local_date"]


def test_a_sheet_is_checked_like_any_rule():
    drawn = {"rows": [{"either": [{"chip": "plain", "field": "member.tier", "ask": "==", "values": ['"glod"']}]}]}
    with pytest.raises(conditions.RuleInvalid, match="Did you mean 'gold'"):
        conditions.from_sheet(drawn, scope=conditions.Scope.SEGMENT, vocabulary=VOCABULARY)
