"""What a rule asks, where it stands, and what changed from one version to the next, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.audience import conditions
from regulars.doors.console import condition_words, earning_words, wallet_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge
from regulars.program import earning

_TONES = {"live": "good", "scheduled": "info", "draft": "calm", "paused": "warn", "ended": "calm", "retired": "calm"}


def standing_names() -> dict[str, str]:
    """Where a rule can stand."""
    return {
        "live": _("In force"),
        "scheduled": _("Scheduled"),
        "draft": _("Draft"),
        "paused": _("Paused"),
        "ended": _("Over"),
        "retired": _("Retired"),
    }


def standing_badge(standing: str) -> SafeString:
    """The same as a mark."""
    return badge(standing_names()[standing], _TONES[standing])


def state_names() -> dict[str, str]:
    """What a version says of its rule."""
    return {"draft": _("Draft"), "live": _("In force"), "paused": _("Paused"), "retired": _("Retired")}


def picks() -> dict[str, str]:
    """Which rule of an exclusive group gives."""
    return {"best": _("the one with the most points"), "first": _("the first by priority")}


def asked(desk: Desk, rule: earning.Rule) -> list[str]:
    """When it applies and to which lines, a sentence each; what cannot be read any more is told."""
    if rule.asks is None:
        return []
    if rule.asks.error:
        return [_("It cannot be asked any more: %(why)s") % {"why": rule.asks.error}]
    said = []
    if rule.asks.condition is not None:
        said.append(_("Only if %(what)s.") % {"what": _sentence(desk, rule.asks.condition)})
    if rule.asks.lines is not None:
        said.append(_("Only for items where %(what)s.") % {"what": _sentence(desk, rule.asks.lines)})
    return said


def _sentence(desk: Desk, condition: conditions.Condition) -> str:
    return conditions.sentence(condition, language=condition_words.reader(desk))


def place(rule: earning.Rule) -> list[str]:
    """Its priority and its exclusive group, where it has them."""
    said = []
    if rule.priority:
        said.append(_("priority %(number)s") % {"number": write.number(rule.priority)})
    if rule.group:
        said.append(_("exclusive group “%(name)s”: %(picks)s") % {"name": rule.group, "picks": picks()[rule.picks]})
    return said


def differences(desk: Desk, before: earning.Rule | None, after: earning.Rule) -> list[str]:
    """What a version changed, from → to; of the first one, that it was made."""
    if before is None:
        return [_("Made.")]
    old, new = _facts(desk, before), _facts(desk, after)
    return [
        _("%(name)s: %(old)s → %(new)s") % {"name": name, "old": old[name] or "–", "new": new[name] or "–"}
        for name in new
        if old[name] != new[name]
    ] or [_("Nothing that is shown here.")]


def _facts(desk: Desk, rule: earning.Rule) -> dict[str, str]:
    said: Sequence[str] = asked(desk, rule)
    return {
        _("State"): state_names()[rule.state],
        _("What it gives"): earning_words.effect(desk, rule),
        _("When it applies"): " ".join(said),
        _("At most"): " ".join(_limits(rule)),
        _("Validity"): _span(rule),
        _("Name"): _texts(rule.label),
        _("What members read"): _texts(rule.because),
        _("Pays into"): wallet_words.name(desk, earning_words.wallet_of(desk, rule)),
        _("Order"): ", ".join(place(rule)),
        _("Decides from"): desk.moment(rule.effective_at) if rule.effective_at else "",
    }


def _limits(rule: earning.Rule) -> list[str]:
    limits, said = rule.limits or earning.Limits(), []
    if limits.member_points_max is not None:
        most = {
            "points": write.number(limits.member_points_max),
            "period": earning_words.period_names()[limits.member_period],
        }
        said.append(_("At most %(points)s points for one member %(period)s.") % most)
    if limits.budget_points_max is not None:
        said.append(
            _("At most %(points)s points for all members together.")
            % {"points": write.number(limits.budget_points_max)}
        )
    return said


def _span(rule: earning.Rule) -> str:
    days = [write.day(day) if day else "" for day in (rule.starts_on, rule.ends_on)]
    return " – ".join(days) if any(days) else ""


def _texts(texts: Mapping[str, Any]) -> str:
    return " / ".join(str(said) for _code, said in sorted(texts.items()))
