"""The documents are complete, and what they name exists."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import regulars
from regulars.doors.cli.commands import COMMANDS, HIDDEN
from regulars.kit.settings import Settings

ROOT = Path(regulars.__file__).parent
TREE = ROOT.parent.parent
DOCS = TREE / "docs"
FLOORS_WITH_ROOMS = ("records", "audience", "program", "analytics")
FOR_TESTS = {"REGULARS_CITUS_URL", "REGULARS_SEED", "REGULARS_SOAK", "REGULARS_TEST_DSN", "REGULARS_TEST_SEED"}
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _documents() -> list[Path]:
    """Every Markdown file of the repository, new ones too."""
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(line, cwd=TREE, capture_output=True, check=True, text=True).stdout
    return sorted(TREE / name for name in listed.split("\0") if name and (TREE / name).is_file())


def _title(path: Path) -> str:
    return str(path.relative_to(TREE))


DOCUMENTS = _documents()
ADRS = sorted((DOCS / "adr").glob("*.md"))
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=_title)
every_adr = pytest.mark.parametrize("path", ADRS, ids=_title)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _code(text: str) -> str:
    """What a document shows as code, a piece a line."""
    blocks = _FENCE.findall(text)
    return "\n".join([*blocks, *_INLINE.findall(_FENCE.sub("", text))])


def _rows(path: Path) -> list[list[str]]:
    """The cells of every table row that begins with a name in code."""
    lines = [line for line in _text(path).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _anchors(path: Path) -> set[str]:
    """Headings as GitHub names them in addresses."""
    titles = [re.sub(r"[^\w\- ]", "", title.lower()) for title in _HEADING.findall(_FENCE.sub("", _text(path)))]
    return {title.strip().replace(" ", "-") for title in titles}


# Settings


def _shown(value: object) -> str:
    """A default as docs/settings.md writes it."""
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{value}`" if str(value) else "empty"


def test_every_setting_has_its_row_with_its_default_and_no_other_has_one():
    told = {row[0].strip("`"): row[1] for row in _rows(DOCS / "settings.md")}
    known = {f"REGULARS_{name.upper()}": _shown(getattr(Settings(), name)) for name in Settings.__dataclass_fields__}
    assert told == known


@every_document
def test_no_document_names_a_setting_that_is_none(path):
    known = {f"REGULARS_{name.upper()}" for name in Settings.__dataclass_fields__} | FOR_TESTS
    assert set(re.findall(r"REGULARS_[A-Z_]*[A-Z]", _text(path))) <= known


# Dependencies


def _direct() -> set[str]:
    project = tomllib.loads(_text(TREE / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    found = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted}
    frontend = json.loads(_text(TREE / "frontend/package.json"))
    found |= set(frontend["dependencies"]) | set(frontend["devDependencies"])
    for lock in ("demo", "node", "uv"):
        found |= set(re.findall(r"^([\w.-]+)==", _text(TREE / f"requirements/{lock}.txt"), re.MULTILINE))
    return found


def test_every_direct_dependency_has_its_line_and_no_other_has_one():
    rows = _rows(DOCS / "dependencies.md")
    assert sorted(row[0].strip("`") for row in rows) == sorted(_direct())
    assert [row[0] for row in rows if len(row) != 4 or not all(row)] == [], "what for, why this one, license"


# Rooms


def _rooms() -> Iterator[Path]:
    for floor in FLOORS_WITH_ROOMS:
        yield from (found.parent for found in sorted((ROOT / floor).glob("*/__init__.py")))
    yield ROOT / "flows"
    yield from (found.parent for found in sorted(ROOT.rglob("schema.sql")))


@pytest.mark.parametrize("room", sorted(set(_rooms())), ids=_title)
def test_every_room_has_its_page_and_the_index_leads_there(room):
    page = room / "README.md"
    assert page.is_file()
    assert f"({Path('..') / page.relative_to(TREE)})" in _text(DOCS / "README.md")


# Links


def _broken(path: Path) -> Iterator[str]:
    for target in _LINK.findall(_FENCE.sub("", _text(path))):
        if re.match(r"[a-z]+:", target):
            continue
        where, _, anchor = target.partition("#")
        there = (path.parent / where).resolve() if where else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in _anchors(there)):
            yield target


@every_document
def test_every_link_leads_somewhere(path):
    assert list(_broken(path)) == []


def test_every_document_can_be_found_from_the_index():
    linked = {(DOCS / target.partition("#")[0]).resolve() for target in _LINK.findall(_text(DOCS / "README.md"))}
    assert [
        _title(path) for path in DOCS.rglob("*.md") if path.resolve() not in linked and path.name != "README.md"
    ] == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=_title)
def test_code_names_documents_that_are_there(path):
    named = set(re.findall(r"\bdocs/[\w/-]+\.md", _text(path)))
    assert [name for name in named if not (TREE / name).is_file()] == []


# Decisions


def test_decisions_are_numbered_one_after_the_other():
    assert [path.name[:5] for path in ADRS] == [f"{number:04}-" for number in range(1, len(ADRS) + 1)]


@every_adr
def test_a_decision_says_why_what_and_what_follows(path):
    text = _text(path)
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


# Words and commands


@every_document
def test_every_make_word_is_in_the_makefile(path):
    words = set(re.findall(r"^([a-z]+):", _text(TREE / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", _code(_text(path)))) <= words


def test_the_readme_tells_all_seven_words():
    told = re.findall(r"^\| `make ([a-z]+)` \|", _text(TREE / "README.md"), re.MULTILINE)
    assert sorted(told) == ["bench", "check", "demo", "docs", "run", "soak", "test"]


def _commands(path: Path) -> set[str]:
    """Commands of ours that a document shows as code; `from regulars import ...` is none."""
    return set(re.findall(r"(?:^|(?<!from)\s|bin/)regulars (?!is\b)([a-z][a-z-]*)", _code(_text(path)), re.MULTILINE))


@every_document
def test_every_command_that_is_shown_exists(path):
    assert _commands(path) <= set(COMMANDS)


def test_operations_tell_every_command():
    assert set(COMMANDS) - HIDDEN <= _commands(DOCS / "operations.md")


# Refusals


def _refusals() -> set[str]:
    """The codes of Refusal and of everything in the source that inherits from it, however deep."""
    classes = [
        node
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.ClassDef)
    ]
    names, before = {"Refusal"}, set()
    while names != before:
        before = set(names)
        names |= {
            node.name for node in classes if {ast.unparse(base).rpartition(".")[2] for base in node.bases} & names
        }
    return {
        line.value.value
        for node in classes
        if node.name in names
        for line in node.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and ast.unparse(line).startswith("code")
    }


def test_every_refusal_has_its_section():
    titles = " ".join(_HEADING.findall(_text(DOCS / "problems.md")))
    told = set(re.findall(r"[a-z][a-z-]+[a-z]", titles))
    assert sorted(_refusals() - told) == []
