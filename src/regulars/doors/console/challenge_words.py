"""Challenges in the words of a shop: what counts, what is reached, where one stands."""

import json

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.doors.console import events
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge
from regulars.flows import play_challenges
from regulars.kit.clock import EVER, ONE_DAY
from regulars.program import challenges


def measure_names() -> dict[str, str]:
    """What can be measured."""
    return {
        "count": _("How often"),
        "spend": _("How much is spent"),
        "categories": _("How many categories"),
        "days": _("Days in a row"),
        "weeks": _("Weeks in a row"),
    }


def season_names() -> dict[str, str]:
    """How often a challenge begins anew."""
    return {
        "once": _("Once"),
        "week": _("Every week"),
        "month": _("Every month"),
        "quarter": _("Every quarter"),
        "year": _("Every year"),
    }


def counted(desk: Desk) -> dict[str, str]:
    """What a challenge can count, by code."""
    return {challenges.ORDER: _("Orders"), **events.type_names(desk)}


def state_badge(state: challenges.State) -> SafeString:
    """Where it stands."""
    return badge(
        state_names()[state], {challenges.State.LIVE: "good", challenges.State.PAUSED: "warn"}.get(state, "calm")
    )


def state_names() -> dict[int, str]:
    """Where a challenge can stand."""
    return {
        challenges.State.DRAFT: _("Draft"),
        challenges.State.LIVE: _("Live"),
        challenges.State.PAUSED: _("Paused"),
        challenges.State.ENDED: _("Ended"),
    }


def value(desk: Desk, one: challenges.Challenge, number: int) -> str:
    """A value of its measure, written out."""
    if one.measure is challenges.Measure.SPEND:
        return desk.amount(number)
    return write.number(number)


def what(desk: Desk, one: challenges.Challenge) -> str:
    """What it counts, and how: `Orders · how often`."""
    return f"{counted(desk).get(one.counts, one.counts)} · {measure_names()[one.measure]}"


def span(desk: Desk, one: challenges.Challenge) -> str:
    """When it runs."""
    first = write.day(desk.program.local_date(one.starts_at)) if one.starts_at else ""
    last = write.day(desk.program.local_date(one.ends_at) - ONE_DAY) if one.ends_at else ""
    return f"{first} – {last}" if first or last else _("Always")


def season(desk: Desk, one: challenges.Challenge) -> str:
    """The season that runs today."""
    on = challenges.season_on(one.season, desk.today)
    return _("since %(day)s") % {"day": write.day(on)} if on != EVER else ""


def prize(desk: Desk, milestone: challenges.Milestone) -> str:
    """What a milestone gives."""
    points = _("%(points)s points") % {"points": write.number(milestone.points)} if milestone.points else ""
    return " · ".join(part for part in (points, desk.say(milestone.badge) if milestone.badge else "") if part)


def condition(desk: Desk, one: challenges.Challenge) -> str:
    """What narrows it, in words."""
    return play_challenges.condition_sentence(desk.plan, one.condition, "zh" if desk.language == "zh" else "en")


def field_names() -> dict[str, str]:
    """The fields its history tells of."""
    return {
        "name": _("Title"),
        "description": _("Description"),
        "measure": _("Measures"),
        "counts": _("Counts"),
        "condition": _("Only where"),
        "milestones": _("Milestones"),
        "season": _("Season"),
        "starts_at": _("From"),
        "ends_at": _("Until"),
        "state": _("State"),
        "campaign_id": _("Campaign"),
    }


def field_value(desk: Desk, one: challenges.Challenge, name: str, told: str) -> str:
    """A value of its history as a person reads it."""
    if not told:
        return ""
    match name:
        case "name" | "description":
            return desk.say(json.loads(told))
        case "measure":
            return measure_names().get(told, told)
        case "counts":
            return counted(desk).get(told, told)
        case "season":
            return season_names()[challenges.Season(told)]
        case "state":
            return state_names()[int(told)]
        case "starts_at" | "ends_at":
            return told[:10]
        case "milestones":
            return ", ".join(
                f"{value(desk, one, m['target'])}: {write.number(m.get('points', 0))}" for m in json.loads(told)
            )
        case _:
            return told
