"""Earning: the rules as sentences, their editing in versions, when points become usable and end."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import earning_words, refusals, wallet_words
from regulars.doors.console.calculator import CalculatorForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.figures import point_value
from regulars.doors.console.parts import Column, Row, Table, badge
from regulars.kit import money
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import ledger, programs

_MICROS = 1_000_000


class RuleForm(forms.Form):
    """One rule of any effect; the fields of the others are taken out."""

    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    label_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    wallet = forms.TypedChoiceField(
        label=gettext_lazy("Pays into"),
        coerce=int,
        help_text=gettext_lazy("Each wallet has rules of its own: a factor multiplies what its own rates give."),
    )
    is_live = forms.BooleanField(label=gettext_lazy("In force"), required=False)
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=Decimal("0.001"), max_value=100_000)
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
    }

    def __init__(
        self, desk: Desk, rule: earning.Rule, data: Mapping[str, Any] | None = None, *, is_new: bool = False
    ) -> None:
        params = dict(rule.params)
        self.currency, self.plan = desk.program.currency, desk.plan
        wallet = earning_words.wallet_of(desk, rule)
        if rule.effect == "earn_rate":
            params["per"] = money.to_decimal(params.pop("per_minor"), self.currency)
            if wallet.is_money:
                params["points"] = money.to_decimal(params["points"], self.currency)
        dates = {"starts_on": rule.starts_on, "ends_on": rule.ends_on}
        super().__init__(data, initial={**params, **dates, "is_live": rule.is_live, "wallet": wallet.wallet_id})
        self.own = self._OF[rule.effect]
        unused = {name for names in self._OF.values() for name in names} - set(self.own)
        unused |= set() if is_new else {"label_en", "label_zh"}
        if len(desk.plan.wallets) == 1:
            unused.add("wallet")
        else:
            names = [(w.wallet_id, wallet_words.name(desk, w)) for w in desk.plan.wallets.values()]
            self.fields["wallet"].choices = names  # type: ignore[attr-defined]
            self.fields["points"].help_text = _("In a wallet of money: the amount that is given.")
        for name in unused:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Points are whole; in a wallet of money they are an amount with its decimals."""
        given: dict[str, Any] = super().clean() or {}
        if "label_en" in self.fields and not given.get("label_en") and not given.get("label_zh"):
            self.add_error("label_en", _("Give it a name in one language at least."))
        points: Decimal | None = given.get("points")
        if points is not None:
            if self.plan.wallets[self.wallet_id()].is_money:
                given["points"] = money.to_minor(str(points), self.currency)
            elif points == points.to_integral_value() and points >= 1:
                given["points"] = int(points)
            else:
                self.add_error("points", _("Points are whole numbers."))
        return given

    def wallet_id(self) -> int:
        """Where the points go."""
        return int(self.cleaned_data.get("wallet") or self.plan.wallet.wallet_id)

    def params(self) -> dict[str, Any]:
        """The rule's parameters as the core keeps them."""
        found = {name: self.cleaned_data[name] for name in self.own}
        if "per" in found:
            found["per_minor"] = money.to_minor(str(found.pop("per")), self.currency)
        if "factor" in found:
            whole = found["factor"] == found["factor"].to_integral_value()
            found["factor"] = int(found["factor"]) if whole else float(found["factor"])
        return found


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
        choices=lambda: wallet_words.end_sentences().items(),
    )
    count = forms.IntegerField(label=gettext_lazy("How many later"), min_value=0, max_value=3650)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Grace for points given back after they ended (days)"), min_value=0, max_value=365
    )
    debt_policy = forms.ChoiceField(
        label=gettext_lazy("A return takes back points that were spent"),
        choices=lambda: wallet_words.debt_sentences().items(),
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


def _save(request: HttpRequest, desk: Desk, rule: earning.Rule, form: RuleForm) -> HttpResponse:
    given, params = form.cleaned_data, {**rule.params, **form.params()}
    fields = {name: given[name] for name in ("is_live", "starts_on", "ends_on")}
    wallet_id: int | None = form.wallet_id()
    if wallet_id == desk.plan.wallet.wallet_id and rule.wallet_id is None:
        wallet_id = None
    if replace(rule, params=params, wallet_id=wallet_id, **fields) == rule:
        messages.info(request, _("Nothing changed, so there is no new version."))
        return redirect("rules")
    with desk.conn.transaction():
        _rule_id, version = earning.save(
            desk.conn,
            desk.program_id,
            effect=rule.effect,
            params=params,
            label=rule.label,
            by=desk.operator,
            at=desk.at,
            rule_id=rule.rule_id,
            wallet_id=wallet_id,
            **fields,
        )
    desk.note("rule-saved", rule=rule.rule_id, version=version)
    text = _("Version %(number)s holds for purchases from now on. Points already earned stay as they are.")
    messages.success(request, text % {"number": version})
    return redirect("rules")


@on_desk
def add(request: HttpRequest, desk: Desk, effect: str) -> HttpResponse:
    """A new rule of one effect."""
    if effect not in earning.EFFECTS:
        raise Http404
    blank = earning.Rule(
        rule_id=0, version=0, effect=effect, params=earning.EFFECTS[effect].DEFAULTS, label={}, is_live=True,
        starts_on=None, ends_on=None, created_at=desk.at, created_by="",
    )  # fmt: skip
    form = RuleForm(desk, blank, request.POST if request.method == "POST" else None, is_new=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        label = {"en": given["label_en"].strip(), "zh": given["label_zh"].strip()}
        try:
            with desk.conn.transaction():
                rule_id, _version = earning.save(
                    desk.conn,
                    desk.program_id,
                    effect=effect,
                    params={**blank.params, **form.params()},
                    label={code: text for code, text in label.items() if text},
                    by=desk.operator,
                    at=desk.at,
                    wallet_id=form.wallet_id(),
                    **{name: given[name] for name in ("is_live", "starts_on", "ends_on")},
                )
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("rule-saved", rule=rule_id, version=1)
            messages.success(request, _("The rule holds for purchases from now on."))
            return redirect("rules")
    page = _page(request, _("New rule"), form, earning_words.effect_names()[effect])
    return wrong(page) if form.errors else page


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
