"""How a reader wants to see the console; kept in cookies, so it holds before log-in too."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from regulars.doors.console.desk import arrived
from regulars.doors.console.middleware import THEME_COOKIE, THEMES

_YEAR_SECONDS = 365 * 24 * 3600
_TOLD_DAYS = 180


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme and go back to the page it was asked on; a theme we do not have changes nothing."""
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(target if is_ours else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=_YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where weaknesses are reported (RFC 9116); nothing is there until somebody says."""
    contact = settings.REGULARS.security_contact
    if not contact:
        raise Http404
    until = arrived(request) + timedelta(days=_TOLD_DAYS)
    lines = [f"Contact: {contact}", f"Expires: {until.isoformat(timespec='seconds')}", "Preferred-Languages: en, zh"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
