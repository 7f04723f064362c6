"""The first page after log-in: decisions first, then key figures with definition and comparison, then charts."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.analytics import metrics
from regulars.doors.console import attention, redemptions
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.figures import RANGES, Board
from regulars.doors.console.parts import Choice, EmptyState

_NEWEST = 5
_SHOWN = 5
_QUIET = timedelta(days=7)
"""After so many days without an order the figures end with the newest one: a past that is (still) being brought in."""


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page. `?days=` is 30, 90 or 365."""
    asked = request.GET.get("days", "30")
    asked = asked if asked in RANGES else "30"
    waiting = attention.items(desk)
    last_on = metrics.last_day(desk.conn, desk.program_id)
    found: dict[str, object] = {
        "program_name": desk.say(desk.program.name),
        "attention": waiting[:_SHOWN],
        "attention_more": waiting[_SHOWN:],
        "calm": _calm(),
        "ranges": _ranges(asked),
    }
    if last_on is not None:
        is_past = desk.today - last_on > _QUIET
        board = Board(desk, last_on if is_past else desk.today, *RANGES[asked])
        found |= {
            "ends_in_past": is_past,
            "period": board.period,
            "since": write.day(board.period.from_on),
            "until": write.day(board.period.to_on),
            "tiles": board.tiles(),
            "points_chart": board.points_chart(),
            "repurchase_chart": board.repurchase_chart(),
            "orders_chart": board.orders_chart(),
            "newest": redemptions.table(desk, redemptions.newest(desk, limit=_NEWEST), short=True),
        }
    else:
        found["start"] = _start()
    return render(request, "console/home.html", found)


def _ranges(asked: str) -> list[Choice]:
    labels = {"30": _("30 days"), "90": _("90 days"), "365": _("12 months")}
    return [Choice(label=labels[days], href=f"?days={days}", is_current=days == asked) for days in RANGES]


def _calm() -> EmptyState:
    return EmptyState(
        title=_("Nothing needs a decision today"),
        text=_(
            "When a reward waits to be handed out, points are about to expire or an order looks odd, it shows here."
        ),
        icon="badge-check",
    )


def _start() -> EmptyState:
    return EmptyState(
        title=_("Waiting for the first order"),
        text=_(
            "Figures appear with the first order. Issue an API key and send orders from your shop or till, or bring "
            "your history in with the import command."
        ),
        icon="coins",
        action=_("To API keys and the first order"),
        href=reverse("developers"),
    )
