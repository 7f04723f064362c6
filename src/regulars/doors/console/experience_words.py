"""Experiences in the words of a shop."""

import json
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge
from regulars.flows import wording
from regulars.program import experiences


def state_names() -> dict[int, str]:
    """Where an experience can stand."""
    return {
        experiences.State.DRAFT: _("Draft"),
        experiences.State.OPEN: _("Open"),
        experiences.State.HELD: _("Has ended"),
        experiences.State.CANCELLED: _("Cancelled"),
    }


def state_badge(state: experiences.State) -> SafeString:
    """Where it stands."""
    tones = {experiences.State.OPEN: "good", experiences.State.CANCELLED: "bad"}
    return badge(state_names()[state], tones.get(state, "calm"))


def seat_badge(seat: experiences.Seat) -> SafeString:
    """What a member has."""
    match seat:
        case experiences.Seat.BOOKED:
            return badge(_("Has a seat"), "info")
        case experiences.Seat.WAITING:
            return badge(_("In the waiting list"), "warn")
        case experiences.Seat.CANCELLED:
            return badge(_("Cancelled"))
        case experiences.Seat.ATTENDED:
            return badge(_("Was there"), "good")
        case experiences.Seat.NO_SHOW:
            return badge(_("Did not come"), "bad")


def booked(done: flows.Booked) -> str:
    """What signing up came to."""
    if done.booking.state is experiences.Seat.WAITING:
        return _("No seat is left: in the waiting list, %(ahead)s wait before.") % {"ahead": write.number(done.ahead)}
    return _("Signed up.") if done.outcome == "created" else _("This member signed up before.")


def stars(ratings: int, total: int) -> str:
    """The mean of ratings: `4.5 ★`."""
    return f"{write.number(total / ratings, digits=1)} ★" if ratings else "–"


def when(desk: Desk, one: experiences.Experience) -> str:
    """From when until when."""
    return _("%(start)s to %(end)s") % {"start": desk.moment(one.starts_at), "end": desk.moment(one.ends_at)}


def condition(desk: Desk, one: experiences.Experience) -> str:
    """Whom it is for, in words."""
    if not one.condition:
        return ""
    read = wording.parsed(desk.plan, one.condition, conditions.Scope.SEGMENT)
    return conditions.sentence(read, language="zh" if desk.language == "zh" else "en")


def field_names() -> dict[str, str]:
    """The fields its history tells of."""
    return {
        "name": _("Title"),
        "description": _("Description"),
        "starts_at": _("Begins"),
        "ends_at": _("Ends at"),
        "capacity": _("Seats"),
        "place": _("Venue"),
        "rank_min": _("For members from tier"),
        "condition": _("Only where"),
        "no_show_days": _("A no-show waits (days)"),
        "state": _("State"),
    }


def field_value(desk: Desk, name: str, told: str) -> str:
    """A value of its history as a person reads it."""
    if not told:
        return ""
    match name:
        case "name" | "description":
            return desk.say(json.loads(told))
        case "starts_at" | "ends_at":
            return desk.moment(datetime.fromisoformat(told))
        case "state":
            return state_names()[int(told)]
        case "rank_min":
            found = next((t for t in desk.plan.ladder.tiers if t.rank >= int(told)), desk.plan.ladder.tiers[-1])
            return desk.say(found.name)
        case _:
            return told
