"""The house rules that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

import regulars

ROOT = Path(regulars.__file__).parent
TREE = ROOT.parent.parent
FILES = sorted(ROOT.rglob("*.py"))
LINES_MAX = 400
FUNCTION_LINES_MAX = 50
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "shared",
    "manager",
    "base",
    "handler",
    "processor",
}
BANNED_WORDS = BANNED_NAMES | {"abstract"}
CLOCK = {"now", "utcnow", "today"}
files = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def _words(name: str) -> set[str]:
    spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return set(spaced.split("_"))


@files
def test_the_file_is_a_page_with_a_title(path):
    text = path.read_text(encoding="utf-8")
    assert path.stem not in BANNED_NAMES, "name the topic, not the drawer"
    assert text.count("\n") <= LINES_MAX, "split the file by topic"
    assert ast.get_docstring(ast.parse(text)), "say in one line what this module is for"


@files
def test_functions_fit_a_screen_and_say_what_they_do(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, f"{node.name} is longer than a screen"
            assert not any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)), node.name


def _public(body: list[ast.stmt]) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """What others can call: not private, not inside a function."""
    found = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found += [node, *(_public(node.body) if isinstance(node, ast.ClassDef) else [])]
    return found


@files
def test_what_is_public_says_what_it_does(path):
    for node in _public(ast.parse(path.read_text(encoding="utf-8")).body):
        assert ast.get_docstring(node), f"{node.name} says nothing"


@files
def test_names_say_what_a_thing_is(path):
    for node in _public(ast.parse(path.read_text(encoding="utf-8")).body):
        assert not _words(node.name) & BANNED_WORDS, f"{node.name}: name the topic"


@files
def test_rooms_are_told_the_time(path):
    if path.relative_to(ROOT).parts[0] not in {"doors", "kit"}:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in CLOCK] == []


@files
def test_rooms_are_entered_by_the_front_door(path):
    here = path.relative_to(ROOT).parts[:2]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("regulars."):
            there = tuple(node.module.split(".")[1:])
            is_room = there[0] not in {"kit", "flows", "doors"}
            assert not (is_room and len(there) >= 2 and there[:2] != here), (
                f"line {node.lineno}: import the room, not what is inside it"
            )


@files
def test_no_promise_stands_in_for_work(path):
    text = path.read_text(encoding="utf-8")
    assert [word for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplementedError") if word in text] == []


def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TREE, capture_output=True, check=True, text=True).stdout
    return [TREE / name for name in listed.split("\0") if name and (TREE / name).is_file()]


def test_nothing_committed_names_a_machine():
    marks = [b"/" + b"work/", b"/ro" + b"ot/", b"/ho" + b"me/", b"/Us" + b"ers/", b"file:" + b"///"]
    found = [
        f"{path.relative_to(TREE)}: {mark.decode()}"
        for path in _committed()
        for mark in marks
        if mark in path.read_bytes()
    ]
    assert found == []


_SECRETS = re.compile(
    rb"(?<![A-Za-z0-9_])rk_[A-Za-z0-9_-]{32}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bap]-[0-9A-Za-z-]{20,}"
    rb"|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----|AIza[0-9A-Za-z_-]{35}"
)


def test_no_secret_is_committed():
    """Keys of ours and of others, by how they begin; a made-up one in a test repeats a character."""
    found = [
        f"{path.relative_to(TREE)}: {match[0][:12]!r}"
        for path in _committed()
        if path.suffix not in {".png", ".ico", ".woff2", ".parquet"}
        for match in _SECRETS.finditer(path.read_bytes())
        if len(set(match[0][3:])) > 6
    ]
    assert found == []
