"""uvicorn, with the limits this program needs."""

import gc
import socket
import sys

import uvicorn

from regulars.doors.web.asgi import App

_STOP_SECONDS_MAX = 10
_COLLECT_AFTER = (50_000, 20, 50)
_SWITCH_SECONDS = 0.0002
"""The thread that writes orders waits for the database two dozen times a group; each time it is back, the one that
reads requests lets it in so soon, not after Python's own five milliseconds."""


def _settle() -> None:
    """What was loaded stays for ever: nobody looks through it for cycles again, which took a third of an order's time.

    Requests leave few cycles behind, so they are looked for less often than Python does by itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    sys.setswitchinterval(_SWITCH_SECONDS)


def serve(app: App, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; requests under way get `_STOP_SECONDS_MAX` seconds to end."""
    _settle()
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=_STOP_SECONDS_MAX,
    )
    uvicorn.Server(config).run(sockets=[listening])
