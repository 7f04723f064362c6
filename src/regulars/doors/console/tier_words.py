"""Tiers in words: what counts, over which days, when one falls, what a tier gives, what a version changed."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console import people
from regulars.doors.console.desk import Desk
from regulars.program import tiers


def metric_names() -> dict[str, str]:
    """What may count."""
    return {
        "spend": _("Money spent on what earns"),
        "points": _("Points earned"),
        "status": _("Status points"),
        "orders": _("Number of orders"),
        "segment": _("A condition for each tier"),
    }


def window_names() -> dict[str, str]:
    """Over which days it may count."""
    return {
        "rolling": _("The last months"),
        "calendar": _("Periods of the calendar"),
        "joined": _("Years of membership"),
        "ever": _("Everything since joining"),
    }


def landing_names() -> dict[str, str]:
    """Where a tier may fall to."""
    return {
        "fit": _("To the tier that fits"),
        "one": _("One tier down only"),
        "never": _("Never: a tier is kept for good"),
    }


def color_names() -> dict[str, str]:
    """The colors of badges."""
    return {
        "gray": _("Gray"), "azure": _("Blue"), "yellow": _("Gold"), "green": _("Green"), "red": _("Red"),
        "teal": _("Teal"),
    }  # fmt: skip


def state_names() -> dict[str, tuple[str, str]]:
    """What a version is, and its tone."""
    return {
        "live": (_("In force"), "good"),
        "past": (_("Past"), "calm"),
        "scheduled": (_("Waits for its day"), "info"),
        "withdrawn": (_("Taken back"), "warn"),
    }


def cause_names() -> dict[str, str]:
    """Why a member moved."""
    return {
        "reached": _("Reached"),
        "review": _("At the review"),
        "manual": _("By hand"),
        "merge": _("Members merged"),
        "change": _("The tiers changed"),
    }


def name(desk: Desk, ladder: tiers.Ladder) -> str:
    """What a set is called."""
    return desk.say(ladder.name) if ladder.name else ladder.code


def benefits(desk: Desk, tier: tiers.Tier) -> str:
    """What a tier gives, in one line."""
    return _(", ").join(desk.say(one.words) for one in tiers.of_tier(tier)) or "–"


def counted(ladder: tiers.Ladder) -> str:
    """What counts, over which days."""
    what = metric_names()[ladder.metric]
    match ladder.window:
        case tiers.Window.ROLLING:
            text = _("Counted: %(what)s, over the last %(months)s months.")
        case tiers.Window.CALENDAR:
            text = _("Counted: %(what)s, in periods of %(months)s months of the calendar.")
        case tiers.Window.JOINED:
            text = _("Counted: %(what)s, in periods of %(months)s months from the day of joining.")
        case tiers.Window.EVER:
            text = _("Counted: %(what)s, everything since joining.")
    return text % {"what": what, "months": ladder.window_months}


def facts(ladder: tiers.Ladder) -> Iterator[str]:
    """How a set works, a sentence each."""
    if ladder.metric is tiers.Metric.SEGMENT:
        yield _("Who meets a tier's condition has it from the next night on; it is asked every day.")
    else:
        yield counted(ladder)
    if ladder.landing is tiers.Landing.NEVER:
        yield _("Up at once; what was reached is kept for good.")
        return
    yield (
        _("Up at once; down only at the review, at the end of the month %(months)s months later.")
        if ladder.window in (tiers.Window.ROLLING, tiers.Window.EVER)
        else _("Up at once; down only at the review, %(months)s months after the end of the period.")
    ) % {"months": ladder.keep_months}
    if ladder.landing is tiers.Landing.ONE:
        yield _("Nobody falls more than one tier at a review.")
    if ladder.notice_days:
        yield _(
            "Who will lose a tier is told %(days)s days before, with what is missing; nobody falls unannounced."
        ) % {"days": ladder.notice_days}
    if ladder.grace_days:
        yield _("After a review, %(days)s days are left to keep the tier.") % {"days": ladder.grace_days}
    if ladder.change_notice_days:
        yield _("Changes that take something are announced %(days)s days ahead.") % {"days": ladder.change_notice_days}
    yield _("Members keep a tier until its review, so more may have it than reach it today.")


def changes(desk: Desk, before: tiers.Ladder | None, after: tiers.Ladder) -> str:
    """What a version changed, from → to; a few words each."""
    if before is None:
        return _("First version")
    found = [*_terms(before, after), *_tiers(desk, before, after)]
    return " · ".join(found) or _("Names or colors only")


def _terms(before: tiers.Ladder, after: tiers.Ladder) -> Iterator[str]:
    named: Mapping[str, tuple[str, str, str]] = {
        "metric": (_("What counts"), metric_names()[before.metric], metric_names()[after.metric]),
        "window": (_("Window"), window_names()[before.window], window_names()[after.window]),
        "landing": (_("Falls"), landing_names()[before.landing], landing_names()[after.landing]),
        "window_months": (_("Counted over (months)"), f"{before.window_months}", f"{after.window_months}"),
        "keep_months": (_("A tier is kept for (months)"), f"{before.keep_months}", f"{after.keep_months}"),
        "notice_days": (_("Notice (days)"), f"{before.notice_days}", f"{after.notice_days}"),
        "grace_days": (_("Grace (days)"), f"{before.grace_days}", f"{after.grace_days}"),
        "change_notice_days": (
            _("Changes announced (days)"), f"{before.change_notice_days}", f"{after.change_notice_days}",
        ),
        "is_live": (_("Live"), _yes(before.is_live), _yes(after.is_live)),
    }  # fmt: skip
    for label, was, now in named.values():
        if was != now:
            yield f"{label} {was} → {now}"


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def _tiers(desk: Desk, before: tiers.Ladder, after: tiers.Ladder) -> Iterator[str]:
    known = {tier.tier_id: tier for tier in before.tiers}
    for tier in after.tiers:
        was, called = known.get(tier.tier_id), desk.say(tier.name)
        if was is None:
            yield _("%(tier)s is new") % {"tier": called}
            continue
        if was.threshold != tier.threshold:
            amounts = people.counted(desk, was.threshold, before), people.counted(desk, tier.threshold, after)
            yield f"{called} {amounts[0]} → {amounts[1]}"
        if was.points_factor != tier.points_factor:
            yield f"{called} ×{was.points_factor:g} → ×{tier.points_factor:g}"
        if was.benefits != tier.benefits:
            yield f"{called}: {benefits(desk, was)} → {benefits(desk, tier)}"
        if was.condition != tier.condition:
            yield f"{called}: {was.condition or '–'} → {tier.condition or '–'}"
    for tier_id in known.keys() - {tier.tier_id for tier in after.tiers}:
        yield _("%(tier)s is gone") % {"tier": desk.say(known[tier_id].name)}


def until(on: date | None) -> str:
    """A day, or a dash."""
    return write.day(on) if on else "–"
