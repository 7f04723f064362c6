"""The operator's screens: Django templates over the core's front doors. No business decision is made here.

The way in, in order: `configure`, `migrate`, `application`. Importing this does nothing by itself; Django is
configured only by `configure`.
"""

from regulars.doors.console.settings import configure
from regulars.doors.console.setup import ensure_operator, migrate
from regulars.doors.console.wsgi import application

__all__ = ["application", "configure", "ensure_operator", "migrate"]
