"""The first page after log-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.doors.console.parts import EmptyState


def show(request: HttpRequest) -> HttpResponse:
    """What wants a decision today comes first; with nothing to decide, a welcome."""
    welcome = EmptyState(
        title=_("Nothing needs a decision today"),
        text=_("When a campaign nears its budget, points are about to expire or a message fails, it shows here."),
        icon="badge-check",
    )
    return render(request, "console/home.html", {"welcome": welcome})
