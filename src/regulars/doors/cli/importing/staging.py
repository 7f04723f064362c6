"""The file in DuckDB, on disk: sorted by time and grouped by order in bounded memory, however large it is."""

import csv
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import duckdb

from regulars.records import activities

from .documents import Cells
from .model import FIELDS, Flaw, ImportRefused
from .parsing import DATE_FORMATS
from .text_rows import Row, split

_MEMORY_MAX = "192MB"
_FETCH_ROWS = 10_000
_ROW_CHARS_MAX = 8 << 20


@dataclass(kw_only=True)
class Stage:
    """A file that was read: its columns, rows, and the rows that could not be split into cells."""

    con: duckdb.DuckDBPyConnection
    header: list[str]
    rows: int
    flaws: list[Flaw]


@contextmanager
def workshop(home: Path) -> Iterator[Path]:
    """A folder for one import, gone afterwards; folders of processes that are dead go too."""
    imports = home / "imports"
    imports.mkdir(parents=True, exist_ok=True)
    for left in imports.glob("work-*"):
        if not _is_alive(left.name.removeprefix("work-")):
            shutil.rmtree(left, ignore_errors=True)
    place = imports / f"work-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    if not pid.isdecimal():
        return True
    try:
        with suppress(PermissionError):  # It is somebody else's, so it lives.
            os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _opened(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(str(place / "rows.duckdb"))
    try:
        con.execute(f"set memory_limit = '{_MEMORY_MAX}'")
        con.execute("set threads = 2")
        con.execute("set preserve_insertion_order = false")
        con.execute(f"set temp_directory = {quoted(place / 'spill')}")
        yield con
    finally:
        con.close()


@contextmanager
def of_text(place: Path, path: Path, codec: str, delimiter: str, *, has_header: bool, limit: int) -> Iterator[Stage]:
    """A text file, staged.

    Raises:
        ImportRefused: there is no row in it.
    """
    staged = place / "rows.csv"
    flaws: list[Flaw] = []
    with path.open(encoding=codec, newline=None) as stream:
        rows = split(stream, delimiter)
        first = next(rows, None)
        if first is None or (first.code and has_header):
            raise ImportRefused("nothing-to-read", "There is nothing in this file that can be read.")
        width = len(first.cells)
        header = [cell.strip() for cell in first.cells] if has_header else [str(n + 1) for n in range(width)]
        wanted = rows if has_header else _with_first(first, rows)
        count = _write(staged, islice(wanted, limit) if limit else wanted, width, flaws)
    if not count:
        raise ImportRefused("nothing-to-read", "There is nothing in this file that can be read.")
    names = ", ".join(f"'c{n}': 'varchar'" for n in range(width))
    with _opened(place) as con:
        con.execute(
            f"create table source as select * from read_csv({quoted(staged)}, header = false, auto_detect = false, "
            f"delim = ',', quote = '\"', escape = '\"', parallel = false, max_line_size = {_ROW_CHARS_MAX}, "
            f"buffer_size = {2 * _ROW_CHARS_MAX}, columns = {{'line': 'bigint', {names}}})"
        )
        staged.unlink()
        yield Stage(con=con, header=header, rows=count, flaws=flaws)


def _with_first(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _write(staged: Path, rows: Iterator[Row], width: int, flaws: list[Flaw]) -> int:
    """Every row goes in, also those that cannot be split: their text is wanted for the report."""
    count = 0
    with staged.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n").writerow
        for row in rows:
            count += 1
            if row.code:
                flaws.append(Flaw((row.line,), "", row.code, ""))
                cells = (row.cells + [""] * width)[:width]
                write((-row.line, *cells))
            else:
                write((row.line, *row.cells))
    return count


@contextmanager
def of_parquet(place: Path, path: Path, *, limit: int) -> Iterator[Stage]:
    """A Parquet file, staged; every column becomes text, whole numbers without a decimal point.

    Raises:
        ImportRefused: it cannot be read, or has no rows.
    """
    with _opened(place) as con:
        source = f"read_parquet({quoted(path)}, file_row_number = true)"
        try:
            described = con.execute(f"describe select * from {source}").fetchall()
            kinds = {row[0]: row[1] for row in described if row[0] != "file_row_number"}
            texts = ", ".join(f"{_as_text(name, kind)} as c{n}" for n, (name, kind) in enumerate(kinds.items()))
            until = f" where file_row_number < {limit}" if limit else ""
            con.execute(f"create table source as select file_row_number + 1 as line, {texts} from {source}{until}")
        except duckdb.Error as broken:
            raise ImportRefused("nothing-to-read", f"This Parquet file cannot be read: {broken}") from broken
        found = con.execute("select count(*) from source").fetchone()
        if not found or not found[0]:
            raise ImportRefused("nothing-to-read", "There is nothing in this file that can be read.")
        yield Stage(con=con, header=list(kinds), rows=found[0], flaws=[])


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind in {"DOUBLE", "FLOAT"}:
        whole = f"{column} = trunc({column}) and abs({column}) < 1e15"
        return f"case when {whole} then cast(cast({column} as bigint) as varchar) else cast({column} as varchar) end"
    return f"cast({column} as varchar)"


def plan(stage: Stage, places: Mapping[str, int], formats: Sequence[str], *, same_order: str) -> int:
    """Prepare the order of reading; answers how many orders there are. Rows of orders too long to be one are flaws."""
    texts = {field: _cell(places.get(field)) for field in FIELDS}
    date = texts["date"] if "time" not in places else f"{texts['date']} || ' ' || {texts['time']}"
    tried = "[" + ", ".join(quoted(text) for text in (*formats, *DATE_FORMATS)) + "]"
    moment = f"coalesce(try_strptime({date}, {tried}), try_cast({date} as timestamp))"
    alone = "'line ' || line"
    if "order" in places:
        key = f"case when {texts['order']} = '' then {alone} else 'order ' || {texts['order']} end"
    elif same_order == "member-and-time":
        key = f"case when {texts['member']} = '' then {alone} else {texts['member']} || ' ' || {date} end"
    else:
        key = alone
    stage.con.execute(f"create table keyed as select line, {key} as key, {moment} as moment from source where line > 0")
    stage.con.execute(
        "create table starts as select key, min(moment) as moment, min(line) as first from keyed group by key"
    )
    wanted = ", ".join(
        f'{date if name == "date" else texts[name]} as "{name}"'
        for name in Cells._fields
        if name not in {"line", "first"}
    )
    stage.con.execute(
        f"create view ordered as select s.moment, line, s.first, {wanted} "
        "from source join keyed k using (line) join starts s using (key)"
    )
    _set_long_apart(stage)
    found = stage.con.execute("select count(*) from starts").fetchone()
    return int(found[0]) if found else 0


def _set_long_apart(stage: Stage) -> None:
    stage.con.execute(
        f"create table long as select key from keyed group by key having count(*) > {activities.LINES_MAX}"
    )
    lines = stage.con.execute("select line from keyed join long using (key) order by line").fetchall()
    if lines:
        sentence = f"An order has at most {activities.LINES_MAX} lines."
        stage.flaws.append(Flaw(tuple(line for (line,) in lines), "order", "too-many-lines", sentence))
        stage.con.execute("delete from starts where key in (select key from long)")


def _cell(place: int | None) -> str:
    """A cell's text, trimmed; an apostrophe that a report of ours put before a sign goes away."""
    if place is None:
        return "''"
    cell = f"trim(coalesce(c{place}, ''))"
    mended = rf"regexp_replace({cell}, '^''([=+@\t-])', '\1')"
    return f"case when starts_with({cell}, '''') then {mended} else {cell} end"


def orders(stage: Stage) -> Iterator[list[Cells]]:
    """The rows of each order, orders by their time, then by their place in the file."""
    names = ", ".join(f'"{name}"' for name in Cells._fields)
    cursor = stage.con.execute(f"select {names} from ordered order by moment nulls last, first, line")
    for _, rows in groupby(_cells(cursor), key=attrgetter("first")):
        yield list(rows)


def _cells(cursor: duckdb.DuckDBPyConnection) -> Iterator[Cells]:
    while chunk := cursor.fetchmany(_FETCH_ROWS):
        yield from map(Cells._make, chunk)


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"
