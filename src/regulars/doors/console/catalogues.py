"""The words of the console: taken from templates and code, kept in .po files, compiled without GNU gettext.

`python -m regulars.doors.console.catalogues` compiles; with `refresh` it first adds new words to the .po
files (left empty for a translator) and drops those no longer said.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

HERE = Path(__file__).parent
CATALOGUES = tuple(sorted(HERE.glob("locale/*/LC_MESSAGES/django.po")))
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Word = tuple[str | None, str, str | None]
"""Context, text, plural text."""


def words() -> dict[Word, set[str]]:
    """Every text marked for translation, with the files that say it."""
    said: dict[Word, set[str]] = {}
    for path in sorted([*HERE.rglob("*.py"), *HERE.rglob("*.html"), *HERE.rglob("templates/**/*.txt")]):
        for word in _words_in(path):
            said.setdefault(word, set()).add(path.relative_to(HERE).as_posix())
    return said


def _words_in(path: Path) -> Iterator[Word]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize blots out all but the words; its indentation means nothing to Python's tokenizer.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    for _line, text, _comments, context in extract("python", BytesIO(source.encode()), _KEYWORDS):
        single, plural = (text[0], text[1]) if isinstance(text, tuple) else (text, None)
        if single:
            yield context, single, plural


def refresh(path: Path) -> tuple[int, int]:
    """Bring one .po file to what is said now: how many words came, how many went. Translations stay."""
    catalogue = polib.pofile(str(path), wrapwidth=110)
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural or None): entry for entry in catalogue}
    said = words()
    gone = [known[word] for word in known.keys() - said.keys()]
    for entry in gone:
        catalogue.remove(entry)
    fresh = sorted(said.keys() - known.keys(), key=lambda word: word[1])
    for context, single, plural in fresh:
        entry = polib.POEntry(msgid=single, msgctxt=context)
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = {0: ""}
        catalogue.append(entry)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()
    return len(fresh), len(gone)


def compile_all() -> None:
    """Write a .mo beside every .po."""
    for path in CATALOGUES:
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def main() -> None:
    """The command line."""
    if "refresh" in sys.argv[1:]:
        for path in CATALOGUES:
            came, went = refresh(path)
            print(f"{path.relative_to(HERE)}: {came} new, {went} gone")
    compile_all()


if __name__ == "__main__":
    main()
