"""One earning rule: made, changed, put into another state, taken back to what it said before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.analytics import value
from regulars.doors.console import earning_words, lint_words, refusals, rule_words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.rule_forms import RuleForm, says_the_same
from regulars.kit import text
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import activities

_STATES = earning.State


@on_desk
def edit(request: HttpRequest, desk: Desk, rule_id: int) -> HttpResponse:
    """One rule with its versions; saving makes a new version, and nothing when nothing changed."""
    rule = _known(desk, rule_id)
    form = RuleForm(desk, rule, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    versions = [one for one in desk.plan.versions if one.rule_id == rule_id]
    standing = earning.standing(versions, desk.at, desk.today)
    page = render(
        request,
        "console/rule.html",
        {
            "title": desk.say(rule.label),
            "lead_text": earning_words.sentence(desk, rule),
            "asked": rule_words.asked(desk, rule),
            "form": form,
            "worth": reverse("rules_worth", args=[rule_id]),
            "rule": rule,
            "standing": rule_words.standing_badge(standing),
            "is_retired": rule.state is _STATES.RETIRED,
            "moves": _moves(rule),
            "versions": _versions(desk, versions),
        },
    )
    return wrong(page) if form.errors else page


def _known(desk: Desk, rule_id: int) -> earning.Rule:
    rule = next((rule for rule in desk.plan.rules if rule.rule_id == rule_id), None)
    if rule is None:
        raise Http404
    return rule


def _moves(rule: earning.Rule) -> list[tuple[str, str]]:
    """The states it can be put into, and what the button says."""
    return {
        _STATES.DRAFT: [("live", _("Put into force"))],
        _STATES.LIVE: [("paused", _("Pause"))],
        _STATES.PAUSED: [("live", _("Go on"))],
    }.get(rule.state, [])


def _versions(desk: Desk, versions: list[earning.Rule]) -> list[dict[str, Any]]:
    """Newest first: what each changed, who and when, and whether one can go back to it."""
    before = {one.version + 1: one for one in versions}
    newest = versions[0]
    return [
        {
            "number": one.version,
            "changed": rule_words.differences(desk, before.get(one.version), one),
            "when": desk.moment(one.created_at),
            "who": _("Setup") if one.created_by == "setup" else one.created_by,
            "can_return": one is not newest and newest.state is not _STATES.RETIRED,
        }
        for one in versions
    ]


@on_desk
def add(request: HttpRequest, desk: Desk, effect: str = "event_points") -> HttpResponse:
    """A new rule: points for something members do besides buying, or one of another effect."""
    if effect not in RuleForm.OF:
        raise Http404
    form = RuleForm(desk, _blank(desk, effect), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    title, lead = _("New rule"), earning_words.effect_names().get(effect, "")
    if effect == "event_points":
        title = _("Points for an event")
        lead = _("Besides buying: a review, a check-in, an answered survey. Your systems tell of it over the API.")
    shown = {"title": title, "lead_text": lead, "form": form, "rule": None}
    page = render(request, "console/rule.html", {**shown, "worth": reverse("rules_worth_new", args=[effect])})
    return wrong(page) if form.errors else page


def _blank(desk: Desk, effect: str) -> earning.Rule:
    """A rule that says nothing yet."""
    return earning.Rule(
        rule_id=0,
        version=0,
        effect=effect,
        params=earning.EFFECTS[effect].DEFAULTS,
        label={},
        starts_on=None,
        ends_on=None,
        created_at=desk.at,
        created_by=desk.operator,
    )


@require_POST
@on_desk
def worth(request: HttpRequest, desk: Desk, rule_id: int = 0, effect: str = "") -> HttpResponse:
    """A fragment: what the program is worth to members once what stands in the form is in force; nothing is saved."""
    if not rule_id and effect not in RuleForm.OF:
        raise Http404
    form = RuleForm(desk, _known(desk, rule_id) if rule_id else _blank(desk, effect), request.POST)
    said = _("Fill in the form first; what is wrong in it shows when it is saved.")
    findings: list[value.Finding] = []
    if form.is_valid():
        try:
            wanted = form.wanted(_label(desk, form), _STATES.LIVE)
            findings = flows.lint_draft(desk.conn, desk.plan, wanted, by=desk.operator, at=desk.at, rule_id=rule_id)
        except Refusal as refusal:
            said = refusals.words(refusal)
    found = {"lint": lint_words.rows(desk, findings), "said": said}
    return render(request, "console/rule_worth.html", found)


def _label(desk: Desk, form: RuleForm) -> Mapping[str, str]:
    """A rule about events is called after its event, in both languages; every other has the name it was given."""
    if form.rule.effect != "event_points":
        return form.label()
    name = activities.event_types(desk.conn, desk.program_id)[form.cleaned_data["event"]].name
    return {"en": f"Reward for “{text.pick(name, 'en')}”", "zh": f"“{text.pick(name, 'zh')}”奖励"}


def _save(request: HttpRequest, desk: Desk, form: RuleForm) -> HttpResponse:
    rule, wanted = form.rule, form.wanted(_label(desk, form), _state(request, form.rule))
    if rule.version and says_the_same(wanted, rule):
        messages.info(request, _("Nothing changed, so there is no new version."))
        return redirect("rules")
    with desk.conn.transaction():
        saved = flows.save_rule(
            desk.conn, desk.plan, wanted, by=desk.operator, at=desk.at, rule_id=rule.rule_id or None
        )
    desk.note("rule-saved", rule=saved.rule_id, version=saved.version)
    if saved.state is _STATES.DRAFT:
        messages.success(request, _("Saved as a draft. It gives nothing until it is put into force; try it first."))
        return redirect("rules_edit", saved.rule_id)
    said = _("Version %(number)s holds for purchases from now on. Points already earned stay as they are.")
    messages.success(request, said % {"number": saved.version})
    return redirect("rules")


def _state(request: HttpRequest, rule: earning.Rule) -> earning.State:
    """What the button says of a new rule or a draft; any other rule keeps its state."""
    said = request.POST.get("state", "")
    is_open = not rule.version or rule.state is _STATES.DRAFT
    return _STATES(said) if is_open and said in ("draft", "live") else rule.state


@require_POST
@on_desk
def set_state(request: HttpRequest, desk: Desk, rule_id: int) -> HttpResponse:
    """Put a rule into force, pause it, go on, or retire it for good."""
    _known(desk, rule_id)
    if (state := request.POST.get("state", "")) not in {one.value for one in _STATES}:
        raise Http404
    try:
        with desk.conn.transaction():
            now = earning.change_state(
                desk.conn, desk.program_id, rule_id, _STATES(state), by=desk.operator, at=desk.at
            )
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("rules_edit", rule_id)
    desk.note("rule-state-changed", rule=rule_id, version=now.version, state=state)
    messages.success(
        request,
        {
            "live": _("In force from now on."),
            "paused": _("Paused: it gives nothing until somebody lets it go on."),
            "retired": _("Retired. Points it gave stay as they are."),
        }.get(state, _("Saved.")),
    )
    return redirect("rules_edit", rule_id)


@require_POST
@on_desk
def go_back(request: HttpRequest, desk: Desk, rule_id: int) -> HttpResponse:
    """Take a rule back to what an earlier version said, by a new version; its state stays as it is."""
    rule = _known(desk, rule_id)
    number = request.POST.get("version", "")
    versions = {str(one.version): one for one in desk.plan.versions if one.rule_id == rule_id}
    if number not in versions:
        raise Http404
    earlier = replace(versions[number], state=rule.state, effective_at=None)
    wanted = flows.RuleWanted(**{name: getattr(earlier, name) for name in flows.RuleWanted.__struct_fields__})
    try:
        with desk.conn.transaction():
            saved = flows.save_rule(desk.conn, desk.plan, wanted, by=desk.operator, at=desk.at, rule_id=rule_id)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("rule-taken-back", rule=rule_id, version=saved.version, to=int(number))
        said = _("Version %(number)s says again what version %(earlier)s said.")
        messages.success(request, said % {"number": saved.version, "earlier": number})
    return redirect("rules_edit", rule_id)
