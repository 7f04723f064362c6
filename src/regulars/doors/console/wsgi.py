"""The console as one WSGI callable, its built assets included."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from regulars.doors.console.assets import BUILT
from regulars.doors.console.settings import configure
from regulars.kit.settings import Settings

_YEAR_SECONDS = 365 * 24 * 3600

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application(settings: Settings, dsn: str) -> Wsgi:
    """The console over this database. Assets carry a hash in their names, so browsers keep them a year.

    Raises:
        FileNotFoundError: the assets were never built (`make setup`).
    """
    if not BUILT.joinpath("manifest.json").exists():
        raise FileNotFoundError(f"{BUILT} is empty: run `make setup`")
    configure(settings, dsn)
    served: Wsgi = WhiteNoise(
        WSGIHandler(),
        root=str(BUILT),
        prefix="static/",
        max_age=_YEAR_SECONDS,
        immutable_file_test=lambda path, _url: not path.endswith("manifest.json"),
        allow_all_origins=False,
    )
    return served
