"""uvicorn, with the limits this program needs."""

import socket

import uvicorn

from regulars.doors.web.asgi import App

_STOP_SECONDS_MAX = 10


def serve(app: App, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; requests under way get `_STOP_SECONDS_MAX` seconds to end."""
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
