"""Pages for what went wrong: what happened, in plain words, and the way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.doors.console.parts import EmptyState


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """400."""
    return _page(
        request,
        400,
        _("The browser sent something we cannot read"),
        _("Go back and try once more."),
        "circle-alert",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return _page(
        request,
        403,
        _("This is not yours to open"),
        _("Ask a person who manages staff for access."),
        "shield-alert",
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form without its token, mostly one left open for too long."""
    return _page(
        request,
        403,
        _("The form was open for too long"),
        _("Nothing was changed. Open the page again and send the form once more."),
        "clock",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404."""
    return _page(
        request,
        404,
        _("There is no such page"),
        _("The address may be mistyped, or what it showed is gone."),
        "search",
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429, mostly after guessing passwords."""
    return _page(
        request,
        429,
        _("Too many tries"),
        _("Wait a few minutes, then try again. Nothing is locked for good."),
        "clock",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _("Nothing was changed. Try again; if it stays, tell the person who runs the server."),
        "octagon-alert",
    )


def _page(request: HttpRequest, status: int, title: str, text: str, icon: str) -> HttpResponse:
    state = EmptyState(title=title, text=text, icon=icon, action=_("To the home page"), href="/")
    return render(request, "console/problem.html", {"empty": state, "heading": True}, status=status)
