"""The documentation as pages: made on the server, no script, nothing loaded from elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any


def routes(document: Mapping[str, Any], encoded: Callable[[Any], bytes]) -> list[Any]:
    return []
