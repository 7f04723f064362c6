"""Every statement of every room fits the real schema, is used, and minds its own tables."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import regulars
from regulars.kit import sql

ROOT = Path(regulars.__file__).parent
ROOMS = [path.parent for path in sorted(ROOT.rglob("queries.sql"))]
STATEMENTS = [
    pytest.param(room, text, id=f"{room.name}.{name}")
    for room in ROOMS
    for name, text in sql.load("regulars." + ".".join(room.relative_to(ROOT).parts)).items()
]
_PARAMETER = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize(("room", "text"), STATEMENTS)
def test_the_statement_fits_the_schema(conn, room, text):
    parameters = sorted(set(_PARAMETER.findall(text)))
    numbered = _PARAMETER.sub(lambda found: f"${parameters.index(found[1]) + 1}", text).replace("%%", "%")
    conn.execute(f"prepare probe as {numbered.rstrip(';')}")
    conn.execute("deallocate probe")


@pytest.mark.parametrize(("room", "text"), STATEMENTS)
def test_a_room_touches_only_its_own_tables_and_published_facts(room, text):
    readable = _PARAMETER.sub(":p", text).replace("%%", "%")
    touched = {
        table.db
        for tree in sqlglot.parse(readable, dialect="postgres")
        for table in tree.find_all(exp.Table)
        if table.db
    }
    assert touched <= {room.name, "facts", "pg_catalog"}


@pytest.mark.parametrize(("room", "text"), STATEMENTS)
def test_a_statement_asks_no_clock_and_no_dice(room, text):
    assert not re.search(r"\b(now|current_timestamp|current_date|clock_timestamp|random|gen_random_uuid)\b", text, re.I)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_copies_only_into_its_own_tables(room):
    code = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    assert set(re.findall(r'copying\.copy\(\s*conn,\s*"(\w+)\.', code)) <= {room.name}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_no_statement_is_dead(room):
    named = set(re.findall(r"^-- name: (\w+)$", (room / "queries.sql").read_text(encoding="utf-8"), re.MULTILINE))
    code = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    assert named == set(re.findall(r'SQL\["(\w+)"\]', code))
