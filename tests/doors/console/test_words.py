"""Everything a person reads exists in both languages."""

import re

import polib
import pytest

from regulars.doors.console import catalogues

CHINESE = next(path for path in catalogues.CATALOGUES if "zh_Hans" in path.parts)
_PLACE = re.compile(r"%\(\w+\)[sd]")


def entries() -> dict[catalogues.Word, polib.POEntry]:
    return {(e.msgctxt, e.msgid, e.msgid_plural or None): e for e in polib.pofile(str(CHINESE))}


def test_words_are_found_in_templates_and_code() -> None:
    said = catalogues.words()
    assert said[(None, "Good to see you", None)] == {"templates/account/login.html"}
    assert said[(None, "Too many tries", None)] == {"errors.py"}


def test_every_word_has_a_chinese_translation() -> None:
    known = entries()
    missing = [
        (word[1], sorted(places))
        for word, places in catalogues.words().items()
        if word not in known or not (known[word].msgstr or all(known[word].msgstr_plural.values() or [""]))
    ]
    assert missing == [], "run `python -m regulars.doors.console.catalogues refresh`, then translate"


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    assert sorted(word[1] for word in entries().keys() - catalogues.words().keys()) == []


def test_translations_fill_the_same_places() -> None:
    odd = [
        e.msgid
        for e in entries().values()
        if e.msgstr and set(_PLACE.findall(e.msgid)) != set(_PLACE.findall(e.msgstr))
    ]
    assert odd == []


@pytest.mark.parametrize("mark", [",", ";", "?"])
def test_chinese_sentences_use_chinese_punctuation(mark: str) -> None:
    wrong = [e.msgstr for e in entries().values() if re.search(f"[\u4e00-\u9fff]\\{mark}", e.msgstr)]
    assert wrong == []
