"""Pictures of rewards, for everybody: the address holds the hash of what it shows, so it may be kept for ever."""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from regulars.doors.console import database
from regulars.program import rewards

_NAME = re.compile(r"([0-9a-f]{64})\.(png|jpg|webp)")
_KEPT = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The picture of this name."""
    asked = _NAME.fullmatch(name)
    if asked is None:
        raise Http404
    tag = f'"{asked[1]}"'
    if request.headers.get("if-none-match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": _KEPT})
    with database.transaction() as conn:
        picture = rewards.picture(conn, asked[1])
    if picture is None or rewards.pictures.EXTENSIONS[picture.media_type] != asked[2]:
        raise Http404
    return HttpResponse(
        picture.content,
        content_type=picture.media_type,
        headers={
            "Cache-Control": _KEPT,
            "ETag": tag,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Content-Disposition": "inline",
        },
    )
