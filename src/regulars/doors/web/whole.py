"""The real parts, put together."""

from typing import cast

from regulars.doors import api, console
from regulars.doors.web.asgi import App
from regulars.doors.web.dispatch import Dispatcher, compose
from regulars.doors.web.probes import Probes
from regulars.kit.settings import Settings


def app(settings: Settings, dsn: str) -> Dispatcher:
    """The whole web program on one database."""
    machines = cast(App, api.create(settings, dsn))
    return compose(probes=Probes(dsn), api=machines, people=console.application(settings, dsn))
