"""Every code a flow writes has a sentence in both languages."""

import ast
import string
from pathlib import Path

import pytest

import regulars
from regulars.records import ledger

FLOWS = Path(regulars.__file__).parent / "flows"


def written_codes() -> set[str]:
    """Every text constant that stands as the code of a `ledger.Reason`, or may."""
    codes = set()
    for path in FLOWS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head, dot, tail = node.value.partition(".")
                if dot and head in {"earn", "burn", "clawback", "restore", "hold", "debt"} and tail.isalpha():
                    codes.add(node.value)
    return codes


def test_every_code_that_is_written_has_a_title():
    assert written_codes() <= set(ledger.TITLES)
    assert len(written_codes()) >= 8


def test_both_languages_tell_the_same_facts():
    for code, (english, chinese) in {**ledger.TITLES, **ledger.NONE, **ledger.MISSED}.items():
        named = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (english, chinese)]
        assert named[0] == named[1], code


@pytest.mark.parametrize("story", ["household", "dissolve", "merge", "unmerge"])
def test_both_sides_of_points_that_change_their_account_are_told(story):
    assert f'code="{story}"' in "".join(path.read_text(encoding="utf-8") for path in FLOWS.glob("*.py"))
    assert {f"{story}.out", f"{story}.in"} <= set(ledger.TITLES)
