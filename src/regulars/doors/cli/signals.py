"""Ctrl-C and SIGTERM become a question one can ask, so that everything is ended in order."""

import signal
import threading
from types import FrameType


class StopAsked:
    """Remembers the first SIGINT or SIGTERM. Make it in the main thread.

    It also works where a shell started us with SIGINT ignored (`command &` in a script).
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._number = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def __call__(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but not longer than until somebody asks; whether somebody did."""
        return self._event.wait(seconds)

    @property
    def exit_code(self) -> int:
        """130 after Ctrl-C, 143 after SIGTERM, 0 when nobody asked."""
        return 128 + self._number if self._number else 0

    def _remember(self, number: int, _: FrameType | None) -> None:
        self._number = self._number or number
        self._event.set()
