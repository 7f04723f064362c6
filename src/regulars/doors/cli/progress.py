"""How far a long piece of work is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_BAR_SECONDS = 0.2
_LINE_SECONDS = 5.0


class Meter:
    """Counts up to `whole`; `line` makes the plain line from done, whole, rate a second and seconds left."""

    def __init__(self, whole: int, line: Callable[[int, int, int, int], str]) -> None:
        self._whole = whole
        self._line = line
        self._done = 0
        self._began_at = self._told_at = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if sys.stderr.isatty():
            columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.description}"))
            self._bar = Progress(*columns, TimeRemainingColumn(), transient=True)
            self._task = self._bar.add_task("", total=whole)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, one: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began_at

    @property
    def rate(self) -> int:
        """Done in a second, on average."""
        return round(self._done / max(self.seconds, 0.001))

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        now = time.monotonic()
        if now - self._told_at < (_BAR_SECONDS if self._bar is not None else _LINE_SECONDS):
            return
        self._told_at = now
        left = round((self._whole - self._done) / max(self.rate, 1))
        text = self._line(self._done, self._whole, self.rate, max(0, left))
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, description=text)
        else:
            print(text, file=sys.stderr, flush=True)
