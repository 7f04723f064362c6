"""What was not taken, row by row, as a file that can be mended and imported again."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from .model import Flaw
from .staging import Stage, quoted
from .words import reason

COLUMNS = ("line", "column", "reason", "explanation")
_FETCH_ROWS = 5000
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class Rejects:
    """Flaws are written down as they are found, and joined to the rows of the file at the end."""

    def __init__(self, place: Path) -> None:
        self._path = place / "flaws.csv"
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._write = csv.writer(self._file, lineterminator="\n").writerow
        self.by_reason: Counter[str] = Counter()

    def add(self, flaw: Flaw) -> None:
        """Write down a flaw for each of its rows."""
        for line in flaw.rows:
            self._write((line, flaw.column, flaw.code, flaw.detail))
        self.by_reason[flaw.code] += len(flaw.rows)

    @property
    def rows(self) -> int:
        """How many rows were not taken."""
        return sum(self.by_reason.values())

    def close(self) -> None:
        """Stop writing."""
        self._file.close()

    def report(self, stage: Stage, path: Path, *, named: Mapping[str, str], language: str) -> None:
        """Write the report: line, column, reason, a sentence, and the row as it stood in the file.

        `named` gives the file's own name of each field. Cells that a spreadsheet would take for a formula are
        quoted with an apostrophe, which the import takes away again.
        """
        self.close()
        columns = "{'line': 'bigint', 'field': 'varchar', 'code': 'varchar', 'detail': 'varchar'}"
        cells = ", ".join(f"coalesce(s.c{n}, '')" for n in range(len(stage.header)))
        found = stage.con.execute(
            f"select f.line, coalesce(f.field, ''), f.code, coalesce(f.detail, ''), {cells} "
            f"from read_csv({quoted(self._path)}, header = false, auto_detect = false, delim = ',', quote = '\"', "
            f"escape = '\"', columns = {columns}) f join source s on abs(s.line) = f.line order by f.line"
        )
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            write = csv.writer(file).writerow
            write((*COLUMNS, *map(_safe, stage.header)))
            while rows := found.fetchmany(_FETCH_ROWS):
                for line, field, code, detail, *original in rows:
                    sentence = reason(code, detail, language)
                    write((line, named.get(field, field), code, _safe(sentence), *map(_safe, original)))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def of_refusal(rows: Sequence[int], pointer: str, code: str, detail: str) -> list[Flaw]:
    """The flaws of an order that was refused: its pointer tells the row at fault, the others are kept out by it."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "lines" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(rows):
        at_fault = rows[int(parts[1])]
        field = {"amount_minor": "amount", "tax_minor": "tax", "discount_minor": "discount"}
        last = parts[-1] if len(parts) > 2 else ""
        flaws = [Flaw((at_fault,), field.get(last, last), code, detail)]
        rest = tuple(row for row in rows if row != at_fault)
        return [*flaws, Flaw(rest, "order", "order-incomplete", "")] if rest else flaws
    field = {"occurred_at": "date", "external_id": "order", "total_minor": "amount"}
    name = parts[0]
    return [Flaw(tuple(rows), field.get(name, name), code, detail)]
