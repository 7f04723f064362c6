"""Earning: the rules as sentences by where they stand, and the history of who changed what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars import flows
from regulars.doors.console import (
    campaign_words,
    earning_words,
    lint_words,
    point_caps,
    point_terms,
    rule_words,
    wallet_words,
)
from regulars.doors.console.calculator import CalculatorForm
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, Column, Row, Table
from regulars.program import earning

_NOW = ("live", "scheduled", "paused", "draft")
_ORDER = (*_NOW, "ended", "retired")
_HISTORY = 30


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page; `?show=` is a standing, else all that are not over."""
    stands = standings(desk)
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in _ORDER else ""
    seen = (wanted,) if wanted else _NOW
    shown = [rule for rule in desk.plan.rules if stands[rule.rule_id] in seen]
    shown.sort(key=lambda rule: (_ORDER.index(stands[rule.rule_id]), -rule.priority, rule.rule_id))
    return render(
        request,
        "console/rules.html",
        {
            "cards": [_card(desk, rule, stands[rule.rule_id]) for rule in shown],
            "choices": _choices(stands, wanted),
            "terms": point_terms.sentences(desk),
            "caps": point_caps.sentences(desk),
            "broken": point_caps.broken(desk),
            "effects": earning_words.effect_names().items(),
            "history": history(desk, desk.plan.versions),
            "lint": lint_words.rows(desk, flows.lint_value(desk.conn, desk.plan, at=desk.at)),
            "calculator": CalculatorForm(desk),
        },
    )


def standings(desk: Desk) -> dict[int, earning.Standing]:
    """Where each rule stands now."""
    by_rule: dict[int, list[earning.Rule]] = {}
    for version in desk.plan.versions:
        by_rule.setdefault(version.rule_id, []).append(version)
    return {rule_id: earning.standing(versions, desk.at, desk.today) for rule_id, versions in by_rule.items()}


def _card(desk: Desk, rule: earning.Rule, standing: earning.Standing) -> dict[str, Any]:
    is_only = len(desk.plan.wallets) == 1
    notes = [
        earning_words.span(rule),
        *rule_words.place(rule),
        _("of the campaign “%(name)s”") % {"name": campaign_words.name_of(desk, rule.campaign_id)}
        if rule.campaign_id is not None
        else "",
        _("version %(number)s") % {"number": rule.version},
    ]
    return {
        "rule": rule,
        "label": desk.say(rule.label),
        "text": earning_words.sentence(desk, rule),
        "asked": rule_words.asked(desk, rule),
        "wallet": "" if is_only else wallet_words.name(desk, earning_words.wallet_of(desk, rule)),
        "notes": " · ".join(note for note in notes if note),
        "state": rule_words.standing_badge(standing),
    }


def _choices(stands: Mapping[int, str], wanted: str) -> list[Choice]:
    address, found = reverse("rules"), list(stands.values())
    choices = [Choice(label=_("All"), href=address, is_current=not wanted)]
    for standing, name in rule_words.standing_names().items():
        if standing in found:
            label = f"{name} {found.count(standing)}"
            choices.append(Choice(label=label, href=f"{address}?show={standing}", is_current=wanted == standing))
    return choices


def history(desk: Desk, versions: Sequence[earning.Rule]) -> Table:
    """Who changed what, from → to, newest first."""
    before = {(one.rule_id, one.version + 1): one for one in versions}
    found = sorted(versions, key=lambda one: one.created_at, reverse=True)[:_HISTORY]
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("Rule")),
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("What changed")),
        ],
        rows=[
            Row(
                cells=[
                    _("%(rule)s, version %(number)s") % {"rule": desk.say(one.label), "number": one.version},
                    desk.moment(one.created_at),
                    _("Setup") if one.created_by == "setup" else one.created_by,
                    " ".join(rule_words.differences(desk, before.get((one.rule_id, one.version)), one)),
                ],
                href=reverse("rules_edit", args=[one.rule_id]),
            )
            for one in found
        ],
    )
