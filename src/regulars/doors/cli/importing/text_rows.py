"""Rows of a text file: one bad row, even an unclosed quote, never takes its neighbors with it."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from .model import FIELD_CHARS_MAX

WHITESPACE = "whitespace"
_LINE_CHARS_MAX = 1 << 20
_JOINED_LINES_MAX = 100
_SHOWN_CHARS_MAX = 1000
_QUOTED = re.compile(r'"[^"]*"')


class Row(NamedTuple):
    """A row with the number of the line it begins on; `code` is set when it cannot be split into cells."""

    line: int
    cells: list[str]
    code: str = ""


class _Lines:
    """Numbered lines that can be put back."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._back: deque[tuple[int, str, bool]] = deque()
        self._number = 0

    def next(self) -> tuple[int, str, bool] | None:
        """Number, text and whether it is whole; a line too long to hold is cut and its rest skipped."""
        if self._back:
            return self._back.popleft()
        text = self._stream.readline(_LINE_CHARS_MAX)
        if not text:
            return None
        self._number += 1
        is_whole = len(text) < _LINE_CHARS_MAX or text.endswith("\n")
        rest = text
        while len(rest) == _LINE_CHARS_MAX and not rest.endswith("\n"):
            rest = self._stream.readline(_LINE_CHARS_MAX)
        return self._number, text.rstrip("\n"), is_whole

    def put_back(self, lines: Iterable[tuple[int, str, bool]]) -> None:
        """The next lines will be these."""
        self._back.extendleft(reversed(list(lines)))


def split(stream: IO[str], delimiter: str) -> Iterator[Row]:
    """Every row that is not blank. The first row decides how many cells a row has."""
    lines = _Lines(stream)
    width = 0
    while (found := lines.next()) is not None:
        number, text, is_whole = found
        if not text or text.isspace():
            continue
        if delimiter == WHITESPACE:
            row = Row(number, text.split())
        elif not is_whole:
            row = Row(number, [text[:_SHOWN_CHARS_MAX]], "field-too-large")
        elif '"' not in text:
            row = Row(number, text.split(delimiter))
            if len(row.cells) == width and len(text) <= FIELD_CHARS_MAX and "\0" not in text:
                yield row  # Nearly every row of nearly every file.
                continue
        else:
            row = _quoted(number, text, lines, delimiter, width)
        width = width or len(row.cells)
        yield row if row.code else _checked(row, width)


def _checked(row: Row, width: int) -> Row:
    if len(row.cells) != width:
        return row._replace(code="column-count")
    chars = sum(map(len, row.cells))
    if chars > FIELD_CHARS_MAX and (chars > _LINE_CHARS_MAX or max(map(len, row.cells)) > FIELD_CHARS_MAX):
        return Row(row.line, [row.cells[0][:_SHOWN_CHARS_MAX]], "field-too-large")
    if any("\0" in cell for cell in row.cells):
        return Row(row.line, [cell.replace("\0", "") for cell in row.cells], "invalid-text")
    return row


def _quoted(number: int, text: str, lines: _Lines, delimiter: str, width: int) -> Row:
    """A row with quotes, perhaps over several lines. When they never make a row of the right width, the line
    with the opening quote is at fault and reading goes on behind it."""
    taken: list[tuple[int, str, bool]] = []
    joined = text
    while True:
        try:
            cells = next(csv.reader([joined], delimiter=delimiter, strict=True))
        except csv.Error as broken:
            if "limit" in str(broken):
                code = "field-too-large" if not taken else "unclosed-quote"
                lines.put_back(taken)
                return Row(number, [text[:_SHOWN_CHARS_MAX]], code)
            if "unexpected end" not in str(broken):
                lines.put_back(taken)
                return Row(number, [text[:_SHOWN_CHARS_MAX]], "unclosed-quote" if taken else "bad-quote")
        else:
            if taken and width and len(cells) != width:
                lines.put_back(taken)
                return Row(number, [text[:_SHOWN_CHARS_MAX]], "unclosed-quote")
            return Row(number, cells)
        further = lines.next() if len(taken) < _JOINED_LINES_MAX and len(joined) < FIELD_CHARS_MAX else None
        if further is None:
            lines.put_back(taken)
            return Row(number, [text[:_SHOWN_CHARS_MAX]], "unclosed-quote")
        taken.append(further)
        joined = f"{joined}\n{further[1]}"
        if '"' not in further[1]:
            continue  # It cannot have closed the quote; asking costs the whole row again.


def sniff(lines: list[str]) -> str:
    """The delimiter of a file by its first lines: the one that is in all of them equally often."""
    filled = [_QUOTED.sub("", line) for line in lines if line.strip()]
    best, most = "", 0
    for candidate in ("\t", ";", "|", ","):
        counts = [line.count(candidate) + 1 for line in filled]
        if counts and counts[0] > 1 and counts.count(counts[0]) * 10 >= len(counts) * 8 and counts[0] > most:
            best, most = candidate, counts[0]
    if best:
        return best
    widths = {len(line.split()) for line in filled}
    return WHITESPACE if len(widths) == 1 and widths.pop() > 1 else ","
