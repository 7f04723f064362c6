"""The real parts, put together."""

from regulars.doors import api, console
from regulars.doors.web.dispatch import Dispatcher, compose
from regulars.doors.web.probes import Probes
from regulars.kit.settings import Settings


def app(settings: Settings, dsn: str) -> Dispatcher:
    """The whole web program on one database."""
    return compose(probes=Probes(dsn), api=api.create(settings, dsn), people=console.application(settings, dsn))
