"""A child ends with its parent, however the parent ended.

The parent holds the other end of the child's standard input and never writes. When the parent is gone,
even by kill -9, the input ends. It works on every system and needs no polling.
"""

import os
import signal
import sys
import threading


def hold() -> None:
    """From now on, end of standard input is a SIGTERM to this process."""
    threading.Thread(target=_wait, name="leash", daemon=True).start()


def _wait() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
