"""One port for everyone: machines to the API, people to the console, watchers to the probes."""

from regulars.doors.web.dispatch import Dispatcher, compose
from regulars.doors.web.serve import serve
from regulars.doors.web.whole import app

__all__ = ["Dispatcher", "app", "compose", "serve"]
