"""Earning: the rules as sentences, their editing in versions, when points become usable and end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars import flows
from regulars.doors.console import earning_words, refusals, wallet_words
from regulars.doors.console.calculator import CalculatorForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.figures import point_value
from regulars.doors.console.parts import Column, Row, Table, badge
from regulars.doors.console.rule_forms import RuleForm, TermsForm
from regulars.kit import text
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import activities, ledger, programs

_MICROS = 1_000_000


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    wallet = desk.plan.wallet
    cards = [
        {
            "rule": rule,
            "label": desk.say(rule.label),
            "text": earning_words.sentence(desk, rule),
            "wallet": ""
            if len(desk.plan.wallets) == 1
            else wallet_words.name(desk, earning_words.wallet_of(desk, rule)),
            "span": earning_words.span(rule),
            "state": badge(_("On"), "good") if rule.in_force(desk.today) else badge(_("Off")),
            "version": _("version %(number)s") % {"number": rule.version},
        }
        for rule in desk.plan.rules
    ]
    return render(
        request,
        "console/rules.html",
        {
            "cards": cards,
            "terms": [
                _("Points become usable %(days)s days after the purchase.") % {"days": desk.program.return_window_days}
                if desk.program.return_window_days
                else _("Points can be used at once."),
                wallet_words.expiry(wallet.expiry),
                _("A point costs the shop %(value)s.") % {"value": point_value(desk)},
                _("Spent points of a returned order are owed.")
                if wallet.debt_policy == "debt"
                else _("Spent points of a returned order are forgiven."),
            ],
            "effects": earning_words.effect_names().items(),
            "history": _history(desk),
            "calculator": CalculatorForm(desk),
        },
    )


def _history(desk: Desk) -> Table:
    found = [v for rule in desk.plan.rules for v in earning.versions(desk.conn, desk.program_id, rule.rule_id)]
    found.sort(key=lambda v: v.created_at, reverse=True)
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("Rule")),
            Column(label=_("What it says")),
            Column(label=_("Validity")),
            Column(label=_("When")),
            Column(label=_("Who"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    _("%(rule)s, version %(number)s") % {"rule": desk.say(v.label), "number": v.version},
                    earning_words.sentence(desk, v),
                    earning_words.span(v),
                    desk.moment(v.created_at),
                    _("Setup") if v.created_by == "setup" else v.created_by,
                ]
            )
            for v in found
        ],
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, rule_id: int) -> HttpResponse:
    """One rule; saving makes a new version, and nothing when nothing changed."""
    rule = next((rule for rule in desk.plan.rules if rule.rule_id == rule_id), None)
    if rule is None or rule.effect not in RuleForm.OF:
        raise Http404
    form = RuleForm(desk, rule, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, rule, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    page = _page(request, desk.say(rule.label), form, earning_words.sentence(desk, rule))
    return wrong(page) if form.errors else page


@on_desk
def add(request: HttpRequest, desk: Desk, effect: str = "event_points") -> HttpResponse:
    """A new rule: points for something members do besides buying, or one of another effect."""
    if effect not in RuleForm.OF:
        raise Http404
    draft = earning.Rule(
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
    form = RuleForm(desk, draft, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, draft, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    title, lead = _("New rule"), earning_words.effect_names().get(effect, "")
    if effect == "event_points":
        title = _("Points for an event")
        lead = _("Besides buying: a review, a check-in, an answered survey. Your systems tell of it over the API.")
    page = _page(request, title, form, lead)
    return wrong(page) if form.errors else page


def _label(desk: Desk, rule: earning.Rule, form: RuleForm, params: Mapping[str, Any]) -> Mapping[str, str]:
    """A rule about events is called after its event, in both languages; every other keeps the name it was given."""
    if rule.effect != "event_points":
        return rule.label or form.label()
    name = activities.event_types(desk.conn, desk.program_id)[params["event"]].name
    return {"en": f"Reward for “{text.pick(name, 'en')}”", "zh": f"“{text.pick(name, 'zh')}”奖励"}


def _save(request: HttpRequest, desk: Desk, rule: earning.Rule, form: RuleForm) -> HttpResponse:
    given, params = form.cleaned_data, {**rule.params, **form.params()}
    changed = {name: given[name] for name in ("starts_on", "ends_on")}
    changed["state"] = earning.State.LIVE if given["is_live"] else earning.State.PAUSED
    wallet_id: int | None = form.wallet_id()
    if wallet_id == desk.plan.wallet.wallet_id and rule.wallet_id is None:
        wallet_id = None
    wanted = replace(rule, params=params, wallet_id=wallet_id, limits=form.limits(), **changed)
    if rule.version and wanted == rule:
        messages.info(request, _("Nothing changed, so there is no new version."))
        return redirect("rules")
    with desk.conn.transaction():
        saved = flows.save_rule(
            desk.conn,
            desk.plan,
            flows.RuleWanted(
                effect=rule.effect,
                params=params,
                label=_label(desk, rule, form, params),
                wallet_id=wallet_id,
                limits=form.limits(),
                condition=rule.condition,
                lines=rule.lines,
                campaign_id=rule.campaign_id,
                because=rule.because,
                priority=rule.priority,
                group=rule.group,
                picks=rule.picks,
                **changed,
            ),
            by=desk.operator,
            at=desk.at,
            rule_id=rule.rule_id or None,
        )
    rule_id, version = saved.rule_id, saved.version
    desk.note("rule-saved", rule=rule_id, version=version)
    said = _("Version %(number)s holds for purchases from now on. Points already earned stay as they are.")
    messages.success(request, said % {"number": version})
    return redirect("rules")


@on_desk
def terms(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The return window, expiry, debt and point value."""
    wallet, program = desk.plan.wallet, desk.program
    form = TermsForm(
        request.POST or None,
        initial={
            "return_window_days": program.return_window_days,
            "kind": wallet.expiry.kind,
            "count": wallet.expiry.count,
            "grace_days": wallet.expiry.grace_days,
            "debt_policy": wallet.debt_policy,
            "point_value": f"{wallet.point_value_micros / _MICROS:f}".rstrip("0").rstrip("."),
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        expiry = replace(wallet.expiry, kind=given["kind"], count=given["count"], grace_days=given["grace_days"])
        micros = int(given["point_value"] * _MICROS)
        wanted = replace(wallet, expiry=expiry, debt_policy=given["debt_policy"], point_value_micros=micros)
        try:
            with desk.conn.transaction():
                _save_terms(desk, wanted, given["return_window_days"])
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            messages.success(request, _("Saved. Points already earned keep the dates they have."))
            return redirect("rules")
    page = _page(request, _("Validity and value of points"), form, "")
    return wrong(page) if form.errors else page


def _save_terms(desk: Desk, wallet: ledger.Wallet, return_window_days: int) -> None:
    program = desk.program
    ledger.save_wallet(desk.conn, wallet)
    programs.change(
        desk.conn,
        desk.program_id,
        name=program.name,
        time_zone=program.time_zone,
        language=program.language,
        return_window_days=return_window_days,
    )
    desk.note("terms-of-points-saved")


def _page(request: HttpRequest, title: str, form: forms.Form, lead: str) -> HttpResponse:
    return render(
        request,
        "console/form_page.html",
        {
            "title": title,
            "lead_text": lead,
            "back": reverse("rules"),
            "back_label": _("Earning rules"),
            "form": form,
            "fields": "console/plain_form.html",
        },
    )
