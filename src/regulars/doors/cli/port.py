"""The port, taken before anything else is started, and kept while the web process is replaced."""

import socket

from regulars.doors.cli.exits import Unavailable

_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; connections wait in it until the web process takes them.

    Raises:
        Unavailable: somebody else has the port, or the address is not this machine's.
    """
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as taken:
        found.close()
        reason = taken.strerror or str(taken)
        raise Unavailable(f"cannot listen on {host}:{port}: {reason.lower()}; set REGULARS_PORT") from taken
    found.listen(_BACKLOG)
    return found
