"""Earning: the rules as sentences, their editing in versions, when points become usable and end."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import earning_words, events, refusals
from regulars.doors.console.calculator import CalculatorForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.figures import point_value
from regulars.doors.console.parts import Column, Row, Table, badge
from regulars.kit import money, text
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import activities, ledger, programs

_MICROS = 1_000_000


class RuleForm(forms.Form):
    """One rule of any effect; the fields of the others are taken out."""

    is_live = forms.BooleanField(label=gettext_lazy("In force"), required=False)
    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=100_000)
    per = forms.DecimalField(label=gettext_lazy("For every amount of"), min_value=Decimal("0.001"), max_value=10**6)
    rounding = forms.ChoiceField(
        label=gettext_lazy("Fractions"), choices=lambda: earning_words.rounding_sentences().items()
    )
    whole_steps = forms.BooleanField(label=gettext_lazy("Only whole steps of the amount count"), required=False)
    exclude = forms.MultipleChoiceField(
        label=gettext_lazy("What does not earn"),
        choices=lambda: earning_words.exclusion_names().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    factor = forms.DecimalField(label=gettext_lazy("Times as many points"), min_value=Decimal("1.01"), max_value=100)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=(("day", gettext_lazy("On the birthday")), ("month", gettext_lazy("In the month of the birthday"))),
    )
    member_points_max = forms.IntegerField(
        label=gettext_lazy("At most so many points for one member"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
    )
    member_period = forms.ChoiceField(
        label=gettext_lazy("That limit holds for"),
        choices=lambda: earning_words.period_names().items(),
        required=False,
    )
    budget_points_max = forms.IntegerField(
        label=gettext_lazy("At most so many points for all members together"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("The budget of this rule, over all its versions. Empty: no limit."),
    )
    event = forms.ChoiceField(label=gettext_lazy("For"))
    limit = forms.IntegerField(
        label=gettext_lazy("At most so often for each member"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Empty is without a limit. What goes beyond it is recorded and earns nothing."),
    )
    period = forms.ChoiceField(
        label=gettext_lazy("The limit holds in a"), choices=lambda: earning_words.event_period_names().items()
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    _OF: ClassVar = {
        "earn_rate": ("points", "per", "rounding", "whole_steps", "exclude"),
        "birthday_factor": ("factor", "when"),
        "tier_factor": (),
        "event_points": ("event", "points", "limit", "period"),
    }

    def __init__(self, desk: Desk, rule: earning.Rule, data: Mapping[str, Any] | None = None) -> None:
        params = dict(rule.params)
        self.currency = desk.program.currency
        if rule.effect == "earn_rate":
            params["per"] = money.to_decimal(params.pop("per_minor"), self.currency)
        elif rule.effect == "event_points":
            params["period"] = params.pop("per")
        dates = {"starts_on": rule.starts_on, "ends_on": rule.ends_on}
        most = msgspec.structs.asdict(rule.limits or earning.Limits())
        super().__init__(data, initial={**params, **dates, **most, "is_live": rule.is_live})
        self.own = self._OF[rule.effect]
        for name in {name for names in self._OF.values() for name in names} - set(self.own):
            del self.fields[name]
        if "event" in self.own:
            named = events.type_names(desk).items()
            self.fields["event"].choices = sorted(named, key=lambda one: one[1])  # type: ignore[attr-defined]

    def params(self) -> dict[str, Any]:
        """The rule's parameters as the core keeps them."""
        found = {name: self.cleaned_data[name] for name in self.own}
        if "period" in found:
            found["per"] = found.pop("period")
        elif "per" in found:
            found["per_minor"] = money.to_minor(str(found.pop("per")), self.currency)
        if "factor" in found:
            whole = found["factor"] == found["factor"].to_integral_value()
            found["factor"] = int(found["factor"]) if whole else float(found["factor"])
        return found

    def limits(self) -> earning.Limits | None:
        """The most the rule gives; None when it has no limit."""
        of_member, of_budget = self.cleaned_data["member_points_max"], self.cleaned_data["budget_points_max"]
        if of_member is None and of_budget is None:
            return None
        period: earning.Period = self.cleaned_data["member_period"] or "day"
        return earning.Limits(member_points_max=of_member, member_period=period, budget_points_max=of_budget)


class TermsForm(forms.Form):
    """When points become usable, when they end, what they cost, and what happens to a debt."""

    return_window_days = forms.IntegerField(
        label=gettext_lazy("Points become usable after (days)"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("The return window: 0 makes points usable at once."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Points end"),
        choices=(
            ("month_end", gettext_lazy("with the month, so many months later")),
            ("days", gettext_lazy("so many days later")),
            ("year_end", gettext_lazy("with the year, so many years later")),
            ("never", gettext_lazy("never")),
        ),
    )
    count = forms.IntegerField(label=gettext_lazy("How many later"), min_value=0, max_value=3650)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Grace for points given back after they ended (days)"), min_value=0, max_value=365
    )
    debt_policy = forms.ChoiceField(
        label=gettext_lazy("A return takes back points that were spent"),
        choices=(
            ("debt", gettext_lazy("they are owed; the next points pay them back")),
            ("forgive", gettext_lazy("they are forgiven")),
        ),
    )
    point_value = forms.DecimalField(
        label=gettext_lazy("What a point costs the shop"), min_value=0, max_value=1000, decimal_places=6
    )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    wallet = desk.plan.wallet
    cards = [
        {
            "rule": rule,
            "label": desk.say(rule.label),
            "text": earning_words.sentence(desk, rule),
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
                earning_words.expiry(wallet.expiry),
                _("A point costs the shop %(value)s.") % {"value": point_value(desk)},
                _("Spent points of a returned order are owed.")
                if wallet.debt_policy == "debt"
                else _("Spent points of a returned order are forgiven."),
            ],
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
    if rule is None:
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
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new rule that gives points for something members do besides buying."""
    draft = earning.Rule(
        rule_id=0,
        version=0,
        effect="event_points",
        params=earning.EFFECTS["event_points"].DEFAULTS,
        label={},
        is_live=True,
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
    lead = _("Besides buying: a review, a check-in, an answered survey. Your systems tell of it over the API.")
    page = _page(request, _("Points for an event"), form, lead)
    return wrong(page) if form.errors else page


def _label(desk: Desk, rule: earning.Rule, params: Mapping[str, Any]) -> Mapping[str, str]:
    """A rule about events is called after its event, in both languages; every other keeps its name."""
    if rule.effect != "event_points":
        return rule.label
    name = activities.event_types(desk.conn, desk.program_id)[params["event"]].name
    return {"en": f"Reward for “{text.pick(name, 'en')}”", "zh": f"“{text.pick(name, 'zh')}”奖励"}


def _save(request: HttpRequest, desk: Desk, rule: earning.Rule, form: RuleForm) -> HttpResponse:
    given, params = form.cleaned_data, {**rule.params, **form.params()}
    changed = {name: given[name] for name in ("is_live", "starts_on", "ends_on")}
    same = rule.version and replace(rule, params=params, limits=form.limits(), **changed) == rule
    if same:
        messages.info(request, _("Nothing changed, so there is no new version."))
        return redirect("rules")
    with desk.conn.transaction():
        rule_id, version = earning.save(
            desk.conn,
            desk.program_id,
            effect=rule.effect,
            params=params,
            label=_label(desk, rule, params),
            by=desk.operator,
            at=desk.at,
            rule_id=rule.rule_id or None,
            is_live=given["is_live"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            wallet_id=rule.wallet_id,
            limits=form.limits(),
        )
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
        expiry = ledger.Expiry(kind=given["kind"], count=given["count"], grace_days=given["grace_days"])
        micros = int(given["point_value"] * _MICROS)
        ledger.save_wallet(
            desk.conn, replace(wallet, expiry=expiry, debt_policy=given["debt_policy"], point_value_micros=micros)
        )
        programs.change(
            desk.conn,
            desk.program_id,
            name=program.name,
            time_zone=program.time_zone,
            language=program.language,
            return_window_days=given["return_window_days"],
        )
        desk.note("terms-of-points-saved")
        messages.success(request, _("Saved. Points already earned keep the dates they have."))
        return redirect("rules")
    page = _page(request, _("Validity and value of points"), form, "")
    return wrong(page) if form.errors else page


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
