"""The page behind a one-time link."""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from regulars.doors.console import onetime
from regulars.kit import clock

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whose link it is and a button; only POST uses the link up and logs in."""
    at = clock.now()
    if request.method == "POST":
        operator = onetime.consume(token, at=at)
        if operator is not None:
            operator.backend = _BACKEND  # type: ignore[attr-defined]
            came: HttpResponse = perform_login(request, operator, redirect_url=reverse("home"))
            return came
        answer = render(request, "console/enter.html", {"holder": None}, status=410)
    else:
        holder = onetime.holder(token, at=at)
        answer = render(request, "console/enter.html", {"holder": holder}, status=200 if holder else 410)
    # The address is the secret: only the bare origin travels on (no-referrer would null the POST's Origin).
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer
