"""docs/conditions.md tells every field and every example is a rule."""

import re
from pathlib import Path

import pytest

import regulars
from regulars.audience import conditions
from regulars.audience.conditions.fields import ENVIRONMENTS, RECORDS, Sort

from .world import VOCABULARY

PAGE = (Path(regulars.__file__).parents[2] / "docs" / "conditions.md").read_text(encoding="utf-8")
KINDS = {
    Sort.TEXT: "text 文本",
    Sort.NUMBER: "number 数字",
    Sort.MONEY: "amount 金额",
    Sort.DAY: "day 日期",
    Sort.INSTANT: "moment 时刻",
}


def test_every_field_has_its_row_and_no_other_has_one():
    told = re.findall(r"^\| `(\w+)\.(\w+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    known = [
        (
            record,
            field.name,
            f"{field.en} · {field.zh}",
            KINDS[field.sort] + ("; may be absent 可缺" if field.lacks else ""),
        )
        for record, fields in RECORDS.items()
        for field in fields.values()
    ]
    assert sorted(told) == sorted(known)


def test_every_scope_is_told_with_what_it_sees():
    for scope, environment in ENVIRONMENTS.items():
        row = re.search(rf"^\| `{scope}` .+$", PAGE, re.MULTILINE)
        assert row
        seen = set(re.findall(r"`([\w.]+)`", row[0])[1:])
        rows = {f"{record}.{name}" for record, names in environment.relations.items() for name in names}
        assert seen == {*environment.records, *rows}


@pytest.mark.parametrize("text", re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0].splitlines())
def test_every_example_is_a_rule(text):
    scope = conditions.Scope.EARNING if "activity" in text else conditions.Scope.SEGMENT
    assert conditions.parse(text, scope=scope, vocabulary=VOCABULARY).text == text
