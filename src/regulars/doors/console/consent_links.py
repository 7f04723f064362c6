"""Pages members reach by a link, without a log-in: to confirm a yes, and to say no.

Opening one changes nothing, as scanners and previews open links; only its button does. A mail program says no by one
POST without a cookie (RFC 8058). Source: quality/cases 138, 139.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars import flows
from regulars.doors.console import database
from regulars.doors.console import privacy_words as words
from regulars.doors.console.desk import arrived
from regulars.kit.db import Conn
from regulars.records import privacy, programs


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A second yes."""
    return _answer(request, token, is_yes=True)


@csrf_exempt  # A mail program has no form token; the token in the address is the secret.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A no."""
    return _answer(request, token, is_yes=False)


def _answer(request: HttpRequest, token: str, *, is_yes: bool) -> HttpResponse:
    is_done = request.method == "POST"
    try:
        with database.transaction() as conn:
            asked = _read(conn, request, token, is_yes=is_yes)
            program = programs.get(conn, asked.program_id)
            if is_done:
                act: Callable[..., object] = flows.confirm_consent if is_yes else flows.stop_consent
                act(conn, flows.load(conn, asked.program_id), token, at=arrived(request))
    except privacy.LinkOver:
        return _page(request, {"heading": _("This link no longer works"), "is_over": True}, status=410)
    if is_done and not is_yes and request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(status=200)
    language = "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"
    shop = program.name.get(language) or next(iter(program.name.values()))
    what = words.name_of(asked.purpose, asked.channel)
    return _page(request, {"heading": shop, "what": what, "is_yes": is_yes, "is_done": is_done})


def _read(conn: Conn, request: HttpRequest, token: str, *, is_yes: bool) -> privacy.Ask | privacy.Stop:
    return privacy.asked(conn, token, at=arrived(request)) if is_yes else privacy.find_stop(conn, token)


def _page(request: HttpRequest, told: dict[str, object], *, status: int = 200) -> HttpResponse:
    answer = render(request, "console/consent_link.html", told, status=status)
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer
