"""The machine's door: REST for shops, tills and partners. `app.create` makes it.

A request passes `frame` (sizes, request id), `keys` (who asks), `strict_json` (what was sent), then the function of
its operation. Orders are gathered by `group_commit`; everything else runs in `threads`.
"""

from .app import create

__all__ = ["create"]
